#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Used buffers are told by the vector that a queue in class vfio has at that time, by none,
# or by INTx, whose ISR status says what it was.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
begin one
tap queue_irqs one
check "the slice leaves its class" set_class one none
