#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An open node may be inherited or passed on; who has it is not its owner for that, and
# an owner that ends while others have it takes its memory from the device.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
node=$(node one)
log_refusals
logged=$?
tap fd_passing one
if [ $logged = 0 ]; then
	check_eq "it is the owner that is named" "$(refusal one)" \
		"$node is open in fd_passing (pid $tap_pid)"
else
	skip "it is the owner that is named" "this kernel has no dynamic debug"
fi
