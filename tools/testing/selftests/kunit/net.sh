#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a slice of the software NIC can be made with, what its filter lets pass, what its
# driver takes uncut, and what it hashes.
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-kunit.sh"

kunit_module mdev_net_test mdev_net_provision mdev_net_filter mdev_net_offload mdev_net_hash
