#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space: each operation does what its header says.
# timeout: 120
. "${0%/*}/lib-ring.sh"

ring_run ring_test
