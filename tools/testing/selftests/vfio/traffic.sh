#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in user space passes frames both ways by the vfio interface, is told of memory
# that is not there, and takes memory and itself away under traffic without a trace.
# timeout: 120
# kernels: plain
#
# Where locks are watched, the vfio core is reported as soon as a page that is pinned is
# unmapped: it registers a device with device_list_lock inside of the container's lock,
# and calls dma_unmap of a device, which has to unpin and so takes the latter, with the
# former held.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one
before=$(pins)
tap traffic one "$(repeat 150)" 1 "$(repeat 20)"
check_eq "no page stays pinned" "$(pins)" "$before"
check "the slice leaves its class" set_class one none
