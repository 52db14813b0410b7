#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making a slice by family mdev, with owner and provisioning, and describing it, with each
# allocation failing in turn: an errno, nothing of it is left, and the next try works.
# timeout: 300
# kernels: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare_slices

remember

# slice-new 6: name 2, parent-name 5, class 7, owner 10, config 13 with net 5 with mtu 2.
# An answer for which there is no memory is lost, and its reader is told so.
NEW="mdev 6 2:z:s{} 5:z:$NIC 10:z:me 32781:x:0c0005800800020078050000"
sweep_many "a slice is made, or nothing is" -s "$FAULT_STEP" -e ENOBUFS $SWEEP_OWN \
	$NEW -- mdev 8 2:z:s{}
sweep_many "so it is, parked" -s "$FAULT_STEP" -e ENOBUFS $SWEEP_OWN \
	$NEW 7:32:0 -- mdev 8 2:z:s{}
need "a slice" add one
need "with an owner" write me "$SLICES/one/owner"
sweep "a slice is described" -e ENOBUFS $SWEEP_ALL mdev 5 2:z:one
sweep "a list of slices is made" -e ENOBUFS $SWEEP_ALL list 5
sweep "a list of parents is made" -e ENOBUFS $SWEEP_ALL list 1
sweep "a list of types is made" -e ENOBUFS $SWEEP_ALL list 4
sweep "a list of counters is made" -e ENOBUFS $SWEEP_ALL list 16
sweep "an owner is set" -e ENOBUFS -l $SWEEP_ALL -f $SLICES/one/owner mdev 7 2:z:one 10:z:you -- mdev 7 2:z:one 10:z:me
need "it is removed" remove one
set +f
check "nothing is left" nothing_new
