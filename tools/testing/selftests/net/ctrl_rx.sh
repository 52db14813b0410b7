#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The driver gets the frames that it asks for: its own, broadcast, the multicast
# groups and further addresses that it has joined, all with promiscuous mode.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one mac 02:00:00:00:00:01

# passes MAC: how many of 5 frames to it reach the driver
passes() {
	filtered=$(counter one 0 filtered)
	send_to "$1"
	echo $((5 - $(counter one 0 filtered) + filtered))
}

# The driver tells its filter from a work item.
expect() {
	for try in 1 2 3 4 5; do
		got=$(passes "$2")
		[ "$got" != "$3" ] || break
		sleep 0.1
	done
	[ "$try" = 1 ] || comment "try $try"
	check_eq "$1" "$got" "$3"
}

expect "frames to it" 02:00:00:00:00:01 5
expect "broadcast" ff:ff:ff:ff:ff:ff 5
expect "frames to another address do not" 02:00:00:00:00:77 0
expect "frames to a group do not" 01:00:5e:01:02:03 0

guest ip maddress add 01:00:5e:01:02:03 dev "$GUEST_DEV"
expect "a group that was joined" 01:00:5e:01:02:03 5
expect "another one does not" 01:00:5e:01:02:04 0
guest ip maddress del 01:00:5e:01:02:03 dev "$GUEST_DEV"
expect "a group that was left does not" 01:00:5e:01:02:03 0

need "a second interface" guest \
	ip link add link "$GUEST_DEV" name second address 02:00:00:00:00:77 type macvlan
guest ip link set second up
expect "a further address" 02:00:00:00:00:77 5
expect "another one does not" 02:00:00:00:00:78 0
guest ip link delete second
expect "an address that was removed does not" 02:00:00:00:00:77 0

guest ip link set "$GUEST_DEV" allmulticast on
expect "every group with allmulticast" 01:00:5e:01:02:09 5
expect "but not other addresses" 02:00:00:00:00:77 0
guest ip link set "$GUEST_DEV" allmulticast off
expect "no group without" 01:00:5e:01:02:09 0

guest ip link set "$GUEST_DEV" promisc on
expect "all in promiscuous mode" 02:00:00:00:00:77 5
guest ip link set "$GUEST_DEV" promisc off
expect "not without" 02:00:00:00:00:77 0

# More than the table of the device holds: it takes all rather than too few.
for i in $(seq 80); do
	guest ip maddress add "01:00:5e:02:00:$(printf %02x "$i")" dev "$GUEST_DEV"
done
expect "the last of 80 groups" 01:00:5e:02:00:50 5
expect "and its own address" 02:00:00:00:00:01 5
expect "but not another one" 02:00:00:00:00:77 0
check_eq "no command failed" "$(counter one 2 failed)" 0
