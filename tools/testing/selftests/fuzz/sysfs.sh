#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Nothing that two processes write to the attributes of slices, to bind and unbind or to
# the fault knobs makes the kernel fault or keeps a slice from being removed.
# kernels: plain debug kcsan
# timeout: 150
# allow-leak: kasprintf[^ ]* device_set_deferred_probe_reason
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fuzz.sh"

need "the modules load" load_nic
need "classes vhost and vfio" modprobe -a mdev_vhost mdev_vfio vfio vfio_iommu_type1
# Class vendor takes part where there are samples.
modprobe -qa mdev_pair mdev_pair_net
modprobe -q mdev_pulse period_us=0
fuzz_test sysfs 10
