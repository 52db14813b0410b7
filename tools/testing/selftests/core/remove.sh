#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The attribute remove removes a slice in any class, and nothing else does.
# ci: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember
remove() {
	write "${2-1}" "$SLICES/$1/remove"
}

need "a slice" add one
for word in 0 no "" 2 remove; do
	check_fail "\"$word\" does not remove it" "Invalid argument" remove one "$word"
done
check "it is there" vdpa dev show one
check "1 removes it" remove one
check "nothing is left" nothing_new

need "a parked slice" add one
need "is parked" set_class one none
check "it is removed, too" remove one
check "nothing is left" nothing_new

need "a slice with its interfaces up" add one
ip link set one up
ip link set "$(netdev one)" up
check "it is removed" remove one
check "nothing is left" nothing_new

need "a slice" add one
exec 8<"$SLICES/one/state"
check "a slice with an open attribute is removed" remove one
check_fail "which cannot be read any more" "No such device" cat <&8
need "a new one has its name" add one
exec 8<&-
check "and stays when the attribute is closed" vdpa dev show one
check "it is removed" vdpa dev del one
check "nothing is left" nothing_new
