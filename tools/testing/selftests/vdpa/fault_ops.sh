#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each operation of the parent fails in turn: while a slice is made, nothing of it
# stays; while its class changes, it is back where it was. Then it works.
# timeout: 180
# allow-leak: kmalloc_noprof[^ ]* [^ ]*( \[[a-z_]*\])? virtio_dev_probe
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a parked slice" add parked mac 02:00:00:00:00:07
need "is parked" set_class parked none
remember
uuid=$(attr parked uuid)

for step in probe set_features set_status set_as set_vq_num set_vq_address \
	set_vq_state set_vq_ready; do
	echo 5 >"$FAULT/$step"
	check_fail "$step: making fails" "Input/output error" add new
	check_fail "$step: the class change fails" "Input/output error" set_class parked virtio
	check_eq "$step: the slice is parked" "$(attr parked class)" none
	check_eq "$step: and ready" "$(attr parked state)" ready
	check "$step: nothing is left" nothing_new
	echo 0 >"$FAULT/$step"
	check "$step: then making works" add new
	check "$step: and removing" vdpa dev del new
	check "$step: then the class change works" set_class parked virtio
	check_match "$step: it has a network interface" "$(netdev parked)" "?*"
	check "$step: back" set_class parked none
	check "$step: nothing is left" nothing_new
done
check_eq "the MAC is what it was" "$(config parked mac)" 02:00:00:00:00:07
check_eq "the UUID is what it was" "$(attr parked uuid)" "$uuid"
