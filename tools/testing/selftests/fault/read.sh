#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Answers of family "vdpa" with each allocation failing in turn: an errno or the whole answer,
# and the next request is answered.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare
need "the modules load" load_nic
set -f

# read_all TEXT [OPTION] KIND COMMAND [ATTRIBUTE]...
read_all() {
	text=$1
	shift
	sweep "$text" -e ENOBUFS $SWEEP_ALL "$@"
}
need "a slice" add one max_vqp 2 mac 02:00:00:00:00:06
read_all "a device" vdpa 5 4:z:one
read_all "its configuration" vdpa 6 4:z:one
read_all "counters of a queue" -v vdpa 7 4:z:one 17:32:0
read_all "counters of all queues" -v vdpa 7 4:z:one
read_all "a management device" vdpa 2 2:z:$NIC
read_all "all devices" dump 5
read_all "all configurations" dump 6
read_all "all management devices" dump 2

# The configuration tells the MAC.
sweep "a new MAC" -e ENOBUFS $SWEEP_ALL -r "vdpa 6 4:z:one" \
	vdpa 8 4:z:one 10:x:020000000007 -- vdpa 8 4:z:one 10:x:020000000006
