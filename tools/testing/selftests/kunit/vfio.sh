#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which features a driver of the virtio function sees, in halves, and which it gets.
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-kunit.sh"

kunit_module mdev_vfio_test mdev_vfio_features
