#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Programs of XDP at a representor (generic: the stack runs them) let frames pass, drop them,
# return and redirect them, of all lengths and with checksums that are not filled in; they
# come and go under traffic, and with the slice.
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

PROGRAMS=$lib_scratch/bpf

# xdp KIND|off: at the representor
xdp() {
	case $1 in
	off) ip -n host link set dev one xdpgeneric off ;;
	# One takes the place of another.
	*) ip -n host -force link set dev one xdpgeneric pinned "$PROGRAMS/$1" ;;
	esac
}

# shown: is there one at the representor?
shown() {
	ip -n host link show dev one | grep -q xdpgeneric
}

# echo_all: what the guest sends comes back to it, of all sizes, whole and cut
echo_all() {
	guest "$HELPERS_DIR/xdp" echo $HOST_IP 1472 29 &&
		guest "$HELPERS_DIR/xdp" echo $HOST_IP 60000 7919 &&
		guest "$HELPERS_DIR/xdp" segments $HOST_IP 1000 20
}

# flood SLICE: long frames from the guest, to which it belongs, until quiet
flood() {
	nsenter --net=/run/netns/guest timeout 20 "$HELPERS_DIR/packets" \
		flood $HOST_IP 4001 60000 1000 &
	flood_pid=$!
	carries "$1"
}

quiet() {
	kill $flood_pid
	wait $flood_pid
}

# datagrams NAMESPACE: to the other end, of all sizes, whole and cut
datagrams() {
	other_end "$1"
	in_ns "$1" "$HELPERS_DIR/packets" udp "$to4" 4000 60000 18 3001 &&
		in_ns "$1" "$HELPERS_DIR/packets" segment "$to4" 4000 20000 1000
}

# both_ways BYTES
both_ways() {
	streams host "$1" && streams guest "$1" && datagrams host && datagrams guest
}

host_offloads="$CSUM $HOST_TSO $HOST_USO"
# shellcheck disable=SC2086
all=$(features $MRG_RXBUF $host_offloads $GUEST_CSUM $GUEST_TSO $GUEST_USO)
need "the modules load" load_nic
mkdir "$PROGRAMS"
need "a place for programs" mount -t bpf bpf "$PROGRAMS"
cleanup umount "$PROGRAMS"
need "there are two ends" offload_ends one
cleanup vdpa dev del two
need "a slice is connected" offload_wire one "$all"
for kind in drop headroom reflect; do
	need "a program: $kind" "$HELPERS_DIR/xdp" pin "$PROGRAMS/$kind" $kind
done

comment "pass"
need "it is attached" xdp headroom
check "which is shown" shown
check "streams and datagrams pass both ways" both_ways 1000000
check_eq "no checksum was wrong" "$(csum_errors)" 0

comment "drop"
need "it takes the place of the other" xdp drop
frames=$(counter one 1 packets)
check_fail "nothing passes to the host" "100% packet loss" \
	guest ping -c 2 -i 0.2 -W 1 $HOST_IP
check "though the slice sends" [ "$(counter one 1 packets)" -gt "$frames" ]
check "it is detached" xdp off
check "which is shown" sh -c "! ip -n host link show dev one | grep xdp"
check "frames pass" wait_for 5 ping_guest

comment "return"
need "it is attached" xdp reflect
check "datagrams come back" echo_all
check "the rest passes" ping_guest
check_eq "no checksum was wrong" "$(csum_errors)" 0
need "the driver takes no long frames" guest ethtool -K "$GUEST_DEV" rx-gro-hw off
check "they come back in pieces" echo_all
check_eq "no checksum was wrong" "$(csum_errors)" 0

comment "they come and go under traffic"
streams guest 20000000 >"$lib_scratch/stream" 2>&1 &
stream=$!
turn() {
	for _ in $(seq "$(repeat 10)"); do
		xdp headroom && xdp reflect && xdp off || return
	done
}
check "on and off" turn
check "the stream is as it was sent" wait $stream
check_eq "no checksum was wrong" "$(csum_errors)" 0

comment "the slice goes"
need "a program" xdp reflect
need "frames flow" flood one
check "with its program, under traffic" vdpa dev del one
quiet

comment "return to a driver without offloads, that has them in the other direction"
# shellcheck disable=SC2086
need "a slice is connected" offload_wire one "$(features $MRG_RXBUF $host_offloads)"
need "a program" xdp reflect
check "datagrams come back, with checksums" echo_all
check_eq "which are right" "$(csum_errors)" 0
check "it goes" vdpa dev del one

comment "redirect"
# port SLICE NAMESPACE ADDRESS ADDRESS6: redirected frames may be as long as its MTU
port() {
	offload_slice "$@" "$all" && rep_up "$1"
}

# redirect SLICE OTHER: all of it
redirect() {
	"$HELPERS_DIR/xdp" pin "$PROGRAMS/to-$2" redirect "$2" &&
		ip link set dev "$1" xdpgeneric pinned "$PROGRAMS/to-$2"
}
need "a slice" port one host $HOST_IP $HOST_IP6
need "another one" port two guest $GUEST_IP $GUEST_IP6
need "what comes from the one goes to the other" redirect one two
need "and back" redirect two one
check "they reach each other" wait_for 5 ping_guest
check "streams pass both ways" both_ways 1000000
check_eq "no checksum was wrong" "$(csum_errors)" 0
check_eq "nothing was dropped" "$(counter two 0 drops) $(counter one 0 drops)" "0 0"
need "frames flow" flood two
check "the target goes under traffic" vdpa dev del one
quiet
check "and the other one" vdpa dev del two
