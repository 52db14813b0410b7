#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The driver gets the frames of the VLANs that it has interfaces for, untagged ones
# always, and all in promiscuous mode.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
GUEST_MAC=$(guest cat "/sys/class/net/$GUEST_DEV/address")

# tagged NAMESPACE DEVICE ID ADDRESS: an interface for a VLAN
tagged() {
	in_ns "$1" ip link add link "$2" name "vlan$3" type vlan id "$3" &&
		in_ns "$1" ip address add "$4/24" dev "vlan$3" &&
		in_ns "$1" ip link set "vlan$3" up
}

# passes ID: how many of 5 frames of that VLAN reach the driver
passes() {
	filtered=$(counter one 0 filtered)
	host ip neighbour replace "10.0.$1.9" lladdr "$GUEST_MAC" dev "vlan$1"
	host "$HELPERS_DIR/flows" "10.0.$1.9" 5
	sleep 0.05
	echo $((5 - $(counter one 0 filtered) + filtered))
}

# The driver sets promiscuous mode from a work item.
expect() {
	for try in 1 2 3 4 5; do
		got=$(passes "$2")
		[ "$got" != "$3" ] || break
		sleep 0.1
	done
	[ "$try" = 1 ] || comment "try $try"
	check_eq "$1" "$got" "$3"
}

check_match "the feature is negotiated" "$(vdpa dev config show one)" "*CTRL_VLAN*"
for id in 5 6; do
	need "VLAN $id on the host" tagged host "$HOST_DEV" $id "10.0.$id.1"
done
expect "nobody wants VLAN 5" 5 0
need "the driver joins it" tagged guest "$GUEST_DEV" 5 10.0.5.2
expect "frames of it pass" 5 5
expect "those of VLAN 6 do not" 6 0
check "both ends reach each other by it" host ping -q -c 2 -i 0.1 -W 2 10.0.5.2
check "and without a tag" ping_guest

guest ip link set "$GUEST_DEV" promisc on
expect "all pass in promiscuous mode" 6 5
guest ip link set "$GUEST_DEV" promisc off
expect "and not without" 6 0

guest ip link delete vlan5
expect "a VLAN that was left does not" 5 0
check_eq "no command failed" "$(counter one 2 failed)" 0

