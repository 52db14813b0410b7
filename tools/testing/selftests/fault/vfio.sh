#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in user space opens a slice in class vfio, maps memory, sets up interrupts, queues
# and kicks, and saves its state, with each allocation failing in turn: the call fails and
# changes nothing, or the device says that it needs a reset, it succeeds when it is done again,
# and then frames pass. So they do when a worker has no memory.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../vhost/lib-vhost.sh"
. "${0%/*}/../vfio/lib-vfio.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare
begin one device_features "$PACKED_FEATURES"
tap vfio_queues one split
tap vfio_queues one packed
tap vfio_queues one work
