#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The table of RAM, the direct address space, ranges of user memory, arithmetic with ring
# indices, and what a driver may and may not put into a ring.
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-kunit.sh"

kunit_module mdev_ring_test mdev_ring_as mdev_ring_user mdev_ring_ring
kunit_module mdev_ring_chain_test mdev_ring_chain
