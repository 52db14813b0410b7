#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in class vfio resets one virtqueue and sets it up anew, with another size, at
# another place, while the others go on and frames wait.
# timeout: 240
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one
before=$(pins)
tap queue_reset one "$(repeat 100)"
check_eq "no page stays pinned" "$(pins)" "$before"
