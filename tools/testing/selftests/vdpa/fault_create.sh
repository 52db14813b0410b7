#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent that fails to make a slice: the error comes through, nothing is left,
# and the next try works.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember

# errno number, text
while read -r errno text; do
	echo "$errno" >"$FAULT/create"
	check_fail "making fails with $errno" "$text" add new
	check "nothing is left" nothing_new
	check_fail "it is not listed" "No such device" vdpa dev show new
	echo 0 >"$FAULT/create"
	check "the next try works" add new
	check "and it is removed" vdpa dev del new
done <<END
12 Cannot allocate memory
5 Input/output error
28 No space left on device
16 Device or resource busy
END
check "nothing is left in the end" nothing_new
