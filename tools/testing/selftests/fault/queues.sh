#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Setting up queues for the driver of the host with each allocation failing in turn:
# nothing of the driver is left, or it finds a device that works.
# timeout: 240
# kernels: debug coverage
# allow-leak: kmalloc_noprof[^ ]* [^ ]*( \[[a-z_]*\])? virtio_dev_probe
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare
need "the modules load" load_nic
set -f

# The driver of the host loses a header of its own when its probe fails. Only that is
# allowed for: what is lost below functions of ours is found.
park() {
	set_class "$1" none
}
add_parked() {
	add "$1" max_vqp 2 && park "$1"
}
need "parked slices" each add_parked
for function in "virtio_vdpa_find_vqs mdev_virtio" "set_status mdev_net"; do
	set +f
	need "the kernel has ${function% *}" fault_below $function
	set -f
	sweep_many "below ${function% *}" $FAULT_FEW $SWEEP_OWN \
		write $SLICES/s{}/class virtio -- write $SLICES/s{}/class none
done
fault_anywhere
need "they are removed" each remove

need "a slice" add one max_vqp 4
set +f
dev=$(netdev one)
set -f
sweep "its interface goes up" $SWEEP_ALL up "$dev" -- down "$dev"
sweep "the representor goes up" $SWEEP_ALL up one -- down one
need "it is removed" vdpa dev del one
