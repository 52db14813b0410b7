#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# QEMU is killed at random points: while it starts, while the guest boots, under
# traffic. The slice is free afterwards and another guest works with it.
# timeout: 300
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1
host_address vm1 192.0.2.1/24

for _ in $(seq "$(repeat 6)"); do
	after=$(awk "BEGIN { srand(); print rand() * 8 }" </dev/null)
	# shellcheck disable=SC2046
	guest_begin one $(vhost_net vm1)
	ping -f -w 300 192.0.2.2 >/dev/null 2>&1 &
	flood=$!
	sleep "$after"
	guest_kill one
	kill $flood 2>/dev/null
	check "free after a kill at $after s" wait_for 5 set_class vm1 none
	check "and taken again" set_class vm1 vhost
done

# shellcheck disable=SC2046
need "a guest boots" guest_start one $(vhost_net vm1)
check "its interface goes up" guest_address one 192.0.2.2/24
guest_send one flood "ping -f -w 300 -s 1000 192.0.2.1 >/dev/null 2>&1 & sleep 1"
guest_wait one flood 20
guest_kill one
check "free after a kill under traffic" wait_for 5 set_class vm1 virtio
check "and works here" wait_for 5 test -n "$(netdev vm1)"
