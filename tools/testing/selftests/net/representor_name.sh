#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The representor has the slice's name where that is a good one and free, else the
# slice's name as its alias; its port name and switch id tell where it belongs.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic parents=2
net() {
	cat "/sys/class/net/$1/$2"
}

need "a slice" add one
check_eq "its representor has its name" "$(representor one)" one
check_eq "and no alias" "$(net one ifalias)" ""
need "a slice with a name of 15 characters" add abcdefghijklmno
check_eq "its representor has it" "$(representor abcdefghijklmno)" abcdefghijklmno

# alias NAME TEXT
alias_is() {
	need "a slice $2" add "$1"
	check_match "$2: the representor is mdnN with an alias" \
		"$(representor "$1")" "mdn[0-9]*"
	check "$2: goes" vdpa dev del "$1"
	check_eq "$2: and its representor" "$(representor "$1")" ""
}
alias_is abcdefghijklmnop "with a name of 16 characters"
alias_is with:colon "with a colon in its name"
alias_is all "with a name that is reserved"
alias_is default "with another one"
ip link add taken type dummy
cleanup ip link delete taken
alias_is taken "whose name is taken"

check_match "port name" "$(net one phys_port_name)" "pf0sf[0-9]*"
check_eq "switch id in common with its neighbours" "$(net one phys_switch_id)" \
	"$(net abcdefghijklmno phys_switch_id)"
check "port names differ" test "$(net one phys_port_name)" != \
	"$(net abcdefghijklmno phys_port_name)"
need "a slice of another NIC" vdpa dev add name other mgmtdev mdev_net1
check "has another switch id" test "$(net one phys_switch_id)" != \
	"$(net other phys_switch_id)"
check_eq "a representor is a child of its NIC" \
	"$(readlink -f /sys/class/net/one/device)" \
	"$(readlink -f "/sys/bus/platform/devices/$NIC")"

check "a representor can be renamed" ip link set one name uplink
new_ns ns
check "and moved" ip link set uplink netns ns
check "a slice goes wherever its representor is" vdpa dev del one
check_eq "the representor is gone" "$(in_ns ns ls /sys/class/net)" lo
need "a slice" add lost
ip link set lost netns ns
ip netns delete ns
check "a representor survives its namespace" wait_for 10 test -e /sys/class/net/lost
