#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs in the root file system with lcov: adds up what the VMs have counted in
# /run/gcov/VM/, and writes pages to /run/coverage/html and lines to /run/coverage/modules.
set -eu

tree=/run/build/source
gcov=$(ls /usr/bin/gcov-[0-9]* | head -n 1)
sum=/tmp/sum

merge() {
	for counts in /run/gcov/*; do
		if [ -d $sum ]; then
			"$(ls /usr/bin/gcov-tool-[0-9]* | head -n 1)" merge -o $sum.new $sum "$counts"
			rm -rf $sum
			mv $sum.new $sum
		else
			cp -r "$counts" $sum
		fi
	done
}

# gcov looks for the notes that the compiler has made beside the counts.
capture() {
	(cd "$tree" && find . -name '*.gcno' | cpio --quiet -pdm "$sum$tree")
	lcov --quiet --capture --directory $sum --gcov-tool "$gcov" --base-directory "$tree" \
		--ignore-errors inconsistent,mismatch,source,gcov,unused,empty \
		--output-file /tmp/all
	lcov --quiet --extract /tmp/all "$tree/*" --ignore-errors inconsistent \
		--output-file /run/coverage/info
}

# A module's list of objects says which files are its.
modules() {
	find "$tree" -name '*.mod' | LC_ALL=C sort | while IFS= read -r list; do
		module=${list##*/}
		sed 's,\.o$,.c,; s,.*/source/,,' "$list" | awk -v module="${module%.mod}" '
			FILENAME == "-" { ours[$1] = 1; next }
			/^SF:/ { file = $0; sub(/.*\/source\//, "", file); one = file in ours }
			one && /^LH:/ { hit += substr($0, 4) }
			one && /^LF:/ { found += substr($0, 4) }
			END {
				printf "%-16s %5.1f %% of %d lines\n", module,
					found ? 100 * hit / found : 0, found
			}' - /run/coverage/info
	done >/run/coverage/modules
}

merge
capture
genhtml --quiet --legend --prefix "$tree" --title "Tribus" \
	--ignore-errors inconsistent,unmapped,category,source \
	--output-directory /run/coverage/html /run/coverage/info
modules
