#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# check.sh HEADERS
#
# The part of ./run check that runs in the root file system. Fails when any of the
# tools has something to say.
set -u

headers=$1
tree=/run/build/check
failed=

# result NAME FILE: FILE holds what NAME has complained about
result() {
	if [ -s "$2" ]; then
		sed "s,$tree/,,g" "$2"
		failed=yes
		echo "not ok $1"
	else
		echo "ok $1"
	fi
}

# ended NAME STATUS FILE: a checker that was killed, or is not there, has found nothing;
# xargs says so by a status above that of any checker
ended() {
	[ "$2" -lt 124 ] || echo "$1 did not end: status $2" >>"$3"
}

# A tree of its own, made anew: warnings are only printed when a file is compiled.
compile() {
	rm -rf "$tree"
	mkdir "$tree"
	sh /run/source/tools/vm/copy.sh /run/source "$tree" || exit
	if ! make --no-print-directory -C "$tree" -j "$(nproc)" KDIR="$headers" W=1 C=1 MDEV_TEST=1 \
		>/tmp/make 2>&1; then
		sed "s,$tree/,,g" /tmp/make
		echo "not ok building"
		exit 1
	fi
	grep -A 6 -E 'warning:|error:' /tmp/make >/tmp/warnings
	result "W=1 and sparse" /tmp/warnings
}

style() {
	cd "$tree" || exit
	find drivers include samples tools -name '*.[ch]' ! -name '*.mod.c' 2>/dev/null | LC_ALL=C sort >/tmp/files
	xargs perl /run/top/linux-source/scripts/checkpatch.pl --no-tree --strict --terse --quiet \
		--show-types -f </tmp/files >/tmp/style.all 2>&1
	status=$?
	grep -v '^total: ' /tmp/style.all >/tmp/style
	ended checkpatch "$status" /tmp/style
	result "checkpatch" /tmp/style
}

comments() {
	find include -name '*.h' | LC_ALL=C sort |
		xargs perl "$(readlink -f "$headers/scripts")/kernel-doc" -none -Wall >/tmp/comments 2>&1
	ended kernel-doc $? /tmp/comments
	result "kernel-doc" /tmp/comments
}

compile
style
comments
[ -z "$failed" ]
