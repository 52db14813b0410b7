#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space, with a packed ring: it begins where it can, each
# malformed ring is refused with the errno that is documented, and nothing is lost or done
# twice where memory is missing.
# timeout: 120
. "${0%/*}/lib-ring.sh"

ring_run ring_packed
