# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that build all modules: a scratch copy without products of a build.

# build_copy DIRECTORY
build_copy() {
	mkdir -p "$1"
	(cd "$SRC" && find Kbuild Makefile drivers include samples \
		\( -name Kbuild -o -name 'Kbuild.*' -o -name Makefile -o -name '*.[chS]' \) \
		! -name '*.mod.c' -print 2>/dev/null | cpio --quiet -pdm "$1")
}

# build_all DIRECTORY ARGUMENT...: the output of make, less what it says it does
build_all() {
	build_dir=$1
	shift
	make -C "$KDIR" M="$build_dir" -j "$(nproc)" MDEV_TEST=1 "$@" >"$lib_scratch/log" 2>&1
}
