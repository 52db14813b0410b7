#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a driver without segmentation offload sends in short segments comes to the host's stack in
# long ones, where the representor has GRO on.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-offload.sh"

# A frame of the MTU, with what is before it: PACKET_VNET_HDR, and the link layer.
SHORT=$((1500 + 10 + 14))

need "the modules load" load_nic
need "there are two ends" offload_ends one
need "a slice without segmentation is connected" offload_wire one "$(features $MRG_RXBUF $CSUM)"
host ip link set "$HOST_DEV" mtu 1500
guest ip link set "$GUEST_DEV" mtu 1500
for gro in on off on; do
	need "GRO is $gro" host ethtool -K "$HOST_DEV" gro $gro
	before=$(counter one 1 packets)
	watched guest
	sent=$(($(counter one 1 packets) - before))
	seen=$((summed + unsummed))
	comment "GRO $gro: $sent frames sent, $seen segments seen, $longest bytes the longest"
	check "the driver has sent 2 MB in short ones" [ "$sent" -ge $((2000000 / 1460)) ]
	check "they were seen" [ "$seen" -gt 0 ]
	case $gro in
	on)
		check "they were merged" [ "$longest" -gt $((2 * SHORT)) ]
		check "most of them" [ $((2 * seen)) -lt "$sent" ]
		;;
	off) check "none is longer" [ "$longest" -le $SHORT ] ;;
	esac
done
check_eq "no checksum was wrong" "$(csum_errors)" 0
