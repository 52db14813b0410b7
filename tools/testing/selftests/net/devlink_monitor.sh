#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# "devlink monitor" tells of the ports of slices as they come and go, and a representor that
# moves to another network namespace leaves its port where it is.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

need "the modules load" load_nic
devlink monitor all >"$lib_scratch/monitor" &
monitor=$!
cleanup kill $monitor
sleep 1
# told TEXT PATTERN
told() {
	check "$1" wait_for 5 grep -q "$2" "$lib_scratch/monitor"
}

need "a slice" add one
told "its port is new" "port,new.* $HANDLE/0:.*flavour pcisf"
told "and gets its representor" "port,new.* $HANDLE/0:.*netdev one"
nr=$(repeat 20)
for i in $(seq "$nr"); do
	add "s$i" || break
	vdpa dev del "s$i" || break
done
told "ports go" "port,del.* $HANDLE/1:"
count() {
	[ "$(grep -c "port,del.* $HANDLE/1:" "$lib_scratch/monitor")" = "$nr" ]
}
check "each of them" wait_for 10 count

new_ns ns
ip link set one netns ns
check_eq "a representor in a namespace is not told of here" \
	"$(port_says $HANDLE/0 '.netdev // "none"')" none
check_eq "its port is" "$(port_says $HANDLE/0 .flavour)" pcisf
check_eq "the namespace knows no NIC" "$(in_ns ns devlink dev show)" ""
check_eq "the representor has its port name" "$(in_ns ns cat /sys/class/net/one/phys_port_name)" pf0sf0
in_ns ns ip link set one netns 1
check_eq "it is told of when it is back" "$(port_says $HANDLE/0 .netdev)" one
ip link set one netns ns
check "a slice goes with its representor there" vdpa dev del one
check_fail "and its port" "No such device" devlink port show $HANDLE/0
