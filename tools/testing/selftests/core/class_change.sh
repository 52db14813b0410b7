#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One write moves a slice from class virtio to none and back. What it was made
# with, its counters, UUID and representor stay.
# ci: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one mac 02:00:00:00:00:01 mtu 2000 max_vqp 2
ip link set one up

state() {
	attr one uuid
	cat /sys/class/net/one/ifindex /sys/class/net/one/phys_port_name
	ip -s link show dev one | grep -A 1 -e RX: -e TX:
	for key in mac mtu max_vq_pairs; do
		config one $key
	done
	for queue in 0 1 2 3 4; do
		vdpa dev vstats show one qidx $queue
	done
}

# Frames, so that there is something to keep.
ip link set "$(netdev one)" up
ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:99 dev "$(netdev one)"
ip address add 192.0.2.1/24 dev "$(netdev one)"
sent() {
	ping -c 3 -i 0.05 -W 1 192.0.2.2
	test "$(counter one 1 packets)" -gt 0
}
need "frames are counted" wait_for 10 sent
ip link set "$(netdev one)" down
ip link set one down

state >"$lib_scratch/before"
check "it is parked" set_class one none
check_eq "its class is none" "$(attr one class)" none
check "its network interface is gone" test ! -e "$CDEVS/one"
state >"$lib_scratch/parked"
check "everything is as before" diff "$lib_scratch/before" "$lib_scratch/parked"

check "it is taken back" set_class one virtio
check_eq "its class is virtio" "$(attr one class)" virtio
check_eq "its driver is bound" "$(attr one state)" "ready bound"
check_eq "its network interface has the MAC" \
	"$(cat "/sys/class/net/$(netdev one)/address")" 02:00:00:00:00:01
check_eq "and the MTU" "$(cat "/sys/class/net/$(netdev one)/mtu")" 2000
state | grep -v control >"$lib_scratch/after"
grep -v control "$lib_scratch/before" >"$lib_scratch/data"
check "everything is as before" diff "$lib_scratch/data" "$lib_scratch/after"

device=$(readlink -f "$CDEVS/one"/virtio*)
check "writing the class that it is in" set_class one virtio
check_eq "changes nothing" "$(readlink -f "$CDEVS/one"/virtio*)" "$device"

back_and_forth() {
	for _ in $(seq "$(repeat 20)"); do
		set_class one none && set_class one virtio || return
	done
}
check "it can be repeated" back_and_forth
