#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mdev_supported_types of a parent: what can be made, and making it by a UUID. Slices made
# there are like all others.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef
other=87654321-90ab-cdef-1234-567890abcdef
newline='
'

need "the modules load" load_nic max_slices=2
parent=/sys/class/mdev_bus/$NIC
check_eq "the class of parents has a link to the NIC" "$(readlink -f $parent)" \
	"$(readlink -f /sys/bus/platform/devices/$NIC)"
need "the NIC has types" cd "$parent/mdev_supported_types"
type=$(ls)
check_eq "there is one" "$type" mdev_net-net
check_eq "with a name" "$(cat "$type/name")" virtio-net
check_eq "a description" "$(cat "$type/description")" \
	"software virtio network device with a representor"
check_eq "what a guest would see" "$(cat "$type/device_api")" vfio-pci
check_eq "and how many can be made" "$(cat "$type/available_instances")" 2
check_eq "there is none yet" "$(ls "$type/devices")" ""
remember

for bad in '' 1 "${uuid%?}" "${uuid}0" "$uuid " "${uuid%?}g" 1234567890abcdef1234567890abcdef0000 \
	00000000-0000-0000-0000-000000000000; do
	check_fail "not a UUID: \"$bad\"" "Invalid argument" write "$bad" "$type/create"
done
check_fail "nor are two lines" "Invalid argument" write "$uuid$newline$newline" "$type/create"
check "none of them makes anything" nothing_new

check "a UUID makes a slice" write $uuid "$type/create"
check_eq "that has it" "$(attr $uuid uuid)" $uuid
check_eq "the type" "$(attr $uuid type)" net
check_eq "and is a mediated device" "$(attr $uuid class)" vfio
check_match "with a driver" "$(attr $uuid state)" "ready bound"
mediated=/sys/bus/mdev/devices/$uuid
check_eq "on its bus" "$(readlink -f "$mediated/slice")" "$(readlink -f "$SLICES/$uuid")"
check_eq "below its parent" "$(readlink -f "$mediated/..")" "$(readlink -f "$parent")"
check_eq "with its type" "$(readlink -f "$mediated/mdev_type")" "$(readlink -f "$type")"
check_eq "and a group for vfio" "$(ls "$mediated/iommu_group/devices")" $uuid
check_eq "it is told with the type" "$(readlink -f "$type/devices/$uuid")" \
	"$(readlink -f "$SLICES/$uuid")"
check_eq "one can still be made" "$(cat "$type/available_instances")" 1
check_match "vdpa shows it" "$(vdpa dev show $uuid)" "$uuid: type network mgmtdev */$NIC *"
check_fail "its UUID is used" "File exists" write $uuid "$type/create"
check "its class changes" set_class $uuid none
check "the link stays" test -e "$type/devices/$uuid/class"
check "and back" set_class $uuid virtio

# The name is one thing, the UUID another.
check "a slice with a name" add one
named=$(attr one uuid)
check_eq "is there by its UUID" "$(readlink -f "$type/devices/$named")" \
	"$(readlink -f "$SLICES/one")"
check_fail "its UUID is used" "File exists" write "$named" "$type/create"
check_eq "none can be made any more" "$(cat "$type/available_instances")" 0
check_fail "which is what is said" "Too many users" write $other "$type/create"
check "it is removed" vdpa dev del one
check "so is its link" test ! -e "$type/devices/$named"
check "and in the same way" write $other "$type/create"

check "a slice can be removed by itself" write 1 "$SLICES/$other/remove"
check "made again" write $other "$type/create"
check_fail "what is no 1 does not remove it" "Invalid argument" write 0 "/sys/bus/mdev/devices/$other/remove"
check "it can be removed as a mediated device" write 1 "/sys/bus/mdev/devices/$other/remove"
check "or by the tool" vdpa dev del $uuid
check "nothing is left" nothing_new
check "the UUID is free" write $uuid "$type/create"
cd / || exit
check "the NIC goes with its slice" write $NIC /sys/bus/platform/drivers/mdev_net/unbind
check "its types do" test ! -e /sys/bus/platform/devices/$NIC/mdev_supported_types
check "and the link" test ! -e "$parent"
check "it comes back" write $NIC /sys/bus/platform/drivers/mdev_net/bind
check "with its types" test -e "$parent/mdev_supported_types/$type/create"
check_eq "and no slice" "$(ls "$parent/mdev_supported_types/$type/devices")" ""
