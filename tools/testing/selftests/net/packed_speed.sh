#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stream of TCP through a slice with packed rings is as fast as one through a slice with
# split rings, within 10 %.
# alone:
# ci: none
# timeout: 400
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# All else is the same.
offloads="$CSUM $GUEST_CSUM $HOST_TSO $GUEST_TSO $MRG_RXBUF"
need "the modules load" load_nic
# shellcheck disable=SC2086
need "a slice with split rings" wire split mtu 1500 device_features "$(features $offloads)"
# shellcheck disable=SC2086
need "a slice with packed rings" add packed mtu 1500 device_features "$(features $offloads $PACKED)"
packed=$(netdev packed)
cleanup vdpa dev del packed
ip link set "$(representor packed)" netns host name packed_host
ip link set "$packed" netns guest name packed_guest
host ip address add 198.51.100.1/24 dev packed_host
guest ip address add 198.51.100.2/24 dev packed_guest
host ip link set packed_host up
guest ip link set packed_guest up
need "it is connected" wait_for 5 host ping -q -c 1 -W 1 198.51.100.2
need "a server" iperf_server

check_eq "the rings of one are packed" "$(negotiated packed_guest $PACKED)" 1
check_eq "and those of the other one are not" "$(negotiated "$GUEST_DEV" $PACKED)" 0

# rate ADDRESS [OPTION]...: Mbit/s of one stream
rate() {
	rate_to=$1
	shift
	guest timeout 60 iperf3 -J -c "$rate_to" -t 2 --connect-timeout 5000 "$@" |
		jq '.end.sum_received.bits_per_second / 1e6 | floor'
}

# best FILE: the highest rate in it
best() {
	sort -n "$1" | tail -n 1
}

near() {
	split=$(best "$lib_scratch/split")
	packed=$(best "$lib_scratch/packed")
	[ $((100 * packed)) -ge $((90 * split)) ] && [ $((100 * split)) -ge $((90 * packed)) ]
}

# compare TEXT [OPTION]...: by turns. What else the machine does only ever makes a stream slower,
# so the fastest of each kind are compared, and there are more turns while they are too far apart.
compare() {
	text=$1
	shift
	turn=0
	while [ $turn -lt 3 ] || { [ $turn -lt 20 ] && ! near; }; do
		rate $HOST_IP "$@" >>"$lib_scratch/split"
		rate 198.51.100.1 "$@" >>"$lib_scratch/packed"
		turn=$((turn + 1))
	done
	check "$text: within 10 %" near
	comment "$text: split $split Mbit/s of $(paste -s -d ' ' "$lib_scratch/split")"
	comment "$text: packed $packed Mbit/s of $(paste -s -d ' ' "$lib_scratch/packed")"
	comment "$text: packed / split is $((100 * packed / split)) %"
	rm "$lib_scratch/split" "$lib_scratch/packed"
}

compare "from the guest"
compare "from the host" -R
