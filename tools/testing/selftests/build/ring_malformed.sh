#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine of mdev_ring, in user space: each malformed ring is refused with the errno
# that is documented, and works again after a reset.
# timeout: 120
. "${0%/*}/lib-ring.sh"

ring_run ring_malformed
