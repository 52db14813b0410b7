#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# QEMU is killed at random points: while it starts, while the guest boots, under
# traffic both ways. The slice is free afterwards and another guest works with it.
# timeout: 400
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1
need "another one" vhost_slice vm2
host_address vm1 192.0.2.1/24
host_address vm2 198.51.100.1/24

# random SECONDS: less than that
random() {
	awk -v n="$1" -v seed="$(od -An -N4 -tu4 /dev/urandom)" \
		'BEGIN { srand(seed); print rand() * n }'
}

for _ in $(seq "$(repeat 4)"); do
	after=$(random 8)
	# shellcheck disable=SC2046
	guest_begin one $(vhost_net vm1)
	sleep "$after"
	guest_kill one
	check "free after a kill at $after s" wait_for 5 set_class vm1 none
	check "and taken again" set_class vm1 vhost
done

# flood GUEST NETWORK: frames both ways, as fast as they come back
flood() {
	guest_send "$1" flood "ping -f -w 300 -s 1000 $2.1 >/dev/null 2>&1 & sleep 1"
	guest_wait "$1" flood 20
	ping -f -w 300 "$2.2" >/dev/null 2>&1 &
	cleanup kill $!
}

# more SLICE QUEUE PACKETS: so many frames have gone through the queue
more() {
	test "$(counter "$1" "$2" packets)" -ge "$3"
}

# moving SLICE: frames go through both queues now
moving() {
	for queue in 0 1; do
		before=$(counter "$1" $queue packets)
		check "$1: queue $queue moves" wait_for 20 more "$1" $queue $((before + 50))
	done
}

# shellcheck disable=SC2046
guest_begin one -smp 1 $(vhost_net vm1)
# shellcheck disable=SC2046
guest_begin two -smp 1 $(vhost_net vm2)
need "a guest boots" guest_wait one ready 240
need "and another one" guest_wait two ready 240
check "its interface goes up" guest_address one 192.0.2.2/24
check "so does that of the other" guest_address two 198.51.100.2/24
flood one 192.0.2
flood two 198.51.100
moving vm1
sleep "$(random 1)"
guest_kill one
check "free after a kill under traffic" wait_for 5 set_class vm1 virtio
check "and works here" wait_for 5 test -n "$(netdev vm1)"
moving vm2
sleep "$(random 1)"
guest_kill two
check "the other one is, too" wait_for 5 set_class vm2 virtio
check "and works here" wait_for 5 test -n "$(netdev vm2)"
