#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is sent arrives byte by byte, with small and large frames, with and without
# merged receive buffers.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

# copy FROM TO ADDRESS: a file from one namespace to the other
copy() {
	in_ns "$2" timeout 30 "$HELPERS_DIR/stream" receive 4000 >"$lib_scratch/there" &
	receiver=$!
	wait_for 5 in_ns "$2" sh -c 'ss -ltn | grep -q :4000'
	in_ns "$1" timeout 30 "$HELPERS_DIR/stream" send "$3" 4000 <"$lib_scratch/here"
	wait $receiver
	cmp "$lib_scratch/here" "$lib_scratch/there"
}

# both TEXT
both() {
	check "$1: from the host" copy host guest $GUEST_IP
	check "$1: from the guest" copy guest host $HOST_IP
}

# Eight megabytes, or less on a slow kernel.
size=$(repeat 8000000)
[ "$size" -le 8000000 ] || size=8000000
head -c $((size + 1)) /dev/urandom >"$lib_scratch/here"
# The default but for MRG_RXBUF (bit 15).
features=0x330970028

need "the modules load" load_nic
need "a slice is connected" wire one mtu 9000
both "mtu 1500"
host ip link set "$HOST_DEV" mtu 9000
guest ip link set "$GUEST_DEV" mtu 9000
both "mtu 9000"
check "a large frame" host ping -q -c 2 -i 0.01 -W 2 -M 'do' -s 8972 $GUEST_IP
check "a large frame back" guest ping -q -c 2 -i 0.01 -W 2 -M 'do' -s 8972 $HOST_IP
need "the slice goes" vdpa dev del one

add plain device_features "$features"
HOST_DEV=$(representor plain)
GUEST_DEV=$(netdev plain)
ip link set "$HOST_DEV" netns host
host ip address add $HOST_IP/24 dev "$HOST_DEV"
host ip link set "$HOST_DEV" up
need "a slice without merged receive buffers is connected" connect_guest
check_eq "it has none" "$(config plain negotiated_features | grep -c MRG_RXBUF)" 0
both "unmerged"
