#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
#
# /init of the initramfs: puts the root file system together and goes there.
# "base" is what QEMU shares read-only: the layers of the root file system. What
# is written in the VM goes to memory and is gone with it.

b=/bin/busybox

give_up() {
	echo "early: $*" >/dev/kmsg
	$b poweroff -f
}

$b mount -t devtmpfs dev /dev
for module in /modules/*.ko; do
	$b insmod "$module" || give_up "cannot load $module"
done

$b mkdir /base /top /new
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro base /base ||
	give_up "cannot mount the shared root file system"
$b mount -t tmpfs -o size=75% top /top
$b mkdir /top/upper /top/work
$b mount -t overlay -o lowerdir=/base/modules:/base/packages:/base/root,upperdir=/top/upper,workdir=/top/work overlay /new ||
	give_up "cannot mount the overlay"

$b mount -t proc proc /new/proc
$b mount -t sysfs sys /new/sys
$b mount -t tmpfs -o mode=755 run /new/run
$b mkdir /new/run/host /new/tribus
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=mmap host /new/run/host ||
	give_up "cannot mount the directories shared with the host"
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=mmap,ro source /new/tribus ||
	give_up "cannot mount the source"
$b mount -o move /dev /new/dev
exec $b switch_root /new /bin/sh /tribus/tools/vm/guest.sh
