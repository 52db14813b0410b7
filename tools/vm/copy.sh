#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# copy.sh FROM TO
#
# Brings TO up to date with the sources in FROM. Products of a build in FROM stay
# behind, products of a build in TO stay there: what is removed from TO is only
# what an earlier copy has brought and FROM does not have any more.
set -eu

from=$1
to=$2

cd "$from"
find . \( -path ./build -o -path ./.git -o -name '.tmp_*' \) -prune -o \
	\( -type f -o -type l \) \
	! -name '*.o' ! -name '*.ko' ! -name '*.mod' ! -name '*.mod.c' ! -name '*.a' \
	! -name '*.cmd' ! -name 'Module.symvers' ! -name 'modules.order' -print |
	LC_ALL=C sort >"$to/.files.new"

if [ -e "$to/.files" ]; then
	LC_ALL=C comm -13 "$to/.files.new" "$to/.files" | while IFS= read -r file; do
		rm -f "$to/$file"
	done
fi

# By content and with the time of the copy, so that going back to an older
# version counts as a change.
rsync -rlpc --files-from="$to/.files.new" ./ "$to/"
mv "$to/.files.new" "$to/.files"
