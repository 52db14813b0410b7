#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Either end turns offloads off and on under streams in both directions: what is sent still
# arrives byte by byte, including what was on its way. The driver does it by the control
# queue (CTRL_GUEST_OFFLOADS).
# timeout: 180
# append: dma_debug=off
#
# As in offload_payload.sh: what Linux' driver maps twice would be reported.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# stream FROM: over and over until told to stop; fails at the first wrong one
stream() {
	while [ ! -e "$lib_scratch/stop" ]; do
		streams "$1" 2000000 || return 1
	done
}

begin() {
	rm -f "$lib_scratch/stop"
	stream host >"$lib_scratch/from_host" 2>&1 &
	stream_host=$!
	stream guest >"$lib_scratch/from_guest" 2>&1 &
	stream_guest=$!
}

# finish: says whether all were good
finish() {
	touch "$lib_scratch/stop"
	wait $stream_host && wait $stream_guest && return
	cat "$lib_scratch/from_host" "$lib_scratch/from_guest"
	return 1
}

# turn NAMESPACE DEVICE FEATURE: off and on
turn() {
	for _ in $(seq "$rounds"); do
		in_ns "$1" ethtool -K "$2" "$3" off || return 1
		sleep 0.2
		in_ns "$1" ethtool -K "$2" "$3" on || return 1
		sleep 0.2
	done
}

rounds=$(repeat 8)
need "the modules load" load_nic
need "there are two ends" offload_ends one
for merged in $MRG_RXBUF ""; do
	need "a slice with offloads" offload_wire one \
		"$(features $merged $CSUM $HOST_TSO $HOST_USO $GUEST_CSUM $GUEST_TSO $GUEST_USO)"
	for dev in "host $HOST_DEV" "guest $GUEST_DEV"; do
		in_ns "${dev% *}" ip link set "${dev#* }" mtu 1500
	done
	commands=$(counter one 2 commands)
	begin
	check "the driver takes no long frames, and does" turn guest "$GUEST_DEV" rx-gro-hw
	check "it cuts them itself" turn guest "$GUEST_DEV" tso
	check "the representor takes none" turn host "$HOST_DEV" tso
	check "nor fills in checksums" turn host "$HOST_DEV" tx
	check "the sender gathers none" turn host "$HOST_DEV" gso
	check "the streams are as they were sent" finish
	check "the driver has told the device" \
		[ "$(counter one 2 commands)" -ge $((commands + 2 * rounds)) ]
	check_eq "no checksum was wrong" "$(csum_errors)" 0
	check_eq "no ring broke" "$(counter one 0 errors) $(counter one 1 errors)" "0 0"
	need "the slice goes" vdpa dev del one
done
