#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Frames of every size go both ways through packed rings of many sizes, in pieces,
# by indirect descriptors, with and without event indices and in order, of a slice that was
# made to offer all that. One of which nothing was said offers nothing that QEMU cannot migrate.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one device_features "$PACKED_FEATURES"
need "another one" vhost_slice plain
tap offered plain 28- 34- 35- 38- 40- 29+ 32+ 33+
tap offered one 28+ 34+ 35+ 38- 40+ 29+ 32+ 33+
step=$(awk -v f="$RUN_FACTOR" 'BEGIN { print (f < 1 ? 7 : 1) }')
tap traffic one "$step" packed
check "the queue counted the frames" test "$(counter one 1 packets)" -gt 1000
