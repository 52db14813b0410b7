#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The configuration can be read whole and in parts; the MAC address that a driver sets
# lasts until reset and never changes the provisioned one; a change of class leaves
# configuration, counters and representor.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one mac 02:00:00:00:00:07
tap config one
check_eq "the provisioned address is the same" "$(config one mac)" 02:00:00:00:00:07
ip link set one up

state() {
	config one mac
	config one mtu
	cat /sys/class/net/one/ifindex
	ip -s link show dev one | grep -A 1 -e RX: -e TX:
	for queue in 0 1 2; do
		vdpa dev vstats show one qidx $queue
	done
}

check "frames go through it" "$HELPERS_DIR/exchange" one 10
need "they are counted" test "$(counter one 1 packets)" -gt 0
state >"$lib_scratch/before"
for class in none vhost none; do
	check "its class becomes $class" set_class one "$class"
	state >"$lib_scratch/after"
	check "nothing else changes" diff "$lib_scratch/before" "$lib_scratch/after"
done
check "as a virtio device" set_class one virtio
check_eq "it has its address" "$(cat "/sys/class/net/$(netdev one)/address")" \
	02:00:00:00:00:07
check "and comes back" set_class one vhost
check_eq "the address stays" "$(config one mac)" 02:00:00:00:00:07
check "frames go through it" "$HELPERS_DIR/exchange" one 10
