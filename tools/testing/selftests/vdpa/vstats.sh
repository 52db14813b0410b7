#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# "vdpa dev vstats show" has the counters of each queue, with or without a driver.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one max_vqp 2
new_ns ns
ip link set one up
ip link set "$(netdev one)" netns ns

queue_type() {
	vdpa -j dev vstats show one qidx "$1" | jq -r .vstats.one.queue_type
}
check_eq "queue 0 is a receive queue" "$(queue_type 0)" rx
check_eq "queue 1 is a transmit queue" "$(queue_type 1)" tx
check_eq "queue 3 is a transmit queue" "$(queue_type 3)" tx
check_eq "queue 4 is the control queue" "$(queue_type 4)" control_vq
check "pretty JSON is JSON" sh -c 'vdpa -jp dev vstats show one qidx 1 | jq .'

sent() {
	echo $(($(counter one 1 packets) + $(counter one 3 packets)))
}
before=$(sent)
dev=$(in_ns ns ls /sys/class/net | grep -v lo)
in_ns ns ip link set "$dev" up
in_ns ns ip address add 192.0.2.1/24 dev "$dev"
in_ns ns ping -c 5 -i 0.05 -W 1 192.0.2.2 >"$lib_scratch/ping"
after=$(sent)
check "they count what is sent" test "$after" -gt "$before"

check_fail "an index beyond the last queue is refused" "Numerical result out of range" \
	vdpa dev vstats show one qidx 5
check_fail "with text" "queue index 5: the device has 5 queues" \
	vdpa dev vstats show one qidx 5
check_eq "without an index all are shown" "$(vdpa dev vstats show one | wc -l)" 5
check_fail "of an unknown device nothing is" "there is no device of this name" \
	vdpa dev vstats show nobody qidx 0

in_ns ns ip link set "$dev" down
kept=$(sent)
need "the slice is parked" set_class one none
check_eq "the counters of a parked slice are those of before" "$(sent)" "$kept"
check_eq "and its control queue can be told" "$(queue_type 4)" control_vq
