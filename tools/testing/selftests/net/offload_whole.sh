#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With offloads at both ends a stream crosses a slice in frames much longer than the MTU,
# and none of them has its checksum filled in; without them none is longer.
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

# unsummed FROM: how many frames of a stream come to the representor, or to the driver's
# interface, with a checksum to be filled in, and how many without
unsummed() {
	case $1 in
	host) there=guest dev=$GUEST_DEV ;;
	guest) there=host dev=$HOST_DEV ;;
	esac
	other_end "$1"
	nsenter --net=/run/netns/$there "$HELPERS_DIR/watch" "$dev" 4000 \
		>"$lib_scratch/watched" &
	watcher=$!
	wait_for 5 grep -q ready "$lib_scratch/watched"
	in_ns "$1" timeout 60 "$HELPERS_DIR/packets" tcp "$to4" 4000 2000000
	kill $watcher
	wait $watcher
	comment "$(tail -n 1 "$lib_scratch/watched")"
	set -- $(tail -n 1 "$lib_scratch/watched")
	summed=$1
	unsummed=$2
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
	unsummed $from
	check "$from: frames were seen" [ "$unsummed" -gt 10 ]
	check_eq "$from: none has its checksum" "$summed" 0
done
need "the slice goes" vdpa dev del one

need "a slice without" offload_wire one "$(features $MRG_RXBUF)"
plain_ends
for from in host guest; do
	other_end $from
	check "$from: short frames over IPv4" short $from "$to4"
	check "$from: short frames over IPv6" short $from "$to6"
	unsummed $from
	check "$from: frames were seen" [ "$summed" -gt 10 ]
	check_eq "$from: all have their checksum" "$unsummed" 0
done
