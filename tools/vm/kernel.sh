# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# A kernel that the VM can run: Debian's own, "plain", or one of those that linux.sh
# builds. Everything that depends on which one it is uses these variables and nothing
# else:
#
#   KERNEL          its name
#   KERNEL_DIR      what is made for this kernel: image, initramfs, modules
#   KERNEL_RELEASE  its release
#   KERNEL_HEADERS  inside the root file system: what modules are built against
#   KERNEL_MODULES  inside the root file system: the modules it comes with
#   KERNEL_MAKE     with what make is called for our modules besides
#   KERNEL_APPEND   what its command line has besides

KERNEL=plain
KERNEL_MAKE=
KERNEL_APPEND=

# kernel_choose NAME: what --kernel names
kernel_choose() {
	[ "$1" = plain ] || linux_names | grep -qxF -e "$1" ||
		die "there is no kernel $1, only: plain $(linux_names | tr '\n' ' ')"
	KERNEL=$1
}

kernel_debian() {
	KERNEL_DIR=$BUILD/kernel-debian
	KERNEL_RELEASE=$(ls "$ROOTFS/usr/lib/modules")
	KERNEL_HEADERS=/lib/modules/$KERNEL_RELEASE/build
	KERNEL_MODULES=/usr/lib/modules/$KERNEL_RELEASE
	KERNEL_PACKED=/boot/vmlinuz-$KERNEL_RELEASE
	mkdir -p "$KERNEL_DIR"
}

# kernel_field FORMAT OFFSET: one number of the boot protocol's header
kernel_field() {
	od -An "-t$1" -j "$2" -N "${1#u}" "$ROOTFS$KERNEL_PACKED" | tr -d ' '
}

# Writes the compressed vmlinux inside of a bzImage (boot protocol 2.08:
# payload_offset counts from the end of the setup sectors).
kernel_payload() {
	_sectors=$(kernel_field u1 497)
	_offset=$(kernel_field u4 584)
	_length=$(kernel_field u4 588)
	tail -c "+$(((_sectors + 1) * 512 + _offset + 1))" "$ROOTFS$KERNEL_PACKED" |
		head -c "$_length"
}

# Decompressing itself takes the kernel a second in emulation and a tenth here.
# QEMU boots the vmlinux directly where it can be had.
kernel_unpack() {
	kernel_payload | inside -- sh -c 'zstd -dcq 2>/dev/null || :' >"$KERNEL_DIR/image.new"
	if ! head -c 4 "$KERNEL_DIR/image.new" | grep -q ELF; then
		cp "$ROOTFS$KERNEL_PACKED" "$KERNEL_DIR/image.new"
	fi
	mv "$KERNEL_DIR/image.new" "$KERNEL_DIR/image"
}

initramfs_make() {
	inside --bind "$SRC/tools/vm" /run/vm --bind "$KERNEL_DIR" /run/kernel -- \
		sh /run/vm/initramfs.sh "$KERNEL_RELEASE" /run/kernel/initramfs.new &&
		mv "$KERNEL_DIR/initramfs.new" "$KERNEL_DIR/initramfs"
}

# A kernel that is built here has its image from there.
kernel_prepare() {
	if [ "$KERNEL" = plain ]; then
		kernel_unpack || return
	fi
	initramfs_make
}

kernel_key() {
	cat "$BUILD/rootfs.key" "$KERNEL_DIR/linux.key" "$SRC/tools/vm/kernel.sh" "$SRC/tools/vm/initramfs.sh" \
		"$SRC/tools/vm/early.sh" 2>/dev/null | sha256sum | cut -c 1-16
}

kernel_get() {
	if [ "$KERNEL" = plain ]; then
		kernel_debian
	else
		linux_get
	fi
	exec 7>"$KERNEL_DIR/lock"
	flock --exclusive 7
	if [ "$(cat "$KERNEL_DIR/key" 2>/dev/null)" != "$(kernel_key)" ]; then
		rm -f "$KERNEL_DIR/key"
		step "[kernel] preparing $KERNEL_RELEASE" kernel_prepare
		kernel_key >"$KERNEL_DIR/key"
	fi
	flock --unlock 7
}
