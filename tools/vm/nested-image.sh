#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# nested-image.sh RELEASE FILE
#
# Runs in the root file system and packs the initramfs of a guest in the VM: busybox,
# ethtool, iperf3 and lspci with their libraries, and the modules of the devices that tests
# give it.
set -eu

release=$1
output=$2
tree=$(mktemp -d)

mkdir "$tree/bin" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/tmp" "$tree/modules"
cp /usr/bin/busybox "$tree/bin/"
cp "${0%/*}/nested-init.sh" "$tree/init"
chmod +x "$tree/init"

# libgcc_s is looked for when a thread is cancelled.
tools="/usr/sbin/ethtool /usr/bin/iperf3 /usr/bin/lspci"
cp $tools "$tree/bin/"
{
	ldd $tools | grep -o '/lib[^ :]*'
	find /usr/lib -name libgcc_s.so.1
} | while read -r library; do
	mkdir -p "$tree${library%/*}"
	cp -L "$library" "$tree$library"
done

count=10
modprobe -S "$release" --show-depends -a virtio_net virtio_blk |
	awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
	while read -r module; do
		count=$((count + 1))
		case $module in
		*.xz) xz -dc "$module" ;;
		*.zst) zstd -dcq "$module" ;;
		*.gz) gzip -dc "$module" ;;
		*) cat "$module" ;;
		esac >"$tree/modules/$count.ko"
	done

cd "$tree"
find . | cpio --quiet -o -H newc >"$output"
