#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the virtio core and a driver get of a device in class virtio, and what is left when
# the device refuses a step.
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-kunit.sh"

need "class virtio" modprobe mdev_virtio
kunit_module mdev_virtio_test mdev_virtio_device
