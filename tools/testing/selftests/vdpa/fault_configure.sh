#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent that fails to change the MAC address: the error comes through and the
# address is the old one.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one mac 02:00:00:00:00:01

echo 5 >"$FAULT/configure"
check_fail "it is not changed" "Input/output error" vdpa dev set name one mac 02:00:00:00:00:02
check_eq "it is the old one" "$(config one mac)" 02:00:00:00:00:01
check_eq "the slice is ready" "$(attr one state)" "ready bound"
echo 0 >"$FAULT/configure"
check "then it is changed" vdpa dev set name one mac 02:00:00:00:00:02
check_eq "it is the new one" "$(config one mac)" 02:00:00:00:00:02
