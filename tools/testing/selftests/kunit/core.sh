#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Names of slices, class words, which operations make which classes, whether a slice can have
# what is asked for, parts of migration.
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-kunit.sh"

kunit_module mdev_core_test mdev_core_name mdev_core_class mdev_core_config mdev_core_parts
