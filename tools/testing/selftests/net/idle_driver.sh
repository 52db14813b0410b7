#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver that takes no frames costs the frames that are sent to it, and holds up
# nobody: a sender that serves it and another slice goes on serving the other.
# timeout: 60
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice whose interface stays down" add dead mac 02:00:00:00:00:02
need "another one" add live mac 02:00:00:00:00:03
new_ns host || exit 1
cleanup vdpa dev del dead
cleanup vdpa dev del live
for name in dead live; do
	ip link set $name netns host
	host ip link set $name up
done
host ip address add 192.0.2.1/25 dev dead
host ip address add 192.0.2.129/25 dev live
host ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev dead
host ip neighbour add 192.0.2.130 lladdr 02:00:00:00:00:03 dev live
check "its device runs all the same" wait_for 5 carrier_is host dead 1

# Frames may wait for the worker, which is slow where the kernel is: a socket whose frames
# wait gets EAGAIN for as long. For the driver they would wait until it comes up.
cat >"$lib_scratch/send.py" <<'END'
import select, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setblocking(False)
def send(data, to):
    while True:
        try:
            return s.sendto(data, (to, 9))
        except BlockingIOError:
            if not select.select([], [s], [], 10)[1]:
                raise
for i in range(3000):
    send(b"x" * 1000, "192.0.2.2")
send(b"x", "192.0.2.130")
END
check "one socket sends more than fits, and then to the other" host python3 "$lib_scratch/send.py"
dropped() {
	[ "$(host cat /sys/class/net/dead/statistics/tx_dropped)" -gt 2000 ]
}
check "what did not fit is counted" wait_for 5 dropped
up() {
	ip link set "$(netdev dead)" up
}
check "its interface comes up" up
received() {
	[ "$(counter dead 0 packets)" -gt 0 ]
}
check "then it gets frames again" wait_for 5 received
