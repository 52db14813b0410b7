#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stream of TCP through a slice with packed rings is as fast as one through a slice with
# split rings. The figures are for people; the check is for a collapse.
# alone:
# timeout: 240
# ci: none
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# Bit 34 is RING_PACKED; all else is the same.
offloads="$CSUM $GUEST_CSUM $HOST_TSO $GUEST_TSO $MRG_RXBUF"
need "the modules load" load_nic
# shellcheck disable=SC2086
need "a slice with split rings" wire split mtu 1500 device_features "$(features $offloads)"
# shellcheck disable=SC2086
need "a slice with packed rings" add packed mtu 1500 device_features "$(features $offloads 34)"
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

# bit_34 DEVICE: of the features that its driver has accepted, which begin with bit 0
bit_34() {
	guest cut -c 35 "/sys/class/net/$1/device/features"
}
check_eq "the rings of one are packed" "$(bit_34 packed_guest)" 1
check_eq "and those of the other one are not" "$(bit_34 "$GUEST_DEV")" 0

# rate ADDRESS [OPTION]...: Mbit/s of one stream
rate() {
	rate_to=$1
	shift
	guest timeout 60 iperf3 -J -c "$rate_to" -t 2 --connect-timeout 5000 "$@" |
		jq '.end.sum_received.bits_per_second / 1e6 | floor'
}

# median FILE
median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# compare TEXT [OPTION]...: by turns, because what else the machine does changes
compare() {
	text=$1
	shift
	for _ in 1 2 3 4 5 6 7 8 9; do
		rate $HOST_IP "$@" >>"$lib_scratch/split"
		rate 198.51.100.1 "$@" >>"$lib_scratch/packed"
	done
	split=$(median "$lib_scratch/split")
	packed=$(median "$lib_scratch/packed")
	comment "$text: split $split Mbit/s of $(paste -s -d ' ' "$lib_scratch/split")"
	comment "$text: packed $packed Mbit/s of $(paste -s -d ' ' "$lib_scratch/packed")"
	comment "$text: packed / split is $((100 * packed / split)) %"
	check "$text: more than half" [ $((2 * packed)) -gt "$split" ]
	rm "$lib_scratch/split" "$lib_scratch/packed"
}

compare "from the guest"
compare "from the host" -R
