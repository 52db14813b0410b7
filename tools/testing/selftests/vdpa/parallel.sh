#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent that takes its time delays the requests for its own slice only.
# timeout: 90
# kernels: plain debug kcsan
# ci: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-stuck.sh"

need "the modules load" load_nic parents=2
need "a slice of the other NIC" vdpa dev add name other mgmtdev mdev_net1
need "a slice of the slow NIC" add there
need "that is parked" set_class there none
remember

echo 60000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
add slow >"$lib_scratch/slow" 2>&1 &
slow=$!
begun() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}
need "making the slow slice has begun" wait_for 30 begun
echo 0 >"$FAULT/delay_ms"

check "devices are listed meanwhile" at_once vdpa dev show
check "management devices are listed" at_once vdpa mgmtdev show
check "a configuration is shown" at_once vdpa dev config show there
check "a slice of the other NIC is made" at_once vdpa dev add name fast mgmtdev mdev_net1
check "a slice of the same NIC is made" at_once vdpa dev add name quick mgmtdev mdev_net0
check "a slice is removed" at_once vdpa dev del fast
check "a class is changed" at_once set_class other none
check "rtnetlink answers" at_once ip link show lo
check "another generic netlink family answers" at_once ethtool lo
check_fail "the name that is being made is taken" "File exists" add slow
check "the slow one is not in the list" sh -c '! vdpa dev show slow'
check "it is still being made" begun
echo 1 >"$FAULT/wake"
wait $slow
check_eq "the slow slice is made in the end" "$?" 0
check "it is there" vdpa dev show slow
