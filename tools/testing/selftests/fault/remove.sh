#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Removal of slices with each allocation failing in turn, by netlink, by sysfs, by a flush and
# with their NIC: it does not need memory, so it is only refused before it has begun. What of it
# others do, in works, ends well where there is none at all.
# timeout: 600
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

need "class vhost loads" modprobe mdev_vhost
need "and vfio" modprobe -a mdev_vfio vfio vfio_iommu_type1
faults_prepare_slices

remember
need "slices" each add
sweep_many "removal by netlink" -e ENOBUFS $SWEEP_OWN \
	vdpa 4 4:z:s{} -- vdpa 3 2:z:$NIC 4:z:s{}
sweep_many "removal by sysfs" $SWEEP_OWN \
	write $SLICES/s{}/remove 1 -- vdpa 3 2:z:$NIC 4:z:s{}

# moved SLICE: to $class
moved() {
	set_class "$1" "$class"
}

# from CLASS NUMBER JOBS: slice-del 8, and slice-new 6 with class 7
from() {
	class=$1
	need "slices are moved" each moved
	sweep "removal from class $class" -j "$3" -e ENOBUFS $SWEEP_OWN \
		mdev 8 2:z:s{} -- mdev 6 2:z:s{} 5:z:$NIC 7:32:$2
	sweep "by sysfs, too" -j "$3" $SWEEP_OWN \
		write $SLICES/s{}/remove 1 -- mdev 6 2:z:s{} 5:z:$NIC 7:32:$2
}
from none 0 $FAULT_JOBS
from vhost 2 $FAULT_JOBS
# Few, because who asks for a removal by netlink is answered after five seconds, gone or not.
from vfio 3 3
class=virtio
need "slices are moved" each moved

# removed_in INTERVAL FUNCTION COMMAND...: the command, with no memory for each INTERVALth
# allocation below the function
removed_in() {
	interval=$1
	function=$2
	shift 2
	set +f
	need "there is $function" fault_in_work "$function" "$interval" mdev_core
	set -f
	fault_set times 100000
	check "slices go, without memory for every $interval. allocation of $function" "$@"
	failed=$((100000 - $(cat /sys/kernel/debug/failslab/times)))
	fault_in_work_end
	check "there were some" [ "$failed" -gt 0 ]
	set +f
	check "nothing is left" wait_for 30 nothing_new
	set -f
}
removed_in 1 mdev_slice_drain_work each remove
need "slices" each add
removed_in 3 mdev_slice_drain_work each remove

# slice-flush 15: owner 10
need "a slice" add one
need "with an owner" write me $SLICES/one/owner
sweep "a flush" -e ENOBUFS $SWEEP_ALL mdev 15 10:z:me -- mdev 6 2:z:one 5:z:$NIC 10:z:me
need "it is removed" remove one

driver=/sys/bus/platform/drivers/mdev_net
# The NIC that comes would have the driver of the host loaded.
cleanup write "$(cat /proc/sys/kernel/modprobe)" /proc/sys/kernel/modprobe
write /bin/true /proc/sys/kernel/modprobe
need "a slice" add one
need "with an owner" write me $SLICES/one/owner
sweep "the NIC goes, with its slice" $FAULT_FEW $SWEEP_ALL write $driver/unbind $NIC -- \
	run "echo $NIC >$driver/bind && vdpa dev add name one mgmtdev $NIC && echo me >$SLICES/one/owner"
unbind() {
	vdpa dev add name two mgmtdev $NIC && write $NIC $driver/unbind && write $NIC $driver/bind
}
removed_in 1 mdev_slice_apart_work unbind
check "a slice is made" add one
need "it is removed" vdpa dev del one
