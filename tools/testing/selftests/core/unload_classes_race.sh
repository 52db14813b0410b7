#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The modules of classes vhost, vfio and virtio, and that of family vdpa, come and go while a slice
# is made and removed, goes from class to class, is opened, and is listed by both families.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"
. "${0%/*}/../vfio/lib-vfio.sh"

uuid=5a1ce000-0000-4000-8000-000000000001
create=/sys/bus/platform/devices/$NIC/mdev_supported_types/mdev_net-net/create

need "the modules load" load_nic
need "class vhost" modprobe mdev_vhost
need "and vfio" load_vfio
remember

change() {
	[ -e $SLICES/$uuid ] || write $uuid $create
	for class in vhost none vfio none virtio none; do
		write $class $SLICES/$uuid/class
		sleep 0.05
	done
	write 1 $SLICES/$uuid/remove
}

look() {
	cat $SLICES/$uuid/*
	vdpa dev show
	vdpa dev config show
	tribus show
}

# unload MODULE: if nobody uses it, which is told; nobody has it for a moment
unload() {
	note "unloaded_$1" rmmod "mdev_$1" || return
	sleep "0.0$(($(milliseconds) % 10))"
	modprobe "mdev_$1"
	sleep 0.1
}

unload_vhost() {
	unload vhost
}

unload_vfio() {
	unload vfio
}

unload_virtio() {
	unload virtio
}

unload_vdpa() {
	unload vdpa
}

race() {
	race_start change look unload_vhost unload_vfio unload_virtio unload_vdpa
	race_open $uuid $uuid
	race_hold 16
}

race_check "each module goes several times" \
	"unloaded_vhost=3 unloaded_vfio=3 unloaded_virtio=3 unloaded_vdpa=3" race
check "no call failed for another reason" race_allowed

need "all are loaded again" modprobe -a mdev_vdpa mdev_virtio mdev_vhost mdev_vfio
gone() {
	vdpa dev del $uuid 2>/dev/null
	[ ! -e $SLICES/$uuid ]
}
check "the slice goes" wait_for 10 gone
check "nothing is left" wait_for 10 nothing_new
need "a slice" add one
for class in vhost vfio virtio; do
	check "it gets to class $class" set_class one $class
	check_eq "with a driver" "$(attr one state)" "ready bound"
done
check "it is removed" vdpa dev del one
check "everything goes" modprobe -r mdev_net mdev_vhost mdev_vfio mdev_virtio mdev_vdpa
check "and nothing is loaded" sh -c "! grep ^mdev_ /proc/modules"
