#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device that does not reset: it cannot be stopped from going, and comes back.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one
need "a parked slice" add parked
need "is parked" set_class parked none

echo 5 >"$FAULT/reset"
check_fail "a device that does not reset is not taken" "Input/output error" \
	set_class parked virtio
check_eq "its slice is parked" "$(attr parked class)" none
check_fail "nor is one made" "Input/output error" add new
check_fail "and it is not there" "No such device" vdpa dev show new
check "one that is in use is given up" set_class one none
echo 0 >"$FAULT/reset"

check "it can be taken again" set_class one virtio
check "so can the other" set_class parked virtio
check_match "it has a network interface" "$(netdev one)" "?*"
