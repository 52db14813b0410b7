#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space, on memory that is missing now and then: nothing
# is lost or done twice.
# timeout: 120
. "${0%/*}/lib-ring.sh"

ring_run ring_missing
