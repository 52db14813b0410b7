# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that use slices in class vfio without a guest. Sourced after lib-mdev.sh.

. "${0%/*}/../lib-tap.sh"
. "${0%/*}/../guest/lib-vfio-guest.sh"

PROVE_LOCKING=/proc/sys/kernel/prove_locking

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

# begin [NAME [ATTRIBUTE VALUE]...]: a slice in class vfio, its representor up
begin() {
	need "the modules load" load_nic
	need "and those of vfio" load_vfio
	need "a slice in class vfio" vfio_slice "${@:-one}"
	need "its representor is up" rep_up "${1:-one}"
}
