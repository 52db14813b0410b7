# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The modules and the C programs of the tests, built at native speed inside the
# root file system. The source tree is only read: its files are copied to
# KERNEL_DIR/source first, by content, so that make rebuilds what has changed
# whatever git does to the dates.

MODULES=

build_inside() {
	inside --bind "$SRC" /run/source --bind "$KERNEL_DIR" /run/build \
		--bind "$BUILD" /run/top -- "$@"
}

build_copy() {
	build_inside sh /run/source/tools/vm/copy.sh /run/source /run/build/source
}

build_make() {
	build_inside make --no-print-directory -C /run/build/source -j "$(nproc)" \
		KDIR="$KERNEL_HEADERS" "$@"
}

# The text of a compiler message names the file as the reader knows it.
build_messages() {
	sed 's,/run/build/source/,,g' "$1"
}

# Compiles and shows all of the output when that fails, and only the warnings
# when it does not.
build_compile() {
	_log=$BUILD/log/$1.log
	_what=$2
	shift 2
	_start=$(now)
	printf '[build] %s ... ' "$_what" >&2
	if ! "$@" >"$_log" 2>&1 </dev/null; then
		say "failed"
		build_messages "$_log" >&2
		die "$_what could not be built (the output above is kept in $_log)"
	fi
	say "$(($(now) - _start)) s"
	build_messages "$_log" | grep -A 4 -i 'warning:' >&2 || :
}

build_install() {
	build_inside sh /run/source/tools/vm/install.sh "$KERNEL_RELEASE" \
		"$KERNEL_HEADERS" /run/build
}

build_selftests() {
	build_inside make --no-print-directory -C /run/source/tools/testing/selftests -j "$(nproc)" \
		OUT=/run/top/selftests
}

build_modules() {
	if ! [ -e "$SRC/Makefile" ]; then
		say "[build] there is no Makefile yet, so there are no modules"
	fi
	build_compile copy "source" build_copy
	if [ -e "$SRC/Makefile" ]; then
		build_compile modules "modules for $KERNEL_RELEASE" build_make
	fi
	build_compile install "installing modules" build_install
}

# Afterwards MODULES is the directory whose contents the VM sees over the root
# file system. It is named after its contents: a VM that is running keeps the one
# that it started with, for as long as it holds the lock on descriptor 6.
build_get() {
	exec 7>"$KERNEL_DIR/lock"
	flock --exclusive 7
	mkdir -p "$KERNEL_DIR/source" "$BUILD/selftests"
	build_modules
	if [ -e "$SRC/tools/testing/selftests/Makefile" ]; then
		build_compile selftests "programs of the tests" build_selftests
	fi
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
