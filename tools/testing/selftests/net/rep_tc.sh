#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Rules of tc at representors connect slices without a bridge: frames are redirected,
# chosen, mirrored and policed, long ones whole where the other end takes them.
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# port SLICE NAMESPACE ADDRESS ADDRESS6 FEATURES: its interface is there, its representor
# takes rules here
port() {
	offload_slice "$@" && ip link set "$1" mtu 1500 && rep_up "$1" &&
		tc qdisc add dev "$1" clsact
}

# rule SLICE PROTOCOL FILTER...: for what comes from it, instead of those before
rule() {
	rule_rep=$1
	rule_protocol=$2
	shift 2
	tc filter replace dev "$rule_rep" ingress prio 1 handle 1 protocol "$rule_protocol" "$@"
}

# redirect SLICE OTHER: all of it
redirect() {
	tc filter delete dev "$1" ingress
	rule "$1" all matchall action mirred egress redirect dev "$2"
}

# acted SLICE KEY: a counter of its rule, the sum of all its actions
acted() {
	tc -s -j filter show dev "$1" ingress |
		jq "[.[].options.actions[]?.stats.$2 // 0] | add"
}

# cross FROM SLICE QUEUE: bytes in each frame that a stream makes there
cross() {
	before=$(counter "$2" "$3" packets)
	streams "$1" 2000000 || return 1
	average=$((4000000 / ($(counter "$2" "$3" packets) - before)))
	comment "$average bytes in a frame"
}

connected() {
	host ip neighbour flush all
	guest ip neighbour flush all
	wait_for 5 ping_guest
}

# rate LARGEST: bytes a second that a flood of datagrams of up to so many bytes reaches two with
rate() {
	nsenter --net=/run/netns/host timeout 30 "$HELPERS_DIR/packets" flood $GUEST_IP 9 "$1" 1000 &
	rate_flood=$!
	sleep 1
	lib_clock
	rate_begin=$lib_now
	rate_bytes=$(counter two 0 bytes)
	sleep 4
	rate_bytes=$(($(counter two 0 bytes) - rate_bytes))
	lib_clock
	kill $rate_flood
	wait $rate_flood
	echo $((rate_bytes * 100 / (lib_now - rate_begin)))
}

# near GOT WANT: within 30 %
near() {
	[ "$1" -gt $(($2 * 7 / 10)) ] && [ "$1" -lt $(($2 * 13 / 10)) ]
}

all=$(features $MRG_RXBUF $CSUM $HOST_TSO $HOST_USO $GUEST_CSUM $GUEST_TSO $GUEST_USO)
need "the modules load" load_nic
need "there are two ends" offload_ends one
cleanup vdpa dev del two
cleanup vdpa dev del three
need "a slice" port one host $HOST_IP $HOST_IP6 "$all"
one_dev=$offload_dev
need "another one" port two guest $GUEST_IP $GUEST_IP6 "$all"
check "nobody connects them" sh -c "! ip netns exec host ping -q -c 1 -W 1 $GUEST_IP"

comment "redirect"
need "what comes from the one goes to the other" redirect one two
need "and back" redirect two one
need "they reach each other" connected
check "streams there" cross host two 0
check "came whole" [ "$average" -gt "$WHOLE" ]
check "streams back" cross guest one 0
check "came whole" [ "$average" -gt "$WHOLE" ]
check "the rule has counted them" [ "$(acted one bytes)" -gt 4000000 ]
check_eq "no checksum was wrong" "$(csum_errors)" 0
check_eq "nothing was dropped" "$(counter two 0 drops) $(counter one 0 drops)" "0 0"

comment "a third one has no offloads, and gets a copy"
new_ns third
third_features=$(features $MRG_RXBUF)
need "a slice" port three third 192.0.2.3 2001:db8::3 "$third_features"
three_dev=$offload_dev
in_ns third ip link set "$three_dev" promisc on
tc filter delete dev one ingress
need "mirror" rule one all matchall action mirred egress mirror dev three \
	pipe action mirred egress redirect dev two
before=$(counter three 0 bytes)
check "streams there" cross host two 0
check "came whole" [ "$average" -gt "$WHOLE" ]
copied() {
	[ "$(counter three 0 bytes)" -gt $((before + 4000000)) ]
}
check "the copy has come" wait_for 5 copied
check_eq "in pieces that it takes: none was dropped" "$(counter three 0 drops)" 0
need "the third one takes the place of the second" redirect one three
need "and back" redirect three one
in_ns third ip address add $GUEST_IP/32 dev lo
host ip neighbour replace $GUEST_IP lladdr \
	"$(in_ns third cat "/sys/class/net/$three_dev/address")" dev "$one_dev"
check "they reach each other" wait_for 5 ping_guest
host ip neighbour delete $GUEST_IP dev "$one_dev"
need "the third one goes, though a rule names it" vdpa dev del three

comment "only what is chosen"
tc filter delete dev one ingress
need "TCP" rule one ip flower ip_proto tcp action mirred egress redirect dev two
tc filter add dev one ingress prio 2 protocol arp flower \
	action mirred egress redirect dev two
host ip neighbour flush all
check "passes" timeout 60 nsenter --net=/run/netns/host \
	"$HELPERS_DIR/packets" tcp $GUEST_IP 4000 1000000
check "and nothing else" sh -c "! ip netns exec host ping -q -c 1 -W 1 $GUEST_IP"
need "all does again" redirect one two
need "they reach each other" connected

# 250,000 bytes a second. A long frame counts with all its bytes.
comment "police"
tc filter delete dev one ingress
need "a rate" rule one all matchall action police rate 2mbit burst 128k \
	conform-exceed drop/pipe action mirred egress redirect dev two
check "what is below it passes" host ping -q -c 10 -i 0.2 -s 1000 -W 5 $GUEST_IP
check_eq "all of it" "$(acted one drops)" 0
got=$(rate 1000)
comment "$got bytes a second in short frames"
check "what is above it is cut to it" near "$got" 250000
check "the excess is counted" [ "$(acted one drops)" -gt 10 ]
sleep 1
got=$(rate 60000)
comment "$got bytes a second in long frames"
check "also of long frames" near "$got" 250000
sleep 1
check "a stream adapts itself" timeout 60 nsenter --net=/run/netns/host \
	"$HELPERS_DIR/packets" tcp $GUEST_IP 4000 500000
check_eq "no checksum was wrong" "$(csum_errors)" 0

comment "the target goes under traffic"
need "no rate" redirect one two
nsenter --net=/run/netns/host timeout 30 "$HELPERS_DIR/packets" flood $GUEST_IP 9 60000 1000 &
flood=$!
need "frames flow" carries one
check "it is removed" vdpa dev del two
kill $flood
wait $flood
check "the other one works" host ping -q -c 1 -W 1 $HOST_IP
check "and goes, with its rules" vdpa dev del one
