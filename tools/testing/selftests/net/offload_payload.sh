#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is sent arrives byte by byte, in frames of all sizes, over IPv4 and IPv6, whatever
# offloads the two directions have, with and without merged receive buffers, in split and in
# packed rings, and with headers that have a hash.
# timeout: 600
# append: dma_debug=off
# long: debug
#
# Without merged buffers Linux' driver maps the header of a long one and what follows it,
# within a cache line, one by one. The debug kernel reports that, and then nothing more.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# udp FROM: datagrams of many sizes to the other end. Each combination begins elsewhere. Where
# there are several turns, IPv4 and IPv6 take them.
udp() {
	other_end "$1"
	from6=$((first + step * (turns - 1)))
	in_ns "$1" "$HELPERS_DIR/packets" udp "$to4" 4000 $((mtu - 28)) "$first" \
		$((step * turns)) &&
		in_ns "$1" "$HELPERS_DIR/packets" udp "$to6" 4000 $((mtu - 48)) $from6 \
			$((step * turns))
}

segments() {
	other_end "$1"
	in_ns "$1" "$HELPERS_DIR/packets" segment "$to4" 4000 60000 1400 &&
		in_ns "$1" "$HELPERS_DIR/packets" segment "$to6" 4000 30000 500
}

# all TEXT: each kind of packet both ways, with this MTU
all() {
	for dev in "host $HOST_DEV" "guest $GUEST_DEV"; do
		in_ns "${dev% *}" ip link set "${dev#* }" mtu "$mtu" || return 1
	done
	for from in host guest; do
		check "$1, mtu $mtu, $from: datagrams" udp $from
		check "$1, mtu $mtu, $from: cut datagrams" segments $from
		check "$1, mtu $mtu, $from: streams" streams $from "$bytes"
	done
}

bytes=$(repeat 600000)
[ "$bytes" -le 600000 ] || bytes=600000

# With these steps the combinations together take every size that fits a usual frame, and with
# --long each takes all. A slow kernel takes fewer, of the combination with nothing and that
# with everything.
slow() {
	[ "$(repeat 10)" -lt 10 ]
}
small_step=13
large_step=509
! slow || small_step=97 large_step=4099
[ "$(repeat 10)" -lt 100 ] || small_step=1 large_step=1

# combination TEXT BIT...
combination() {
	text=$1
	shift
	need "$text: a slice is connected" offload_wire one "$(features "$@")"
	check_eq "$text: all of it is negotiated" "$(negotiated "$GUEST_DEV" "$@" | tr -d 1)" ""
	mtu=1500 turns=1
	step=$small_step
	all "$text"
	mtu=65535 turns=2
	step=$large_step
	all "$text"
	first=$((first + 5))
	check_eq "$text: nothing was dropped" "$(counter one 0 drops) $(counter one 1 drops)" "0 0"
	check_eq "$text: no checksum was wrong" "$(csum_errors)" 0
	check "$text: the slice goes" vdpa dev del one
}

first=18
need "the modules load" load_nic
need "there are two ends" offload_ends one
for merged in "" $MRG_RXBUF; do
	with=${merged:+merged }
	combination "${with}none" $merged
	combination "${with}all" $merged $CSUM $HOST_TSO $HOST_USO $GUEST_CSUM $GUEST_TSO \
		$GUEST_USO
	combination "${with}all, packed, hash" $merged $CSUM $HOST_TSO $HOST_USO $GUEST_CSUM \
		$GUEST_TSO $GUEST_USO $PACKED $HASH_REPORT
	! slow || continue
	combination "${with}none, packed" $merged $PACKED
	combination "${with}checksums" $merged $CSUM $GUEST_CSUM
	combination "${with}TCP" $merged $CSUM $HOST_TSO $GUEST_CSUM $GUEST_TSO
	combination "${with}UDP" $merged $CSUM $HOST_USO $GUEST_CSUM $GUEST_USO
	combination "${with}from the driver" $merged $CSUM $HOST_TSO $HOST_USO
	combination "${with}to the driver" $merged $GUEST_CSUM $GUEST_TSO $GUEST_USO
done
