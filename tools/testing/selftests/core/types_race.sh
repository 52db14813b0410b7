#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices are made by their UUIDs, removed, and made by name while their parent comes and
# goes: whoever is too late is told, and nothing is left.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember
nics=/sys/bus/platform/drivers/mdev_net
types=/sys/bus/platform/devices/$NIC/mdev_supported_types

# Errors that somebody who came second may get.
allowed='File exists|No such (device|file or directory)|Device or resource busy'
allowed="$allowed|nonexistent directory|cannot create"

player() {
	for i in $(seq "$(repeat 100)"); do
		uuid=12345678-90ab-cdef-1234-00000000000$((i % 3))
		write $uuid $types/mdev_net-net/create 2>&1
		cat $types/*/available_instances $types/*/devices/*/state 2>&1
		write 1 "$SLICES/$uuid/remove" 2>&1
	done | grep -vE "$allowed|^ready|^changing|^dying|^[0-9]+$" >"$lib_scratch/player$1"
}

parent_player() {
	while [ ! -e "$lib_scratch/stop" ]; do
		write $NIC $nics/unbind
		add one 2>/dev/null
		write $NIC $nics/bind
		add one 2>/dev/null
		sleep 0.1
	done
} >"$lib_scratch/parent" 2>&1

player 1 &
first=$!
player 2 &
second=$!
parent_player &
parent=$!
wait $first $second
touch "$lib_scratch/stop"
wait $parent
cat "$lib_scratch"/player* >"$lib_scratch/players"
check_eq "nobody gets another error" "$(sort -u "$lib_scratch/players" | head -n 5)" ""
check_eq "the NIC comes and goes" "$(cat "$lib_scratch/parent")" ""
for slice in "$SLICES"/*; do
	[ ! -e "$slice" ] || write 1 "$slice/remove"
done
check "nothing is left" nothing_new
check "a slice is made" write 12345678-90ab-cdef-1234-000000000000 $types/mdev_net-net/create
