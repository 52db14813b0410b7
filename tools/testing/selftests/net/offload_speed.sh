#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stream of TCP through a slice with offloads is not far from one through a pair of veth
# interfaces, which copies nothing. The figures are for people; the check is for a collapse.
# alone:
# kernels: plain
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
need "a server" iperf_server
seconds=${RUN_PATIENCE:-1}
seconds=${seconds%.*}

# A pair beside the slice, between the same namespaces.
ip link add veth_host type veth peer name veth_guest
ip link set veth_host netns host
ip link set veth_guest netns guest
host ip address add 198.51.100.1/24 dev veth_host
guest ip address add 198.51.100.2/24 dev veth_guest
host ip link set veth_host up
guest ip link set veth_guest up
need "a pair of veth is connected" wait_for 5 host ping -q -c 1 -W 1 198.51.100.2

# rate ADDRESS [OPTION]...: Mbit/s of one stream
rate() {
	rate_to=$1
	shift
	guest timeout 60 iperf3 -J -c "$rate_to" -t $((2 * seconds)) -O 1 \
		--connect-timeout 5000 "$@" |
		jq '.end.sum_received.bits_per_second / 1e6 | floor'
}

# compare TEXT [OPTION]...: by turns, because what else the machine does changes
compare() {
	text=$1
	shift
	slice=0
	veth=0
	for _ in 1 2 3; do
		slice=$((slice + $(rate $HOST_IP "$@")))
		veth=$((veth + $(rate 198.51.100.1 "$@")))
	done
	comment "$text: slice $((slice / 3)) Mbit/s, veth $((veth / 3)) Mbit/s," \
		"$((100 * slice / veth)) %"
	check "$text: more than a quarter" [ $((4 * slice)) -gt "$veth" ]
}

compare "from the guest"
compare "from the host" -R
