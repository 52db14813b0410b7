#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# initramfs.sh RELEASE FILE
#
# Runs in the root file system and packs what mounts it in the VM: busybox, the
# modules of 9p and overlay in the order in which they load, and early.sh.
set -eu

release=$1
output=$2
tree=$(mktemp -d)

mkdir "$tree/bin" "$tree/dev" "$tree/modules"
cp /usr/bin/busybox "$tree/bin/"
cp "${0%/*}/early.sh" "$tree/init"
chmod +x "$tree/init"

count=10
# A kernel that is built here has them in itself.
[ ! -d "/usr/lib/modules/$release" ] ||
	modprobe -S "$release" --show-depends -a 9pnet_virtio 9p overlay |
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

# Not compressed: reading it is cheaper than decompressing it in emulation.
cd "$tree"
find . | cpio --quiet -o -H newc >"$output"
