# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# QEMU is killed at random points, and its slice free afterwards. Sourced after
# lib-guest.sh. The test has a function slice, which prints options of QEMU, and slices
# vm1 and vm2 in its class.

# kill_random SECONDS: less than that
kill_random() {
	awk -v n="$1" -v seed="$(od -An -N4 -tu4 /dev/urandom)" \
		'BEGIN { srand(seed); print rand() * n }'
}

# kill_starting CLASS TIMES: while it starts, or the guest boots
kill_starting() {
	for _ in $(seq "$2"); do
		after=$(kill_random 8)
		# shellcheck disable=SC2046
		guest_begin one $(slice vm1)
		sleep "$after"
		guest_kill one
		check "free after a kill at $after s" wait_for 5 set_class vm1 none
		check "and taken again" set_class vm1 "$1"
	done
}

# kill_flood GUEST NETWORK: frames both ways, as fast as they come back
kill_flood() {
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

# kill_under_traffic GUEST SLICE
kill_under_traffic() {
	moving "$2"
	sleep "$(kill_random 1)"
	guest_kill "$1"
	check "$2 is free after a kill under traffic" wait_for 5 set_class "$2" virtio
	check "and works here" wait_for 5 test -n "$(netdev "$2")"
}

# kill_working: two guests, one after the other, while both work
kill_working() {
	# shellcheck disable=SC2046
	guest_begin one -smp 1 $(slice vm1)
	# shellcheck disable=SC2046
	guest_begin two -smp 1 $(slice vm2)
	need "a guest boots" guest_wait one ready 240
	need "and another one" guest_wait two ready 240
	check "its interface goes up" guest_address one 192.0.2.2/24
	check "so does that of the other" guest_address two 198.51.100.2/24
	kill_flood one 192.0.2
	kill_flood two 198.51.100
	kill_under_traffic one vm1
	kill_under_traffic two vm2
}
