# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The kernels that are built here, of Debian's source package of the same series. One
# of them is a file kernel/NAME.config; a line "# make kernel: ARGUMENT..." or "# make
# modules: ARGUMENT..." in it says with what make is called besides.

LINUX_PACKAGES="bc bison flex libelf-dev"
LINUX_SOURCE=$BUILD/linux-source
LINUX_LAYER=

# Raise this when linux_unpack() changes in a way that the result shows.
LINUX_VERSION=4

linux_names() {
	for _config in "$SRC"/tools/vm/kernel/*.config; do
		_config=${_config##*/}
		[ "$_config" = base.config ] || printf '%s\n' "${_config%.config}"
	done
}

# linux_arguments WHAT: from the comments of the configuration
linux_arguments() {
	sed -n "s/^# make $1: //p" "$SRC/tools/vm/kernel/$KERNEL.config" | tr '\n' ' '
}

# The layer with the source's package is another one than that of --package.
linux_layer_get() {
	_packages=$PACKAGES
	_upper=$PACKAGES_LAYER
	_series=$(ls "$ROOTFS/usr/lib/modules" | cut -d . -f 1,2)
	PACKAGES=" $LINUX_PACKAGES linux-source-$_series"
	packages_get
	LINUX_LAYER=$PACKAGES_LAYER
	PACKAGES=$_packages
	PACKAGES_LAYER=$_upper
}

linux_version() {
	echo "$LINUX_VERSION"
	awk -v RS= '/^Package: (linux-source-|gcc-[0-9]*\n)/ { print }' \
		"$LINUX_LAYER/var/lib/dpkg/status" | grep -E '^(Package|Version): '
}

# DEBUG_KOBJECT_RELEASE delays each release by one to four seconds, and whoever unloads a
# module waits for that. A thirtieth of it makes the same mistakes visible.
linux_patch() {
	sed -i 's,HZ + HZ \* get_random_u32_below(4),(HZ + HZ * get_random_u32_below(4)) / 32,' \
		"$LINUX_SOURCE/lib/kobject.c" &&
		grep -q 'get_random_u32_below(4)) / 32' "$LINUX_SOURCE/lib/kobject.c"
}

# What no kernel of ours compiles is most of the source. Everything but C stays: the
# configuration reads files of all folders.
LINUX_UNUSED="accel clk comedi crypto gpu hwmon i2c iio infiniband input isdn leds md media
	mfd mtd mmc net/dsa net/ethernet net/wireless nvme phy pinctrl power regulator scsi
	soc sound/ spi staging target usb video"

linux_unpack() {
	rm -rf "$LINUX_SOURCE" && mkdir "$LINUX_SOURCE" || return
	set -- --exclude='*/Documentation/*.rst' --exclude='*/Documentation/devicetree/*' \
		--exclude='*/tools/testing/*' --exclude='*/tools/perf/*' \
		--exclude='*/arch/[!x]*/*.[chS]' --exclude='*.dts' --exclude='*.dtsi' \
		--exclude='*/sound/*.[ch]'
	for _unused in $LINUX_UNUSED; do
		set -- "$@" --exclude="*/drivers/$_unused/*.[ch]"
	done
	inside --bind "$LINUX_LAYER/usr/src" /run/archive --bind "$LINUX_SOURCE" /run/linux -- \
		sh -c 'exec tar -C /run/linux --strip-components=1 -xJf /run/archive/linux-source-*.tar.xz "$@"' \
		tar "$@" &&
		linux_patch
}

linux_source_get() {
	linux_layer_get
	exec 7>"$BUILD/linux-source.lock"
	flock --exclusive 7
	if [ "$(cat "$BUILD/linux-source.key" 2>/dev/null)" != "$(linux_version)" ]; then
		rm -f "$BUILD/linux-source.key"
		step "[source] unpacking the kernel's source" linux_unpack
		linux_version >"$BUILD/linux-source.key"
	fi
	flock --unlock 7
}

# shellcheck disable=SC2046
linux_build() {
	mkdir -p "$KERNEL_DIR/root" &&
		namespace sh "$SRC/tools/vm/over.sh" "$ROOTFS" "$LINUX_LAYER" "$KERNEL_DIR/root" \
			--bind "$LINUX_SOURCE" /run/linux --bind "$KERNEL_DIR" /run/build \
			--bind "$SRC/tools/vm" /run/vm -- \
			sh /run/vm/linux-build.sh "$KERNEL" $(linux_arguments kernel)
}

linux_key() {
	{
		cat "$BUILD/rootfs.key" "$BUILD/linux-source.key" "$SRC/tools/vm/linux-build.sh" \
			"$SRC/tools/vm/kernel/base.config"
		grep -v '^# make modules:' "$SRC/tools/vm/kernel/$KERNEL.config"
	} | sha256sum | cut -c 1-16
}

# An interrupted build is continued; what is there is only used when the key says so.
linux_get() {
	linux_source_get
	KERNEL_DIR=$BUILD/kernel-$KERNEL
	mkdir -p "$KERNEL_DIR"
	exec 7>"$KERNEL_DIR/lock"
	flock --exclusive 7
	if [ "$(cat "$KERNEL_DIR/linux.key" 2>/dev/null)" != "$(linux_key)" ]; then
		rm -f "$KERNEL_DIR/linux.key"
		step "[kernel] building the kernel $KERNEL (takes 5 minutes)" linux_build
		linux_key >"$KERNEL_DIR/linux.key"
	fi
	flock --unlock 7
	KERNEL_RELEASE=$(cat "$KERNEL_DIR/linux/include/config/kernel.release")
	KERNEL_HEADERS=/run/build/linux
	KERNEL_MODULES=/run/build/modules/lib/modules/$KERNEL_RELEASE
	KERNEL_MAKE=$(linux_arguments modules)
	KERNEL_APPEND=$(sed -n 's/^# append: //p' "$SRC/tools/vm/kernel/base.config" \
		"$SRC/tools/vm/kernel/$KERNEL.config" | tr '\n' ' ')
}
