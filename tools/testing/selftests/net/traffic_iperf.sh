#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# TCP streams of several write sizes run both ways, and no segment has a wrong
# checksum.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
need "a server" iperf_server

# A slow kernel needs longer for the first bytes in both directions, and iperf3 counts a
# write when all of it has come.
seconds=${RUN_PATIENCE:-1}
seconds=${seconds%.*}
large=1M
[ "$seconds" = 1 ] || large=256K

# run OPTION...: and the figure as a comment
run() {
	guest timeout 60 iperf3 -J -c $HOST_IP -t "$seconds" \
		--connect-timeout 5000 "$@" >"$lib_scratch/json" || return 1
	comment "$* $(jq '.end.sum_received.bits_per_second / 1e6 | floor' \
		"$lib_scratch/json") Mbit/s"
	[ "$(jq '.end.sum_received.bytes > 100000' "$lib_scratch/json")" = true ]
}

for length in 100 1448 65536 $large; do
	check "writes of $length from the guest" run -l $length
	check "writes of $length from the host" run -R -l $length
done
check "four streams" run -P 4
check "both ways at once" run --bidir
check "sent from a file without copying" run -R -Z
csum() {
	in_ns "$1" awk '/^Tcp:/ && NR > 1 { line = $0 } END { n = split(line, f, " "); print f[n] }' \
		/proc/net/snmp
}
check_eq "no checksum was wrong on the host" "$(csum host)" 0
check_eq "nor in the guest" "$(csum guest)" 0
check_eq "no ring broke" "$(counter one 0 errors) $(counter one 1 errors)" "0 0"
