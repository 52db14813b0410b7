#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A class change with each allocation failing in turn, in each direction: the slice is
# in the class that it was in, or in the new one, and the next try works.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare_slices

need "slices" each add
sweep_many "from virtio to none" $SWEEP_OWN \
	write $SLICES/s{}/class none -- write $SLICES/s{}/class virtio
park() {
	set_class "$1" none
}
need "they are parked" each park
sweep_many "from none to virtio" $SWEEP_OWN \
	write $SLICES/s{}/class virtio -- write $SLICES/s{}/class none
need "they are removed" each remove
