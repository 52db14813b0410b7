#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The statistics that all drivers have in common (family "netdev") tell of each queue of a
# representor what its virtqueue has counted, and of all of them the sum.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice with two pairs is connected" wire one max_vqp 2
need "the driver takes both" guest ethtool -L "$GUEST_DEV" combined 2

# qstats [queues]: see qstats.c
qstats() {
	host "$HELPERS_DIR/qstats" "$HOST_DEV" "$@"
}

# What a representor receives is what the driver sends: virtqueue 2 * N + 1 for pair N.
vqs() {
	for kind in "rx 1" "tx 0"; do
		for pair in 0 1; do
			vq=$((2 * pair + ${kind#* }))
			echo "${kind% *} $pair $(counter one $vq packets) $(counter one $vq bytes) $(counter one $vq drops)"
		done
	done
}

# What the stacks say unasked may come between two looks.
same_queues() {
	vqs >"$lib_scratch/vqs"
	qstats queues >"$lib_scratch/qstats"
	vqs | cmp -s - "$lib_scratch/vqs" && diff "$lib_scratch/vqs" "$lib_scratch/qstats"
}

# sums KIND: of those lines
sums() {
	awk -v kind="$1" '$1 == kind { p += $3; b += $4; d += $5 } END { print kind, "all", p, b, d }'
}

same_sums() {
	vqs >"$lib_scratch/vqs"
	for kind in rx tx; do
		sums $kind <"$lib_scratch/vqs"
	done >"$lib_scratch/sums"
	qstats >"$lib_scratch/qstats"
	vqs | cmp -s - "$lib_scratch/vqs" && diff "$lib_scratch/sums" "$lib_scratch/qstats"
}

# of KIND FIELD
of() {
	qstats | awk -v kind="$1" -v field="$2" '$1 == kind { print $field }'
}

check "of each queue" wait_for 10 same_queues
check "of all" wait_for 10 same_sums
rx=$(of rx 3)
tx=$(of tx 3)
rx_bytes=$(of rx 4)
tx_bytes=$(of tx 4)
# Each of 200 datagrams is a frame of 74 bytes.
host "$HELPERS_DIR/flows" $GUEST_IP 200
guest "$HELPERS_DIR/flows" $HOST_IP 200
sleep 0.3
check "what was received was counted" [ $(($(of rx 3) - rx)) -ge 200 ]
check "what was sent was counted" [ $(($(of tx 3) - tx)) -ge 200 ]
check "and how many bytes were received" [ $(($(of rx 4) - rx_bytes)) -ge 14800 ]
check "and sent" [ $(($(of tx 4) - tx_bytes)) -ge 14800 ]
check "still the same of each queue" wait_for 10 same_queues
check "and of all" wait_for 10 same_sums
comment "$(qstats queues)"
for kind in rx tx; do
	check_eq "$kind: both queues are used" \
		"$(qstats queues | awk -v kind=$kind '$1 == kind && $3 > 0 { n++ } END { print n }')" 2
done

# Longer than a frame of the driver's side may be.
drops=$(of tx 5)
host ip link set "$HOST_DEV" mtu 3000
host ping -q -c 2 -i 0.1 -W 0.5 -s 2500 -M 'do' $GUEST_IP >"$lib_scratch/output"
check_eq "what the driver cannot take is counted, too" "$(of tx 5)" $((drops + 2))
check "of its queue, and of all" wait_for 10 same_queues
check "the sum has it" wait_for 10 same_sums
