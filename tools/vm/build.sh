# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The modules, and for tests their C programs, built at native speed inside the
# root file system. The source tree is only read: its files are copied to
# KERNEL_DIR/source first, by content, so that make rebuilds what has changed
# whatever git does to the dates.

MODULES=

# build_inside [--bind SOURCE PLACE]... -- COMMAND...
build_inside() {
	[ "$KERNEL" = plain ] || set -- --bind "$LINUX_SOURCE" /run/linux "$@"
	inside --bind "$SRC" /run/source --bind "$KERNEL_DIR" /run/build \
		--bind "$BUILD" /run/top "$@"
}

build_copy() {
	build_inside -- sh /run/source/tools/vm/copy.sh /run/source /run/build/source
}

build_make() {
	build_inside -- make --no-print-directory -C /run/build/source -j "$(nproc)" \
		KDIR="$KERNEL_HEADERS" MDEV_TEST=1 $KERNEL_MAKE "$@"
}

# The text of a compiler message names the file as the reader knows it.
build_messages() {
	sed 's,/run/build/source/,,g' "$1"
}

# build_part TEXT COMMAND...: all of the output is shown when COMMAND fails, and
# only the compiler's warnings when it does not.
build_part() {
	_what=$1
	_log=$BUILD/log/build.log
	shift
	if ! "$@" >"$_log" 2>&1 </dev/null; then
		say "failed"
		build_messages "$_log" >&2
		die "$_what failed (the output above is kept in $_log)"
	fi
	build_messages "$_log" | grep -A 4 'warning:' >&2 || :
}

build_command() {
	build_inside -- make --no-print-directory -C /run/source/tools/vdpa -j "$(nproc)" \
		OUT=/run/build/tribus
}

build_install() {
	build_inside -- sh /run/source/tools/vm/install.sh "$KERNEL_RELEASE" \
		"$KERNEL_HEADERS" /run/build "$KERNEL_MODULES"
}

build_selftests() {
	build_inside -- make --no-print-directory -C /run/source/tools/testing/selftests -j "$(nproc)" \
		OUT=/run/top/selftests &&
		build_inside -- make --no-print-directory -C /run/source/tools/testing/fuzz -j "$(nproc)" \
			OUT=/run/top/selftests/fuzz
}

build_all() {
	build_part "copying the source" build_copy
	if [ -e "$SRC/Makefile" ]; then
		build_part "building the modules" build_make
	else
		printf 'no Makefile, so no modules ... ' >&2
	fi
	build_part "building the command tribus" build_command
	build_part "installing the modules" build_install
}

# Afterwards MODULES is the directory whose contents the VM sees over the root
# file system. It is named after its contents: a VM that is running keeps the one
# that it started with, for as long as it holds the lock on descriptor 6.
build_get() {
	exec 7>"$KERNEL_DIR/lock"
	flock --exclusive 7
	mkdir -p "$KERNEL_DIR/source"
	_start=$(now)
	printf '[build] modules for %s ... ' "$KERNEL_RELEASE" >&2
	build_all
	say "$(($(now) - _start)) s"
	MODULES=$(readlink -f "$KERNEL_DIR/installed")
	exec 6<"$MODULES"
	flock --shared 6
	build_forget
	flock --unlock 7
}

# Removes what was installed earlier and is used by nobody.
build_forget() {
	for _old in "$KERNEL_DIR"/installed-*; do
		[ "$_old" != "$MODULES" ] || continue
		flock --exclusive --nonblock "$_old" true || continue
		namespace_remove "$_old"
	done
}

# The programs of the tests are the same for all kernels.
build_tests() {
	exec 7>"$BUILD/selftests.lock"
	flock --exclusive 7
	mkdir -p "$BUILD/selftests"
	build_part "building the programs of the tests" build_selftests
	flock --unlock 7
}
