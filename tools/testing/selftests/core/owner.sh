#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The attribute owner keeps one line of text for orchestrators.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one
owner() {
	write "$1" "$SLICES/one/owner"
}

check_eq "it is empty at first" "$(attr one owner)" ""
check "it is written" owner "vm 7 of tenant A"
check_eq "and read" "$(attr one owner)" "vm 7 of tenant A"
check "it is changed" owner B
check_eq "and read again" "$(attr one owner)" B
need "the class changes" set_class one none
check_eq "it stays" "$(attr one owner)" B

x127=$(printf '%0127d' 0 | tr 0 x)
check "127 characters are taken" owner "$x127"
check_eq "all of them" "$(attr one owner)" "$x127"
check_fail "128 are not" "Invalid argument" owner "${x127}x"
check_fail "nor are two lines" "Invalid argument" owner "a
b"
check_eq "it is as before" "$(attr one owner)" "$x127"
check "it is made empty" owner ""
check_eq "and is" "$(attr one owner)" ""
