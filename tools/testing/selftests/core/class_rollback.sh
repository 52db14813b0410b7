#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice whose new class cannot be entered is in its former class again; if that
# fails too it is parked, both errors are told, and the next change works.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

PARAM=/sys/module/mdev_test_class/parameters

need "the family loads" modprobe mdev_vdpa
need "parents for tests" modprobe mdev_test
# Their devices do nothing, so no virtio driver must get them.
need "classes virtio, vfio and vendor are not there" modprobe -r mdev_virtio mdev_vfio mdev_vendor
need "classes for tests" modprobe mdev_test_class
need "a slice" vdpa dev add name back mgmtdev mdev_test/mdev_back0
cleanup vdpa dev del back
uuid=$(attr back uuid)
check_eq "is in the first class that is there" "$(attr back class)" vfio
check "and named by its UUID on that bus" test -e "/sys/bus/mdev_test_vfio/devices/$uuid"
check "it changes to the other" set_class back vendor
check "and is named by its name there" test -e /sys/bus/mdev_test_vendor/devices/back
check_eq "with its driver" "$(attr back state)" "ready bound"

echo 5 >$PARAM/vfio_err
check_fail "the way to vfio fails" "Input/output error" set_class back vfio
check_eq "it is in its former class" "$(attr back class)" vendor
check_eq "with its driver" "$(attr back state)" "ready bound"
check "whose device is there" test -e "$SLICES/back/class_device/slice"
check "the other is not" test ! -e "/sys/bus/mdev_test_vfio/devices/$uuid"

echo 12 >$PARAM/vendor_err
dmesg --clear
check_fail "the way to vfio and the way back fail" "Input/output error" set_class back vfio
check_eq "it is parked" "$(attr back class)" none
check_eq "and ready" "$(attr back state)" ready
parked() {
	dmesg | grep "parked: class change failed: -EIO, the way back to vendor: -ENOMEM"
}
check "both errors are in the log" parked
check_fail "it does not enter a class that fails" "Cannot allocate memory" set_class back vendor
check_eq "and is parked still" "$(attr back class)" none

echo 0 >$PARAM/vendor_err
check "the next try works" set_class back vendor
echo 0 >$PARAM/vfio_err
check "and the next" set_class back vfio
check_eq "with its driver" "$(attr back state)" "ready bound"
check_eq "and the UUID it had" "$(attr back uuid)" "$uuid"
check_fail "the module of its class stays" "in use" rmmod mdev_test_class
