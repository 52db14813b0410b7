#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making a slice by netlink with each allocation failing in turn: an errno, nothing of
# it is left, and the next try works.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare_slices

remember

sweep_many "a slice is made, or nothing is" $FAULT_FEW -e ENOBUFS $SWEEP_OWN \
	vdpa 3 2:z:$NIC 4:z:s{} -- vdpa 4 4:z:s{}
set +f
check "nothing is left" nothing_new
