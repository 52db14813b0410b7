#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Both ends say the same of the speed of the link; what is set at the representor
# reaches the driver when its link comes up.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
# speed NAMESPACE DEVICE: speed and duplex
speed() {
	in_ns "$1" ethtool "$2" | sed -n 's/^[[:space:]]*\(Speed\|Duplex\): //p' | tr '\n' ' '
}

speed_is() {
	[ "$(speed "$1" "$2")" = "$3" ]
}

check_match "the feature is negotiated" "$(vdpa dev config show one)" "*SPEED_DUPLEX*"
check_eq "the representor has" "$(speed host "$HOST_DEV")" "10000Mb/s Full "
check_eq "the interface has" "$(speed guest "$GUEST_DEV")" "10000Mb/s Full "
check "another one is set" host ethtool -s "$HOST_DEV" speed 25000 duplex full
check_eq "and is there" "$(speed host "$HOST_DEV")" "25000Mb/s Full "
host ip link set "$HOST_DEV" down
host ip link set "$HOST_DEV" up
check "the driver has it when the link comes up" \
	wait_for 5 speed_is guest "$GUEST_DEV" "25000Mb/s Full "
check_fail "what is no setting of an interface of software is refused" "" \
	host ethtool -s "$HOST_DEV" autoneg on
check_eq "and changes nothing" "$(speed host "$HOST_DEV")" "25000Mb/s Full "
need "the slice is parked" set_class one none
need "and is back" set_class one virtio
check_eq "it outlives the driver" "$(speed host "$HOST_DEV")" "25000Mb/s Full "
need "a slice without the feature" add plain device_features 0x300000020
check_match "its driver knows nothing" "$(ethtool "$(netdev plain)")" \
	"*Speed: Unknown!*"
