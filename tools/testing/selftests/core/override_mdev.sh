#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The driver that user space names for a mediated device gets it, and no other: when it is
# bound, when one is looked for and when the driver comes; and gives it back.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

VFIO=/sys/bus/mdev

need "the modules load" load_nic
need "and vfio" modprobe -a mdev_vfio vfio vfio_iommu_type1
need "a slice" add vm1
need "in class vfio" set_class vm1 vfio
uuid=$(attr vm1 uuid)
override=$VFIO/devices/$uuid/driver_override

# driver: the one that has it, or none
driver() {
	[ ! -e $VFIO/devices/"$uuid"/driver ] ||
		basename "$(readlink -f $VFIO/devices/"$uuid"/driver)"
}

unbind() {
	write "$uuid" $VFIO/drivers/"$1"/unbind
}

need "another driver" modprobe mdev_test_vfio
check_eq "does not get it by itself" "$(driver)" vfio_virtio
check "its own driver leaves it" unbind vfio_virtio
check_fail "unasked the other one does not take it" "No such device" \
	write "$uuid" $VFIO/drivers/mdev_test_vfio/bind
check "user space names that" write mdev_test_vfio "$override"
check_fail "its own driver does not take it any more" "No such device" \
	write "$uuid" $VFIO/drivers/vfio_virtio/bind
check "the other one does" write "$uuid" $VFIO/drivers/mdev_test_vfio/bind
check_eq "and has it" "$(driver) $(attr vm1 state)" "mdev_test_vfio ready bound"
check "there is no vfio device" test ! -e "$VFIO/devices/$uuid/vfio-dev"
check "it leaves it" unbind mdev_test_vfio
check "a driver is looked for" write "$uuid" $VFIO/drivers_probe
check_eq "it is that" "$(driver) $(attr vm1 state)" "mdev_test_vfio ready bound"
check "the driver goes" modprobe -r mdev_test_vfio
check_eq "nobody has it" "$(driver) $(attr vm1 state)" " ready unbound"
check "the driver comes" modprobe mdev_test_vfio
check_eq "and takes it" "$(driver) $(attr vm1 state)" "mdev_test_vfio ready bound"
check "the slice leaves the class" set_class vm1 virtio
check "and comes back" set_class vm1 vfio
check_eq "to its own driver" "$(driver) $(attr vm1 state)" "vfio_virtio ready bound"
check "with a vfio device" test -e "$VFIO/devices/$uuid/vfio-dev"
check "the slice is removed" vdpa dev del vm1
