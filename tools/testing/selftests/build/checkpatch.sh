#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every C file of the tree follows the kernel's coding style. Debian's headers come
# without checkpatch.pl: it is the one that "./run check" has fetched, $CHECKPATCH, or
# that of package linux-source.
# timeout: 300
. "${0%/*}/../lib.sh"

find_checkpatch() {
	for script in "${CHECKPATCH-}" "$HELPERS/../checkpatch/checkpatch.pl" \
		"$KDIR/scripts/checkpatch.pl" /usr/src/linux-source-*/scripts/checkpatch.pl; do
		[ ! -f "$script" ] || {
			echo "$script"
			return
		}
	done
	for archive in /usr/src/linux-source-*.tar.*; do
		[ -f "$archive" ] || continue
		tar -C "$lib_scratch" --strip-components=1 --wildcards -xf "$archive" \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch' &&
			echo "$lib_scratch/scripts/checkpatch.pl"
		return
	done
}

script=$(find_checkpatch)
[ "$script" ] || skip_all "checkpatch.pl is not here (./run check fetches it)"

# The rules on patches, and on files of the kernel's own tree, do not apply.
# What a generator writes is not ours to format.
clean() {
	perl "$script" --strict --no-tree --no-summary --terse --show-types \
		--ignore FILE_PATH_CHANGES,LINUX_VERSION_CODE -f "$1"
}

cd "$SRC" || exit
for file in $(find drivers include samples tools -name '*.[ch]' \
	! -name '*.mod.c' ! -path '*/generated/*' 2>/dev/null | LC_ALL=C sort); do
	grep -q 'Do not edit directly' "$file" || check "$file" clean "$file"
done
