#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent that cannot read its counters: the error comes through with text.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one

echo 5 >"$FAULT/get_vq_stats"
check_fail "one queue" "Input/output error" vdpa dev vstats show one qidx 0
check_fail "text" "counters of queue 1 cannot be read" vdpa dev vstats show one qidx 1
check_fail "all queues" "Input/output error" vdpa dev vstats show one
echo 0 >"$FAULT/get_vq_stats"
check "then it works" vdpa dev vstats show one qidx 0
