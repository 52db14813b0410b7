#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent that takes its time delays the requests for its own slice only.
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic parents=2
need "a slice of the other NIC" vdpa dev add name other mgmtdev mdev_net1
need "a slice of the slow NIC" add there
need "that is parked" set_class there none
remember

milliseconds() {
	date +%s%3N
}

# at_once COMMAND...: it takes much less than the slow step does
at_once() {
	at=$(milliseconds)
	"$@" || return
	[ $(($(milliseconds) - at)) -lt 3000 ]
}

echo 8000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms"
began=$(milliseconds)
add slow >"$lib_scratch/slow" 2>&1 &
slow=$!
sleep 0.5
check "making the slow slice goes on" test ! -e "$SLICES/slow"
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
wait $slow
check_eq "the slow slice is made in the end" "$?" 0
check "and took its time" test $(($(milliseconds) - began)) -ge 7900
check "it is there" vdpa dev show slow
