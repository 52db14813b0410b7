#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# "vdpa dev set ... mac" changes the provisioned MAC address of a slice.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one mac 02:00:00:00:00:01

check "the address is changed in class virtio" vdpa dev set name one mac 02:00:00:00:00:02
check_eq "it is shown" "$(config one mac)" 02:00:00:00:00:02
need "the slice is parked" set_class one none
check_eq "it stays when the class changes" "$(config one mac)" 02:00:00:00:00:02
check "the address of a parked slice is changed" vdpa dev set name one mac 02:00:00:00:00:03
need "the slice is back" set_class one virtio
check_eq "the driver has it" "$(cat "/sys/class/net/$(netdev one)/address")" 02:00:00:00:00:03

for mac in 00:00:00:00:00:00 01:00:5e:00:00:01 ff:ff:ff:ff:ff:ff; do
	check_fail "$mac is refused" "Invalid argument" vdpa dev set name one mac $mac
	check_fail "$mac is refused with text" "mac $mac is not a unicast address" \
		vdpa dev set name one mac $mac
done
check_fail "an unknown device is refused" "No such device" \
	vdpa dev set name nobody mac 02:00:00:00:00:04
check_eq "the address is as before" "$(config one mac)" 02:00:00:00:00:03

# VDPA_CMD_DEV_ATTR_SET 8; DEV_NAME 4, MTU 13
check_match "what can be changed in class none only is refused" \
	"$("$HELPERS_DIR/nl_raw" 8 4:z:one 13:16:2000)" "error EBUSY *mtu*"
check_match "nothing to set is an error" \
	"$("$HELPERS_DIR/nl_raw" 8 4:z:one)" "error EOPNOTSUPP *nothing to set*"
