#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who is not root may look, and not change; who is in another network namespace
# does not see the family at all.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
need "the modules load" load_nic
need "a slice" add one
remember

DENIED="Operation not permitted"
check_fail "making a slice" "$DENIED" nobody vdpa dev add name new mgmtdev $NIC
check_fail "removing a slice" "$DENIED" nobody vdpa dev del one
check_fail "changing a slice" "$DENIED" nobody vdpa dev set name one mac 02:00:00:00:00:02
check_fail "the class" "Permission denied" \
	nobody sh -c 'echo none > /sys/class/mdev_slice/one/class'
check_fail "the attribute remove" "Permission denied" \
	nobody sh -c 'echo 1 > /sys/class/mdev_slice/one/remove'
check "nothing has changed" nothing_new
check "management devices are shown" nobody vdpa mgmtdev show
check "slices are shown" nobody vdpa dev show one
check "configuration is shown" nobody vdpa dev config show one
check "counters are shown" nobody vdpa dev vstats show one qidx 0

new_ns ns
check_fail "the family is not in another network namespace" "" in_ns ns vdpa dev show
