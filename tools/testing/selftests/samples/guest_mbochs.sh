#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A guest's own driver bochs uses a mbochs: what is painted by its framebuffer device is in the
# dma-buf that QEMU would show. QEMU needs OpenGL for that, so the test asks in its place,
# and keeps what it has seen as build/kept/mbochs.ppm.
# timeout: 240
# kernels: plain
# ci: none
#
# The guest has the kernel of its host, and those that are built have no such driver.
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-samples.sh"
. "${0%/*}/../lib-guest.sh"

# The driver and what it needs, numbered in the order of loading.
guest_modules() {
	number=10
	modprobe --show-depends bochs | awk '$1 == "insmod" { print $2 }' |
		while read -r module; do
			number=$((number + 1))
			case $module in
			*.xz) xz -dc "$module" ;;
			*.zst) zstd -dcq "$module" ;;
			*.gz) gzip -dc "$module" ;;
			*) cat "$module" ;;
			esac >"$lib_scratch/$number.ko"
			echo "$lib_scratch/$number.ko=bochs/$number.ko"
		done
}

need "the sample loads" load_sample mbochs
need "a display" make mbochs medium 1
# shellcheck disable=SC2046
need "files for the guest" guest_with "$HELPERS_DIR/paint=bin/paint" $(guest_modules)
need "a guest boots" guest_start one -device "vfio-pci,sysfsdev=$MEDIATED/$(uuid 1),id=display"
check "its driver takes the display" guest_run one \
	"for module in /bochs/*.ko; do insmod \$module || exit; done"
check "and has a framebuffer" guest_run one test -c /dev/fb0
# Text would be painted, too.
guest_run one "echo 0 >/sys/class/vtconsole/vtcon1/bind"
size=$(guest_run one paint /dev/fb0)
check_eq "the guest paints" "$size" "1024 768"
scanout() {
	# shellcheck disable=SC2086
	"$HELPERS_DIR/scanout" "$(guest_pid one)" $size "$lib_scratch/mbochs.ppm"
}

# The guest's kernel copies pages to the display after they were written to. In emulation it has
# missed one, once: pages that are others' would still be wrong when it is painted again.
shown() {
	scanout || { guest_run one paint /dev/fb0 && scanout; }
}
check "each pixel is shown" shown
keep "$lib_scratch/mbochs.ppm"
check_eq "QEMU has not complained" "$(cat "$(guest_dir one)/qemu")" ""
guest_kill one
check "when the guest has gone the display is removed" unmake 1
