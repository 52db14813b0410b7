#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every C file of the tree follows the kernel's coding style. Debian's headers come
# without checkpatch.pl: it is the one that "./run check" has fetched, $CHECKPATCH, or
# that of package linux-source.
# timeout: 600
# needs: linux-source
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

# What a generator writes is not ours to format.
sources() {
	find drivers include samples tools -name '*.[ch]' ! -name '*.mod.c' ! -path '*/generated/*' \
		-exec grep -L 'Do not edit directly' {} + | LC_ALL=C sort
}

# The rules on patches, and on files of the kernel's own tree, do not apply. It takes a
# fifth of a second for each file, so all CPUs do it.
cd "$SRC" || exit
sources >"$lib_scratch/files"
xargs -P "$(nproc)" -n 8 perl "$script" --strict --no-tree --no-summary --terse --show-types \
	--ignore FILE_PATH_CHANGES,LINUX_VERSION_CODE -f \
	<"$lib_scratch/files" >"$lib_scratch/said" 2>&1
status=$?
while IFS= read -r file; do
	check_eq "$file" "$(grep -F -e "$file:" "$lib_scratch/said")" ""
done <"$lib_scratch/files"
check_eq "each file has been read to its end" $status 0
