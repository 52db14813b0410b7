#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Two slices are bridged by their representors. Long frames of the one that has offloads
# reach the one that has none, in pieces with checksums, and two that have them pass them
# on as they are.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# port SLICE NAMESPACE ADDRESS ADDRESS6 FEATURES: its representor is a port of the bridge
port() {
	offload_slice "$@" &&
		ip link set "$(representor "$1")" mtu 1500 master between up
}

# frames SLICE QUEUE: that it has carried
frames() {
	counter "$1" "$2" packets
}

# cross FROM SLICE QUEUE: bytes in each frame that a stream makes there
cross() {
	before=$(frames "$2" "$3")
	streams "$1" 4000000 || return 1
	average=$((8000000 / ($(frames "$2" "$3") - before)))
	comment "$average bytes in a frame"
}

all=$(features $MRG_RXBUF $CSUM $HOST_TSO $HOST_USO $GUEST_CSUM $GUEST_TSO $GUEST_USO)
need "the modules load" load_nic
need "there are two ends" offload_ends one
cleanup vdpa dev del two
cleanup vdpa dev del three
ip link add between type bridge
ip link set between up
cleanup ip link delete between

need "one has offloads" port one host $HOST_IP $HOST_IP6 "$all"
need "the other one has none" port two guest $GUEST_IP $GUEST_IP6 "$(features $MRG_RXBUF)"
need "they reach each other" wait_for 5 ping_guest
check "streams to the one without" cross host two 0
check "came in pieces" [ "$average" -le 1460 ]
check "streams from it" cross guest one 0
check_eq "no checksum was wrong" "$(csum_errors)" 0
check_eq "nothing was dropped" "$(counter two 0 drops) $(counter one 1 drops)" "0 0"
need "it goes" vdpa dev del two

need "another one has them" port three guest $GUEST_IP $GUEST_IP6 "$all"
host ip neighbour flush all
need "they reach each other, too" wait_for 5 ping_guest
check "streams to it" cross host three 0
check "came whole" [ "$average" -gt $WHOLE ]
check_eq "no checksum was wrong" "$(csum_errors)" 0
