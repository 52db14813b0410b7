#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in user space sets up queues and maps memory by the node of class vhost, with each
# allocation failing in turn: the call fails and changes nothing, nothing is pinned that is not
# mapped, the call succeeds when it is made again, and then frames pass. A node that could not be
# made leaves nothing to whoever has opened it meanwhile.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../vhost/lib-vhost.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare
need "the modules load" load_vhost
need "a slice" vhost_slice one device_features "$PACKED_FEATURES"
tap vhost_queues one split
tap vhost_queues one packed
need "it is parked" set_class one none
mkdir "$lib_scratch/nodes"
modprobe_was=$(cat /proc/sys/kernel/modprobe)
echo >/proc/sys/kernel/modprobe
tap vhost_open one "$lib_scratch/nodes"
echo "$modprobe_was" >/proc/sys/kernel/modprobe
need "it is removed" vdpa dev del one

need "a device whose parent maps" wide_slice wide memory=map
tap vhost_pins wide
check "the module goes" rmmod mdev_test_wide
