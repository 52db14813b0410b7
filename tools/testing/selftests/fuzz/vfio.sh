#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No user of a slice in class vfio, whatever it writes to regions, asks for, maps, takes away
# or leaves in its rings, makes the kernel fault or leaves anything to the next one.
# kernels: plain debug kcsan
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fuzz.sh"

need "the modules load" load_nic
need "class vfio" modprobe -a mdev_vfio vfio vfio_iommu_type1
fuzz_test vfio 10
