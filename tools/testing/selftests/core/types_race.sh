#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices are made by their UUIDs, removed, and made by name while their parent comes and
# goes: whoever is too late is told, and nothing is left.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
remember
nics=/sys/bus/platform/drivers/mdev_net
types=/sys/bus/platform/devices/$NIC/mdev_supported_types

# Errors that somebody who came second may get.
allowed='File exists|No such (device|file or directory)|Device or resource busy'
allowed="$allowed|nonexistent directory|cannot create"

player() {
	uuid=12345678-90ab-cdef-1234-00000000000$((turn = (turn + 1) % 3))
	note made write $uuid $types/mdev_net-net/create
	cat $types/*/available_instances $types/*/devices/*/state
	note removed write 1 "$SLICES/$uuid/remove"
}

parent() {
	note unbound write $NIC $nics/unbind
	add one 2>/dev/null
	note bound write $NIC $nics/bind
	note named add one 2>/dev/null
	race_pause
}

players() {
	race_start
	race_join "$lib_scratch/player1" player
	race_join "$lib_scratch/player2" player
	race_join "$lib_scratch/parent" parent
	race_hold 6
}

turn=0
race_check "slices come and go, and so does the NIC" "made removed named unbound bound" players
check_eq "nobody gets another error" "$(grep -vhE "$allowed|^ready|^changing|^dying|^[0-9]+$" \
	"$lib_scratch"/player* | sort -u | head -n 5)" ""
check_eq "the NIC always does" "$(sort -u "$lib_scratch/parent")" ""
for slice in "$SLICES"/*; do
	[ ! -e "$slice" ] || write 1 "$slice/remove"
done
check "nothing is left" nothing_new
check "a slice is made" write 12345678-90ab-cdef-1234-000000000000 $types/mdev_net-net/create
