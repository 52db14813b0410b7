#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every attribute of a slice in sysfs: what it says, who may write it.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one

check_eq "class" "$(attr one class)" virtio
check_match "classes has none" " $(attr one classes) " "* none *"
check_match "classes has virtio" " $(attr one classes) " "* virtio *"
check_eq "state" "$(attr one state)" "ready bound"
check_eq "type" "$(attr one type)" net
check_eq "parent" "$(attr one parent)" platform/$NIC
check "uuid" grep -qE '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' "$SLICES/one/uuid"
check_eq "the slice is a child of its parent" \
	"$(readlink -f "$SLICES/one")" "$(readlink -f /sys/bus/platform/devices/$NIC)/mdev_slice/one"
check_eq "class_device" "$(readlink -f "$SLICES/one/class_device")" "$(readlink -f "$CDEVS/one")"
check_eq "the class device is a child of the parent" \
	"$(readlink -f "$CDEVS/one")" "$(readlink -f /sys/bus/platform/devices/$NIC)/one"
check_eq "its link slice" "$(readlink -f "$CDEVS/one/slice")" "$(readlink -f "$SLICES/one")"

mode() {
	stat -c %a "$SLICES/one/$1"
}
for name in class owner; do
	check_eq "root writes $name" "$(mode $name)" 644
done
for name in classes state type parent uuid; do
	check_eq "nobody writes $name" "$(mode $name)" 444
done
check_eq "nobody reads remove" "$(mode remove)" 200

need "the slice is parked" set_class one none
check_eq "class of a parked slice" "$(attr one class)" none
check_eq "state of a parked slice" "$(attr one state)" ready
check "it has no class device" test ! -e "$SLICES/one/class_device"
check "nor has the bus" test ! -e "$CDEVS/one"

need "another slice" add two
check "two slices have two UUIDs" test "$(attr one uuid)" != "$(attr two uuid)"
