#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The filter, VLANs, RSS and offloads that a driver has asked for go with it from slice to
# slice, and a stream in which they are what no driver can have asked for is refused.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
begin one max_vqp 2
need "another slice" vfio_slice two max_vqp 2
need "its representor is up" rep_up two
tap migration_parts one two "$(repeat 1000)"
check "a slice leaves its class" set_class one none
check "and so does the other one" set_class two none
