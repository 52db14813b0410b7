#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A running guest migrates from one slice to another while it has a TCP connection,
# which survives; and is stopped and continued. QEMU uses shadow virtqueues for it.
# timeout: 300
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

mac=02:00:00:00:00:0d

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1 mac $mac
need "another one" vhost_slice vm2 mac $mac
ip link add br0 type bridge
cleanup ip link delete br0
ip link set vm1 master br0 up
ip link set vm2 master br0 up
ip link set br0 up
ip address add 192.0.2.1/24 dev br0

# shellcheck disable=SC2046
need "a guest boots on the first" guest_start one $(vhost_net vm1 "mac=$mac")
guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 2 -W 5 192.0.2.1

guest_monitor one stop
sleep 1
check "stopped it does not answer" sh -c '! ping -c 1 -W 2 192.0.2.2'
guest_monitor one cont
check "continued it does" ping -c 3 -W 5 192.0.2.2

# shellcheck disable=SC2046
guest_begin two $(vhost_net vm2 "mac=$mac") -incoming "unix:$lib_scratch/migration"
need "QEMU waits on the second" wait_for 20 test -S "$lib_scratch/migration"

# A connection over which a line a tick comes, counted on either side.
# nc ends when its input does.
sleep 1000 | timeout 200 busybox nc -l -p 5000 >"$lib_scratch/lines" &
cleanup pkill -f 'sleep 1000'
sleep 1
guest_send one lines "(i=0; while i=\$((i + 1)); do echo \$i; sleep 0.2; done | nc 192.0.2.1 5000) >/dev/null 2>&1 & sleep 1"
guest_wait one lines 20
lines() {
	wc -l <"$lib_scratch/lines"
}
more_lines() {
	test "$(lines)" -gt "$1"
}
need "lines arrive" wait_for 20 more_lines 5

guest_monitor one "migrate unix:$lib_scratch/migration"
check "the migration is complete" wait_for 90 guest_info one migrate "Migration status: completed"
comment "$(cat "$(guest_dir one)/qemu" "$(guest_dir two)/qemu")"
before=$(lines)
comment "$before lines before the end of the migration"
guest_monitor one quit
check "more lines arrive" wait_for 60 more_lines $((before + 20))
cp "$lib_scratch/lines" "$lib_scratch/arrived"
seq "$(wc -l <"$lib_scratch/arrived")" >"$lib_scratch/sent"
check "in order, none twice and none missing" diff "$lib_scratch/sent" "$lib_scratch/arrived"
check "the host reaches the guest" ping -c 3 -W 10 192.0.2.2
check "it runs on the second slice" test "$(counter vm2 1 packets)" -gt 0
