#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in user space passes frames both ways by the vfio interface, is told of memory
# that is not there, and takes memory and itself away under traffic without a trace.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
begin one
before=$(pins)
# Frames, and how long memory comes and goes: on a slow kernel few get through in a second.
tap traffic one "$(repeat 150)" "${RUN_PATIENCE:-1}" "$(repeat 20)"
check_eq "no page stays pinned" "$(pins)" "$before"
check "the slice leaves its class" set_class one none
