#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making a slice by netlink with each allocation failing in turn: an errno, nothing of
# it is left, and the next try works.
# timeout: 240
# kernels: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare
need "the modules load" load_nic
set -f
# The kernel frees a network device whose queues it could not announce while their
# names are still in use.
need "the kernel has it" fault_not_below netdev_register_kobject
# Without the driver of the host, whose own faults are its own affair.
need "it goes" rmmod virtio_net

remember

sweep_many "a slice is made, or nothing is" -s "$FAULT_STEP" -e ENOBUFS $SWEEP_OWN \
	vdpa 3 2:z:$NIC 4:z:s{} -- vdpa 4 4:z:s{}
set +f
check "nothing is left" nothing_new
