#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space, on memory that is reached by asking for it: what
# is read and written arrives, and what is refused breaks the ring and nothing else.
# timeout: 120
. "${0%/*}/lib-ring.sh"

ring_run ring_remote
