#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A guest's own driver for 16550s drives both ports of a mtty that unmodified QEMU gives to it:
# what is sent on them comes back, by interrupts, and the two do not mix.
# timeout: 120
# kernels: plain debug
# long: debug
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-samples.sh"
. "${0%/*}/../lib-guest.sh"

need "the sample loads" load_sample mtty
need "a card with two ports" make mtty 2 1
need "a program for the guest" guest_with "$HELPERS_DIR/plug=bin/plug"
need "a guest boots" guest_start one -device "vfio-pci,sysfsdev=$MEDIATED/$(uuid 1)"
check_eq "what is sent comes back" "$(guest_run one plug 4348:3253 2 500 2>&1)" \
	"500 bytes on each of 2 ports"
check_eq "once more" "$(guest_run one plug 4348:3253 2 700 2>&1)" "700 bytes on each of 2 ports"
check_eq "QEMU has not complained" "$(cat "$(guest_dir one)/qemu")" ""
check_fail "the card is in use" "busy" set_class "$(uuid 1)" none
guest_kill one
check "when the guest has gone it is removed" unmake 1
