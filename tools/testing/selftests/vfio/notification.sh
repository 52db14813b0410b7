#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in user space notifies a slice in class vfio with the place in the ring, where
# that was negotiated, in either layout; a place that is wrong harms nobody.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
begin one
tap notification one
check "the slice leaves its class" set_class one none
