#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Everything at once, in classes virtio, vhost and vfio: a slice is made and removed on two NICs,
# goes from class to class, is opened by what it is there, has its drivers unbound and bound, and
# is listed by both families, while one of the NICs and a CPU come and go. Frames pass through a
# slice in each class of the other NIC all the time, and nothing is left in the end.
# timeout: 240
# kernels: plain debug kcsan
# allow-leak: kasprintf[^ ]* device_set_deferred_probe_reason
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-race.sh"
. "${0%/*}/../vhost/lib-vhost.sh"
. "${0%/*}/../vfio/lib-vfio.sh"

uuid=5a1ce000-0000-4000-8000-000000000001
nics=/sys/bus/platform/drivers/mdev_net
cpu=/sys/devices/system/cpu/cpu1/online

need "the modules load" load_nic parents=2
need "class vhost" modprobe mdev_vhost
need "and vfio" load_vfio
remember
[ -w $cpu ] || skip_all "two CPUs are needed, of which one can go"
cleanup write 1 $cpu

# use CLASS SLICE [run]: sends and receives until it is killed
use() {
	use_class=$1
	shift
	"$HELPERS/$use_class/exchange" "$@" >"$lib_scratch/$use_class" 2>&1 &
	users="$users $!"
	cleanup kill -9 $!
	wait_for 60 grep -q ready "$lib_scratch/$use_class"
}

users=
need "a slice in class virtio" wire wired max_vqp 2
need "one in class vhost" vhost_slice held
need "one in class vfio" vfio_slice given
need "with its representor" rep_up given
need "it is used by a node" use vhost held run
need "that by vfio" use vfio given

# Has it been in all classes, which ends with an owner?
changed() {
	[ ! -e $SLICES/$uuid ] || [ "$(cat $SLICES/$uuid/owner)" ]
}

make() {
	note made write $uuid "/sys/bus/platform/devices/mdev_net$((turn = !turn))/mdev_supported_types/mdev_net-net/create"
	wait_for 3 changed
	note removed vdpa dev del $uuid
	note made write $uuid "/sys/bus/platform/devices/mdev_net$turn/mdev_supported_types/mdev_net-net/create"
	sleep 0.2
	note removed write 1 $SLICES/$uuid/remove
}

change() {
	for class in vhost vfio virtio none; do
		note "to_$class" write "$class" $SLICES/$uuid/class
		sleep 0.05
		write "$class force" $SLICES/$uuid/class
	done
	write somebody $SLICES/$uuid/owner
}

# The slice has its UUID for a name, so all buses know it by that.
drivers() {
	for driver in mdev/drivers/vfio_virtio mdev_vhost/drivers/vhost_vdpa \
		mdev_virtio/drivers/virtio_vdpa; do
		note "unbound:${driver##*/}" put $uuid /sys/bus/$driver/unbind
		note bound put $uuid /sys/bus/$driver/bind
	done
}

look() {
	cat $SLICES/$uuid/* $SLICES/$uuid/class_device/uevent
	vdpa dev config show
	tribus show
	tribus stats
}

nic() {
	note gone write mdev_net1 $nics/unbind
	sleep 0.2
	note back write mdev_net1 $nics/bind
	sleep 0.5
}

cpus() {
	note offline write 0 $cpu
	sleep 0.5
	note online write 1 $cpu
	sleep 0.5
}

gone() {
	vdpa dev del $uuid 2>/dev/null
	[ ! -e $SLICES/$uuid ]
}

remove_all() {
	for name in "$@"; do
		vdpa dev del "$name" || return
	done
}

flood() {
	note flood host timeout 10 ping -q -f -w 2 -s 1000 $GUEST_IP
}

# carries SLICE: are frames of its driver counted?
carries() {
	carries_was=$(counter "$1" 1 packets)
	sleep 0.5
	[ "$(counter "$1" 1 packets)" != "$carries_was" ]
}

race() {
	race_start make change change drivers look nic cpus flood
	race_open $uuid $uuid
	race_hold 8
}

turn=0
wanted="made removed to_none bound gone back offline online flood vfio vhost"
[ ! -e /dev/iommu ] || wanted="$wanted iommufd"
for driver in vfio_virtio vhost_vdpa virtio_vdpa; do
	wanted="$wanted unbound:$driver"
done
race_check "each of them gets something done" "$wanted" race
check "no call failed for another reason" race_allowed

write 1 $cpu
for name in held given; do
	check "frames of $name pass" wait_for 30 carries $name
done
check "and those of class virtio" wait_for 30 ping_guest
[ -e /sys/bus/platform/devices/mdev_net1/driver ] || write mdev_net1 $nics/bind
check "the slice goes" wait_for 10 gone

# Not one of those above: who holds it is told when it goes.
kill -9 $users
wait $users 2>/dev/null
check "those of the other NIC are removed" remove_all wired held given
check "nothing is left" wait_for 20 nothing_new
for class in virtio vhost vfio; do
	check "a slice is made on the NIC that came and went" \
		vdpa dev add name $class mgmtdev mdev_net1
	check "and gets to class $class" set_class $class $class
	check_eq "with a driver" "$(attr $class state)" "ready bound"
done
