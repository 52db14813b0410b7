#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Removal of a slice with each allocation failing in turn, by netlink and by sysfs: it
# does not need memory, so it is only refused before it has begun.
# timeout: 240
# kernels: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare_slices

remember
need "slices" each add
sweep_many "removal by netlink" -e ENOBUFS $SWEEP_OWN \
	vdpa 4 4:z:s{} -- vdpa 3 2:z:$NIC 4:z:s{}
sweep_many "removal by sysfs" $SWEEP_OWN \
	write $SLICES/s{}/remove 1 -- vdpa 3 2:z:$NIC 4:z:s{}
each remove
set +f
check "nothing is left" nothing_new
