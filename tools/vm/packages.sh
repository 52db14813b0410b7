# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# More Debian packages than the root file system has: a layer over it for each set
# of names, made once.

PACKAGES=
PACKAGES_LAYER=

packages_key() {
	{
		cat "$BUILD/rootfs.key"
		printf '%s\n' $PACKAGES | LC_ALL=C sort -u
	} | sha256sum | cut -c 1-16
}

packages_make() {
	mkdir -p "$_layer.new/upper" "$_layer.new/work" "$_layer.new/merged" &&
		namespace sh "$SRC/tools/vm/layer.sh" "$ROOTFS" "$_layer.new" $PACKAGES &&
		namespace_remove "$_layer.new/work" "$_layer.new/merged" &&
		mv "$_layer.new" "$_layer"
}

packages_get() {
	[ "$PACKAGES" ] || return 0
	_layer=$BUILD/packages/$(packages_key)
	mkdir -p "$BUILD/packages"
	exec 7>"$BUILD/packages/lock"
	flock --exclusive 7
	if ! [ -d "$_layer" ]; then
		namespace_remove "$_layer.new"
		step "[packages] adding ${PACKAGES# }" packages_make
	fi
	flock --unlock 7
	PACKAGES_LAYER=$_layer/upper
}
