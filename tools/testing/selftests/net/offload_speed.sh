#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stream of TCP through a slice with offloads is at least half as fast as one through a pair of
# veth interfaces, which copies nothing.
# alone:
# ci: none
# kernels: plain
# timeout: 300
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
need "a server" iperf_server

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
	guest timeout 60 iperf3 -J -c "$rate_to" -t 2 -O 1 \
		--connect-timeout 5000 "$@" |
		jq '.end.sum_received.bits_per_second / 1e6 | floor'
}

# better RATE BEST: the higher one
better() {
	echo $(($1 > $2 ? $1 : $2))
}

half() {
	[ $((2 * slice)) -ge "$veth" ]
}

# compare TEXT [OPTION]...: by turns. What else the machine does only ever makes a stream slower,
# so the fastest of each kind are compared, and there are more turns while they are too far apart.
compare() {
	text=$1
	shift
	slice=0
	veth=0
	turn=0
	while [ $turn -lt 3 ] || { [ $turn -lt 12 ] && ! half; }; do
		slice=$(better "$(rate $HOST_IP "$@")" $slice)
		veth=$(better "$(rate 198.51.100.1 "$@")" $veth)
		turn=$((turn + 1))
	done
	comment "$text: slice $slice Mbit/s, veth $veth Mbit/s, $((100 * slice / veth)) %," \
		"the best of $turn"
	check "$text: at least half" half
}

compare "from the guest"
compare "from the host" -R
