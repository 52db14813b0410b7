# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What a guest inside of the VM boots: Debian's kernel, as in the VM itself, and an
# initramfs with little more than busybox. The VM sees both in /run/nested.

NESTED=

nested_key() {
	cat "$BUILD/rootfs.key" "$SRC/tools/vm/nested.sh" "$SRC/tools/vm/nested-image.sh" \
		"$SRC/tools/vm/nested-init.sh" "$SRC/tools/vm/kernel.sh" |
		sha256sum | cut -c 1-16
}

# In a shell of its own, because the kernel's variables are those of the VM's kernel.
nested_make() (
	KERNEL=plain
	kernel_debian
	KERNEL_DIR=$NESTED
	kernel_unpack
	inside --bind "$SRC/tools/vm" /run/vm --bind "$NESTED" /run/nested -- \
		sh /run/vm/nested-image.sh "$KERNEL_RELEASE" /run/nested/initramfs
)

nested_get() {
	NESTED=$BUILD/nested
	mkdir -p "$NESTED"
	exec 7>"$NESTED/lock"
	flock --exclusive 7
	if [ "$(cat "$NESTED/key" 2>/dev/null)" != "$(nested_key)" ]; then
		rm -f "$NESTED/key"
		step "[nested] what guests in the VM boot" nested_make
		nested_key >"$NESTED/key"
	fi
	flock --unlock 7
}
