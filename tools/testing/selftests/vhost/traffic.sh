#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Frames of every size go through a slice both ways, byte by byte, whole and in pieces,
# with and without event indices, with indirect descriptors where they are offered.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
# All sizes, or every fourth or so.
step=$(awk -v f="$RUN_FACTOR" 'BEGIN { print (f < 1 ? 7 : 1) }')
tap traffic one "$step" split
check "the queue counted the frames" test "$(counter one 1 packets)" -gt 1000
