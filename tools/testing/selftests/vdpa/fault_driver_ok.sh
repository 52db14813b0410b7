#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device that refuses to run after its driver has set it up: the driver, which
# holds rtnl and would spin for the answer to a command, is told not to wait; the
# error comes through, and nothing of the slice stays.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember
# With several pairs the driver sends a command as soon as it has set DRIVER_OK.
echo 5 >"$FAULT/driver_ok"
check_fail "making fails" "Input/output error" timeout 20 vdpa dev add name new mgmtdev $NIC max_vqp 2
check "nothing is left" nothing_new
check "rtnetlink answers" timeout 5 ip link show lo

echo 0 >"$FAULT/driver_ok"
need "the next try works" add new max_vqp 2
check "it is parked" set_class new none
echo 12 >"$FAULT/driver_ok"
check_fail "it does not enter class virtio" "Cannot allocate memory" timeout 20 sh -c ". ${0%/*}/../lib.sh; write virtio $SLICES/new/class"
check_eq "it is parked still" "$(attr new class)" none
echo 0 >"$FAULT/driver_ok"
check "the next try works" set_class new virtio
check_eq "and its driver runs" "$(attr new state)" "ready bound"
check "it is removed" vdpa dev del new
check "nothing is left in the end" nothing_new
