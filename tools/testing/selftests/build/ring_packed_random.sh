#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space, with a packed ring of any size, against a driver
# that does random things, in turns and on two CPUs: no buffer and no wake-up is lost, all
# data are right, also when another device goes on from the state.
# timeout: 180
. "${0%/*}/lib-ring.sh"

ring_run ring_packed_random
