#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A user of a slice in class vfio whose memory does not come holds up nobody but itself: a
# reset takes no time, counters are told, senders go on, and it can be killed.
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
begin one
need "another slice" add two
need "its representor is up" rep_up two
tap slow one two
check "the slice leaves its class" set_class one none
