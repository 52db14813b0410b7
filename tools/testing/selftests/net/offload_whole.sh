#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With offloads at both ends streams, and datagrams that are sent together, cross a slice in
# frames much longer than the MTU, and none of a stream has its checksum filled in; without them
# none is longer.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# Frames are counted as they cross; one that the device cuts counts once for each piece.
frames() {
	case $1 in
	host) counter one 0 packets ;;
	guest) counter one 1 packets ;;
	esac
}

# average FROM: bytes of a frame of a stream, those that only acknowledge left out as
# well as they can be: the other direction has them
average() {
	other_end "$1"
	before=$(frames "$1")
	in_ns "$1" timeout 60 "$HELPERS_DIR/packets" tcp "$2" 4000 8000000 || return 1
	echo $((8000000 / ($(frames "$1") - before)))
}

long() {
	frame=$(average "$1" "$2")
	comment "$frame bytes in a frame"
	[ "$frame" -gt $WHOLE ]
}

short() {
	frame=$(average "$1" "$2")
	comment "$frame bytes in a frame"
	[ "$frame" -le 1460 ]
}

# datagrams FROM TO: in how many frames 20 calls cross that send about 40 datagrams each
datagrams() {
	before=$(frames "$1")
	in_ns "$1" timeout 60 "$HELPERS_DIR/packets" segment "$2" 4000 60000 1400 >&2 || return 1
	echo $(($(frames "$1") - before))
}

# whole FROM TO TEXT: beside those of the neighbours' protocol
whole() {
	crossed=$(datagrams "$1" "$2")
	comment "$crossed frames"
	check "$1: datagrams that are to be cut cross whole over $3" [ "$crossed" -lt 40 ]
}

# pieces FROM TO TEXT
pieces() {
	crossed=$(datagrams "$1" "$2")
	comment "$crossed frames"
	check "$1: datagrams cross one by one over $3" [ "$crossed" -ge 800 ]
}

# The stack does not merge what comes up, so what is seen there is what crossed.
plain_ends() {
	for dev in "host $HOST_DEV" "guest $GUEST_DEV"; do
		in_ns "${dev% *}" ip link set "${dev#* }" mtu 1500
		in_ns "${dev% *}" ethtool -K "${dev#* }" gro off
	done
}

need "the modules load" load_nic
need "there are two ends" offload_ends one
need "a slice with offloads" offload_wire one \
	"$(features $MRG_RXBUF $CSUM $HOST_TSO $HOST_USO $GUEST_CSUM $GUEST_TSO $GUEST_USO)"
plain_ends
for from in host guest; do
	other_end $from
	check "$from: long frames over IPv4" long $from "$to4"
	check "$from: long frames over IPv6" long $from "$to6"
	watched $from
	check "$from: frames were seen" [ "$unsummed" -gt 10 ]
	check_eq "$from: none has its checksum" "$summed" 0
	whole $from "$to4" IPv4
	whole $from "$to6" IPv6
done
need "the slice goes" vdpa dev del one

need "a slice without" offload_wire one "$(features $MRG_RXBUF)"
plain_ends
for from in host guest; do
	other_end $from
	check "$from: short frames over IPv4" short $from "$to4"
	check "$from: short frames over IPv6" short $from "$to6"
	watched $from
	check "$from: frames were seen" [ "$summed" -gt 10 ]
	check_eq "$from: all have their checksum" "$unsummed" 0
	pieces $from "$to4" IPv4
	pieces $from "$to6" IPv6
done
