#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# While memory with rings in class vfio is unmapped, nothing of it is pinned again until that
# is done, however long another slice in the same container takes.
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
begin one
need "another slice" vfio_slice two
need "its representor is up" rep_up two
tap unmap_slow one two
check "the slice leaves its class" set_class one none
check "and so does the other" set_class two none
