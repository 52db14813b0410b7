#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making a slice by netlink, and by sysfs, with each allocation failing in turn: an errno,
# nothing of it is left, and the next try works.
# timeout: 300
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare_slices

remember

sweep_many "a slice is made, or nothing is" $FAULT_FEW -e ENOBUFS $SWEEP_OWN \
	vdpa 3 2:z:$NIC 4:z:s{} -- vdpa 4 4:z:s{}

# Without class vfio, whose core has to be spared, too (see classes.sh), and faults can spare
# one place: the slice gets to class virtio then. The number of a process is one digit here.
need "class vfio goes" rmmod mdev_vfio
uuid=11111111-90ab-cdef-1234-567890abcde{}
type=/sys/bus/platform/devices/$NIC/mdev_supported_types/mdev_net-net
same="-g $SLICES/$uuid -g $SLICES/$uuid/* -f $SLICES/$uuid/class -f $SLICES/$uuid/state
	-g $CDEVS/$uuid -g $CDEVS/$uuid/virtio* -g $type/devices/$uuid"
# ENOBUFS is for a representor for which the kernel has no memory.
sweep "so it is by sysfs" -j 10 $FAULT_FEW -e ENOBUFS $same \
	write $type/create $uuid -- write $SLICES/$uuid/remove 1
set +f
check "nothing is left" nothing_new
