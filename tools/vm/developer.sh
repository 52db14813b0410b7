# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run check: what reviewers of the kernel would ask for.

# checkpatch is only in Debian's package of the kernel's source, 140 MB of which
# three files are kept.
developer_checkpatch() {
	[ ! -e "$BUILD/checkpatch/checkpatch.pl" ] || return 0
	_version=$(printf '%s' "$KERNEL_RELEASE" | cut -d . -f 1,2)
	PACKAGES=" linux-source-$_version"
	packages_get
	mkdir -p "$BUILD/checkpatch"
	step "[check] unpacking checkpatch" sh -c 'cd "$1" && tar -xJf "$2" \
		--strip-components=2 --wildcards "*/scripts/checkpatch.pl" \
		"*/scripts/spelling.txt" "*/scripts/const_structs.checkpatch"' \
		unpack "$BUILD/checkpatch" \
		"$PACKAGES_LAYER/usr/src/linux-source-$_version.tar.xz"
	namespace_remove "${PACKAGES_LAYER%/upper}"
}

developer_check() {
	command_prepare
	developer_checkpatch
	mkdir -p "$KERNEL_DIR/check"
	build_inside -- sh /run/source/tools/vm/check.sh "$KERNEL_HEADERS"
}
