#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The vfio device and the vhost-vdpa node of a slice are opened, used and closed by several
# processes while others change its class, with and without force, and while it is removed:
# nobody gets an answer that means something else than that the slice is on its way, each kind
# of device has been opened, and in the end the slice goes where it is sent.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"
. "${0%/*}/lib-vfio.sh"

need "the modules load" load_nic
need "class vhost" modprobe mdev_vhost
need "and vfio" load_vfio
remember
need "a slice" add one

# change [WORD]: classes in turn
change() {
	for class in vfio vhost vfio virtio vhost none; do
		echo "$class${1:+ $1}" >$SLICES/one/class
		sleep 0.02
	done
}

force() {
	change force
}

race() {
	race_start change force
	race_open one
	race_open one
	"$@"
}

wanted="vfio vhost"
[ ! -e /dev/iommu ] || wanted="$wanted iommufd"
race_check "each of its devices is opened" "$wanted" race race_hold 8
check "no call failed for another reason" race_allowed
for class in vhost vfio virtio; do
	check "it goes to class $class" set_class one $class
	check_eq "with its driver" "$(attr one class) $(attr one state)" "$class ready bound"
done

remove() {
	wait_for 30 noted vfio vhost
	# Not while somebody has its state.
	check "it is removed in the middle" wait_for 30 vdpa dev del one
	race_stop
}
: >"$lib_scratch/noted"
race remove
check "no call failed for another reason" race_allowed
check "nothing is left" wait_for 10 nothing_new
