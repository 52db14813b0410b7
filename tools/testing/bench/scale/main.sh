#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Ten thousand slices: what making, listing, keeping and removing them costs.
#
# Run by ./run bench scale in a VM of its own, beside the kernel's vdpa_sim_net.
# memory: 5G
here=${0%/*}
export VALUES=$BENCH/values
# Fewer of everything, to try the script: RUN_FACTOR=0.1
scaled() {
	awk -v n="$1" -v f="${RUN_FACTOR:-1}" 'BEGIN { n *= f; printf "%d", n < 300 ? 300 : n }'
}
BENCH_MANY=$(scaled 10000)
BENCH_VIRTIO=$(scaled 2000)
BENCH_REFERENCE=$(scaled 3000)
BENCH_REFERENCE_VIRTIO=$(scaled 500)
export BENCH_MANY BENCH_VIRTIO BENCH_REFERENCE BENCH_REFERENCE_VIRTIO
: >"$VALUES"
sh "$here/ours.sh" || echo "bench: not all was measured" >&2
sh "$here/reference.sh" || echo "bench: not all of vdpa_sim_net was measured" >&2
sh "$here/table.sh" "$VALUES"
