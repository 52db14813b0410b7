#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The driver that user space has named for a slice is the one that gets it back when a
# change of class has failed, in class vfio as in class vendor, whether it is there or not.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef
VENDOR=/sys/bus/mdev_vendor
VFIO=/sys/bus/mdev

# driver BUS NAME: the one that a class device is bound to
driver() {
	basename "$(readlink -f "$1/devices/$2/driver")"
}

need "the modules load" load_nic
need "and vfio" modprobe -a vfio vfio_iommu_type1
need "a slice" add vm1
need "in class vfio" set_class vm1 vfio
mediated=$(attr vm1 uuid)
override=$VFIO/devices/$mediated/driver_override
check "user space names the driver that it has" write vfio_virtio "$override"
echo 5 >"$FAULT/driver_ok"
check_fail "a change fails" "Input/output error" set_class vm1 virtio
check_eq "the slice is back" "$(attr vm1 class) $(attr vm1 state)" "vfio ready bound"
check_eq "with the wish" "$(cat "$override")" vfio_virtio
check "user space names none that is there" write nobody "$override"
check "and unbinds" write "$mediated" $VFIO/drivers/vfio_virtio/unbind
check_fail "a change fails" "Input/output error" set_class vm1 virtio
check_eq "the slice is back, and nobody has it" "$(attr vm1 class) $(attr vm1 state)" \
	"vfio ready unbound"
check_eq "with the wish" "$(cat "$override")" nobody
check "which can be taken back" write "" "$override"
check_fail "a change fails" "Input/output error" set_class vm1 virtio
check_eq "its own driver has it" "$(driver $VFIO "$mediated")" vfio_virtio
check_eq "nothing is wished" "$(cat "$override")" "(null)"
echo 0 >"$FAULT/driver_ok"

# A change that succeeds ends it.
check "user space names a driver once more" write nobody "$override"
check "the slice leaves the class" set_class vm1 none
check "and comes back" set_class vm1 vfio
check_eq "nothing is wished" "$(cat "$override")" "(null)"
check "the slice is removed" vdpa dev del vm1

need "drivers of class vendor" modprobe mdev_test_vendor
need "parents for them" modprobe mdev_test
# Their devices do nothing, so no virtio driver must get them yet.
modprobe -r virtio_rng
need "a slice" write $uuid \
	/sys/bus/mdev_test/devices/mdev_back0/mdev_supported_types/mdev_test-rng/create
need "in class vendor" set_class $uuid vendor
override=$VENDOR/devices/$uuid/driver_override
check "user space names another driver" write mdev_test_other $override
check "unbinds its own" write $uuid $VENDOR/drivers/mdev_test_vendor/unbind
check "and binds the other one" write $uuid $VENDOR/drivers/mdev_test_other/bind
if modprobe virtio_rng; then
	check_fail "a change fails" "" set_class $uuid virtio
	check_eq "the slice is back" "$(attr $uuid class) $(attr $uuid state)" "vendor ready bound"
	check_eq "with the driver" "$(driver $VENDOR $uuid)" mdev_test_other
	check_eq "and the wish" "$(cat $override)" mdev_test_other
else
	skip "a change fails" "this kernel has no virtio_rng"
fi
