#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same with the kernel's own vdpa_sim_net, in the same VM, for the operations that it
# has. Each of its devices has a thread, and none can be parked: without the module of
# a bus driver nobody takes them.
. "${0%/*}/lib.sh"

many=$BENCH_REFERENCE

make_parked() {
	before=$(used)
	set -- "$("$PACE" vdpa vdpasim_net - va 50 && "$PACE" vdpa vdpasim_net - vb 100)"
	early=$(echo "$1" | tail -n 1)
	"$PACE" vdpa vdpasim_net - vc $((many - 250)) || die "vdpa_sim_net: bulk"
	late=$("$PACE" vdpa vdpasim_net - vd 100) || die "vdpa_sim_net: late"
	value reference_bytes "$(bytes_each "$before" "$many")"
	value reference "$(ls /sys/bus/vdpa/devices | wc -l)"
	value reference_early_us $((${early% *} / 1000))
	value reference_late_us $((${late% *} / 1000))
}

# remove_all NAME COUNT: with their parent, as there is no other way to remove many
remove_all() {
	start=$(milliseconds)
	rmmod vdpa_sim_net || die "vdpa_sim_net does not go"
	value "$1_remove_us" $((($(milliseconds) - start) * 1000 / $2))
}

virtio() {
	modprobe virtio_vdpa && insmod "$BENCH/sim/vdpa_sim_net.ko" || die "virtio_vdpa"
	one=$("$PACE" vdpa vdpasim_net - vv "$BENCH_REFERENCE_VIRTIO") || die "vdpa_sim_net: virtio"
	value reference_virtio_us $((${one% *} / 1000))
	value reference_virtio "$BENCH_REFERENCE_VIRTIO"
	remove_all reference_virtio "$BENCH_REFERENCE_VIRTIO"
}

modprobe -a vhost_iotlb vdpa || die "vdpa"
for module in vringh vdpa_sim vdpa_sim_net; do
	insmod "$BENCH/sim/$module.ko" || die "$module"
done
make_parked
value reference_dump_ms "$(least 3 kernel_ms vdpa dev show)"
remove_all reference "$many"
virtio
