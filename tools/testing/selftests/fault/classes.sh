#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Changes between classes vhost, vfio and virtio, and from and to none, with each allocation
# failing in turn: the slice is in the class that it was in, with its endpoint, or in the new
# one, and the next try works.
# timeout: 600
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

need "class vhost loads" modprobe mdev_vhost
need "and vfio" modprobe -a mdev_vfio vfio vfio_iommu_type1
faults_prepare_slices

# In class vfio the endpoint has the UUID for a name, so there the link of the slice is watched.
SWEEP_ENDPOINT="-g $SLICES/s{}/endpoint/* -g /sys/bus/mdev_vhost/devices/s{}
	-g /sys/bus/mdev_vhost/devices/s{}/vhost-vdpa*"

# change FROM TO: there and back
change() {
	sweep_many "from $1 to $2" $SWEEP_OWN $SWEEP_ENDPOINT \
		write $SLICES/s{}/class "$2" -- write $SLICES/s{}/class "$1"
}

moved() {
	set_class "$2" "$1"
}

# The vfio core warns when a group that it could not give a name is released.
need "the vfio core has it" fault_not_below vfio_device_set_group
need "slices" each add
change virtio vhost
change virtio vfio
need "they are moved" each moved vhost
change vhost virtio
change vhost vfio
change vhost none
need "they are moved" each moved vfio
change vfio vhost
change vfio virtio
change vfio none
need "they are parked" each moved none
change none vhost
change none vfio
need "they are removed" each remove
