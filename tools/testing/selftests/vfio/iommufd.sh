#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice in class vfio is used by its node and an iommufd: frames pass, and memory that is
# unmapped, an address space that is left and a device that is closed are not written to.
# timeout: 90
# kernels: debug coverage
#
# Debian's kernel has no VFIO_DEVICE_CDEV.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one
need "there is iommufd" test -c /dev/iommu
node=$(basename "$(echo "$(mediated one)"/vfio-dev/*)")
need "the slice has a node" wait_for 10 test -c "/dev/vfio/devices/$node"
before=$(pins)
tap iommufd one "/dev/vfio/devices/$node"
check_eq "no page stays pinned" "$(pins)" "$before"
check "the slice leaves its class" set_class one none
check "and has no node" wait_for 10 test ! -e "/dev/vfio/devices/$node"
