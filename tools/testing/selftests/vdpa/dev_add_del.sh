#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice is made and removed by the tool, and its names are free afterwards.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember

check "a slice is made without any attribute" add one
check "it is listed" vdpa dev show one
check "it is a slice" test -d "$SLICES/one"
check_eq "it is in class virtio" "$(attr one class)" virtio
check_match "it has a network interface" "$(netdev one)" "?*"
check_eq "it has a representor of its name" "$(rep one)" one
check "a second one is made, with the name of the bus" \
	vdpa dev add name two mgmtdev "platform/$NIC"
check_fail "a name is taken once" "File exists" add one

check "one is removed" vdpa dev del one
check_fail "it is not listed any more" "No such device" vdpa dev show one
check_fail "it cannot be removed again" "No such device" vdpa dev del one
check "the other one is still there" vdpa dev show two
check "the name can be used again" add one
check "both are removed" sh -c 'vdpa dev del one && vdpa dev del two'
check_eq "none is listed" "$(vdpa dev show)" ""
check "nothing is left" nothing_new

cycles() {
	for _ in $(seq "$(repeat 20)"); do
		add again mac 02:00:00:00:00:05 max_vqp 2 || return
		vdpa dev del again || return
	done
}
check "it can be repeated" cycles
check "nothing is left of that" nothing_new
