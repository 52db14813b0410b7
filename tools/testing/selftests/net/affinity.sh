#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each queue pair of a virtio interface belongs to CPUs of its own, and its queues are
# served there.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-cpus.sh"

need_two_cpus
need "the modules load" load_nic
# enter CGROUP: threads that work for a cgroup are bound to no CPU, so the slice belongs to none.
enter() {
	echo 0 >"/sys/fs/cgroup$1/cgroup.procs"
}

own=$(sed -n 's/^0:://p' /proc/self/cgroup)
need "nobody is charged for what comes" enter ""
need "a slice with two pairs is connected" wire one max_vqp 2
need "the test is charged for itself again" enter "$own"

# xps PAIR: CPUs that send by it
xps() {
	guest cat "/sys/class/net/$GUEST_DEV/queues/tx-$1/xps_cpus"
}

# Somewhere at the other end, that nobody answers for.
guest ip neighbour add 192.0.2.9 lladdr "$(host cat "/sys/class/net/$HOST_DEV/address")" \
	dev "$GUEST_DEV"

# sent CPU: what both workers do while this CPU sends
sent() {
	before0=$(turns 0)
	before1=$(turns 1)
	guest taskset -c "$1" "$HELPERS_DIR/flows" 192.0.2.9 1000
	sleep 0.1
	turns0=$(($(turns 0) - before0))
	turns1=$(($(turns 1) - before1))
	comment "CPU $1 sends: $turns0 turns on CPU 0, $turns1 on CPU 1"
}

check "the driver takes one pair" guest ethtool -L "$GUEST_DEV" combined 1
check_eq "which belongs to both CPUs" "$(xps 0)" 3
check "it takes two" guest ethtool -L "$GUEST_DEV" combined 2
check_eq "the first belongs to one" "$(xps 0)" 1
check_eq "and the second to the other" "$(xps 1)" 2
sent 0
check "a queue of the first is served there" [ "$turns0" -gt $((2 * turns1)) ]
sent 1
check "and of the second" [ "$turns1" -gt $((2 * turns0)) ]
check "a new size" guest ethtool -G "$GUEST_DEV" rx 128 tx 128
sent 0
check "changes nothing of that" [ "$turns0" -gt $((2 * turns1)) ]
sent 1
check "for neither" [ "$turns1" -gt $((2 * turns0)) ]
