# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that use slices in class vfio, by a guest or without. Sourced after
# lib-mdev.sh.

MEDIATED=/sys/bus/mdev/devices
PROVE_LOCKING=/proc/sys/kernel/prove_locking

# load_vfio: what QEMU needs to use it
load_vfio() {
	modprobe -a vfio vfio_iommu_type1 && [ -e /dev/vfio/vfio ]
}

# mediated NAME: the class device of a slice in class vfio, as QEMU wants it
mediated() {
	echo "$MEDIATED/$(attr "$1" uuid)"
}

# vfio_slice NAME [ATTRIBUTE VALUE]...: a slice in class vfio
vfio_slice() {
	add "$@" && set_class "$1" vfio && [ -e "$(mediated "$1")/iommu_group" ]
}

# vfio_device NAME [PROPERTY]: options of QEMU for a slice
vfio_device() {
	echo "-device vfio-pci,sysfsdev=$(mediated "$1"),id=$1${2:+,$2}"
}

# locks_unjudged: where the kernel proves that locks cannot wait for one another it does not,
# for the time of the test. Of the vfio core it says that they can, as soon as a page that is
# pinned is unmapped, and after that nothing any more: a device is registered with
# device_list_lock taken inside of the container's lock, and dma_unmap of a device, which has
# to unpin and so takes the latter, is called with the former held.
locks_unjudged() {
	[ -e $PROVE_LOCKING ] || return 0
	cleanup write "$(cat $PROVE_LOCKING)" $PROVE_LOCKING
	write 0 $PROVE_LOCKING
}
