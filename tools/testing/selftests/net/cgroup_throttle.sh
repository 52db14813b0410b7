#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice whose owner's cgroup has used up its CPU time disturbs no other slice, and no
# driver's control commands.
# alone:
# timeout: 90
# kernels: plain
# The other kernels do not limit the CPU time of cgroups.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"

need "the modules load" load_nic
need "two cgroups" new_cgroup one two
need "with CPU time" controller cpu
need "somebody lives in the first one" stay_in_cgroup one sleep 1000

add() {
	in_cgroup "$1" vdpa dev add name "$1" mgmtdev "$NIC"
}

need "another slice" add two
need "its addresses" sh -c "
	ip netns add other && ip link set $(netdev two) netns other name eth0 &&
	sysctl -qw net.ipv6.conf.two.disable_ipv6=1 &&
	ip -n other address add 192.0.3.2/24 dev eth0 && ip -n other link set eth0 up &&
	ip address add 192.0.3.1/24 dev two && ip link set two up"
cleanup ip netns delete other
cleanup vdpa dev del two
need "a slice" wire one
check "the other one is reached" wait_for 5 ping -q -c 1 -W 1 192.0.3.2

throttled() {
	awk '$1 == "nr_throttled" { print $2 }' $CGROUPS/one/cpu.stat
}

need "one may use 2 ms of 200" write "2000 200000" $CGROUPS/one/cpu.max
# No echo: what the kernel sends by itself belongs to a socket that all share, and would
# be missing to the other slice while it waits in the queues of this one.
guest ip neighbour add 192.0.2.9 lladdr "$(host cat "/sys/class/net/$HOST_DEV/address")" \
	dev "$GUEST_DEV"
host ip neighbour add 192.0.2.9 lladdr "$(guest cat "/sys/class/net/$GUEST_DEV/address")" \
	dev "$HOST_DEV"
guest timeout 20 "$HELPERS_DIR/flows" 192.0.2.9 100000000 &
floods=$!
host timeout 20 "$HELPERS_DIR/flows" 192.0.2.9 100000000 &
floods="$floods $!"
check "it is held up" wait_for 10 sh -c "grep -q 'nr_throttled [1-9]' $CGROUPS/one/cpu.stat"

before=$(throttled)
ping -q -i 0.02 -c 100 -W 2 192.0.3.2 >"$lib_scratch/ping"
comment "$(tail -n 1 "$lib_scratch/ping"), held up $(($(throttled) - before)) times"
check "no frame of the other slice is lost" grep -q " 0% packet loss" "$lib_scratch/ping"
check "nor is one late" awk -F '[=/ ]+' '/^rtt/ { exit !($7 < 100) }' "$lib_scratch/ping"
check "one was held up meanwhile" test "$(throttled)" -gt "$before"

# took COMMAND...: how long, in ms
took() {
	start=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - start) / 1000000))
}

# On a kernel that always preempts the lock of a queue may be held by who has no time left: it is
# waited for, but for 50 ms only.
asks=$(for i in 1 2 3 4 5 6 7 8 9 10; do
	took vdpa dev vstats show one qidx $((i % 2))
done | sort -n | tr '\n' ' ')
comment "asking for counters takes (ms) $asks"
check "which is not long" test "$(echo "$asks" | awk '{ print $NF }')" -lt 1500
check "control commands are answered" guest timeout 20 sh -c "
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ip link set $GUEST_DEV promisc on && ip link set $GUEST_DEV promisc off || exit
	done"
took=$(took timeout 20 vdpa dev del one)
comment "removal takes $took ms"
check "which is bounded" test "$took" -lt 15000
check "the slice is removed" test ! -e $SLICES/one
# shellcheck disable=SC2086
wait $floods || :
