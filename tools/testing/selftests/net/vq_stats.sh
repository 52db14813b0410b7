#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The counters of the queues agree with those of both interfaces, and survive what
# happens to the driver.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
# Both know where the other one is for good, or they would ask while we read.
host ip neighbour replace $GUEST_IP lladdr "$(guest cat "/sys/class/net/$GUEST_DEV/address")" \
	dev "$HOST_DEV" nud permanent
guest ip neighbour replace $HOST_IP lladdr "$(host cat "/sys/class/net/$HOST_DEV/address")" \
	dev "$GUEST_DEV" nud permanent
check "traffic" host ping -q -c 100 -i 0.005 -W 1 $GUEST_IP
# Replies that are on their way.
sleep 0.3

check_eq "packets from the driver" "$(counter one 1 packets)" "$(host_stat rx_packets)"
check_eq "bytes from the driver" "$(counter one 1 bytes)" "$(host_stat rx_bytes)"
check_eq "packets to the driver" "$(counter one 0 packets)" "$(host_stat tx_packets)"
check_eq "bytes to the driver" "$(counter one 0 bytes)" "$(host_stat tx_bytes)"
check_eq "packets that the guest sent" "$(guest_stat tx_packets)" "$(counter one 1 packets)"
check_eq "packets that the guest got" "$(guest_stat rx_packets)" "$(counter one 0 packets)"
check "kicks" test "$(counter one 1 kicks)" -gt 0
check "notifications" test "$(counter one 0 notifications)" -gt 0
check "commands" test "$(counter one 2 commands)" -gt 0

packets=$(counter one 1 packets)
host ip neighbour flush dev "$HOST_DEV" nud permanent
need "the slice is parked" set_class one none
check_eq "counters of a parked slice" "$(counter one 1 packets)" "$packets"
need "the slice is back" set_class one virtio
need "it is connected again" connect_guest
check "they go on from there" test "$(counter one 1 packets)" -gt "$packets"
