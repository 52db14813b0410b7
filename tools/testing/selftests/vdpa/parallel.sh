#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent that takes its time delays the requests for its own slice only.
# timeout: 90
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-stuck.sh"

need "the modules load" load_nic parents=2
need "a slice of the other NIC" vdpa dev add name other mgmtdev mdev_net1
need "a slice of the slow NIC" add there
need "that is parked" set_class there none
remember

other_nic() {
	vdpa dev add name fast mgmtdev mdev_net1 && vdpa dev del fast
}

quick() {
	vdpa dev add name quick mgmtdev mdev_net0 && vdpa dev del quick
}

change() {
	set_class other virtio && set_class other none
}

# others HOW: requests that have nothing to do with what is slow
others() {
	"$1" "devices are listed meanwhile" vdpa dev show
	"$1" "management devices are listed" vdpa mgmtdev show
	"$1" "a configuration is shown" vdpa dev config show there
	"$1" "a slice of the other NIC is made and removed" other_nic
	"$1" "a slice of the same NIC is made and removed" quick
	"$1" "a class is changed, and back" change
	"$1" "rtnetlink answers" ip link show lo
	"$1" "another generic netlink family answers" ethtool lo
}

others usually
echo 60000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
add slow >"$lib_scratch/slow" 2>&1 &
slow=$!
begun() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}
need "making the slow slice has begun" wait_for 30 begun
echo 0 >"$FAULT/delay_ms"

others at_once
check_fail "the name that is being made is taken" "File exists" add slow
check "the slow one is not in the list" sh -c '! vdpa dev show slow'
check "it is still being made" begun
echo 1 >"$FAULT/wake"
wait $slow
check_eq "the slow slice is made in the end" "$?" 0
check "it is there" vdpa dev show slow
