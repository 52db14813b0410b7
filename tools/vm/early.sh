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
	[ ! -e "$module" ] || $b insmod "$module" || give_up "cannot load $module"
done

# share TAG PLACE OPTIONS
share() {
	$b mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2" ||
		give_up "cannot mount what the host shares as $1"
}

# Only what cannot change while the VM runs is cached. With cache=mmap, writes are
# delayed until the file is closed, which programs on the user's files can bear.
$b mkdir /base /top /new
share base /base cache=loose,ro
$b mount -t tmpfs -o size=75% top /top
$b mkdir /top/upper /top/work
$b mount -t overlay -o lowerdir=/base/modules:/base/packages:/base/root,upperdir=/top/upper,workdir=/top/work overlay /new ||
	give_up "cannot mount the overlay"

# What most commands begin with comes from memory, which a file of the overlay does that was
# touched: by 9p, each opening of a file asks the host. Where one is missing it is none of those.
cd /new || give_up "no root"
for name in libc libm libmnl libcap libselinux libpcre2-8 libbpf libelf libz libzstd libacl \
	libtinfo ld-linux-x86-64; do
	$b chmod u+r usr/lib/*-linux-gnu/$name.so.[0-9]
done 2>/dev/null
for name in dash bash busybox ip mawk sed grep tee env stat ls sort timeout nsenter mktemp tr \
	chmod ping setpriv; do
	$b chmod u+r usr/bin/$name
done 2>/dev/null
$b chmod u+r usr/sbin/vdpa 2>/dev/null

$b mount -t proc proc /new/proc
$b mount -t sysfs sys /new/sys
$b mount -t tmpfs -o mode=755 run /new/run
$b mkdir /new/run/host /new/run/share /new/tribus
share host /new/run/host cache=none
share source /new/tribus cache=none,ro
for name in nested helpers; do
	$b mkdir /new/run/$name
	$b mount -o bind /base/$name /new/run/$name
done
if [ -s /new/run/host/ctl/shares ]; then
	share share /new/run/share cache=mmap
fi
$b mount -o move /dev /new/dev
exec $b switch_root /new /bin/sh /tribus/tools/vm/guest.sh
