#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space, against a driver that does random things, in
# turns and on two CPUs: no buffer and no wake-up is lost, all data are right.
# timeout: 180
. "${0%/*}/lib-ring.sh"

ring_run ring_random
