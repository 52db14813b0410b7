#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Processes that make and remove slices of the same names get their way or are told
# why not, and nothing is left.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
remember

# Errors that somebody who came second may get. Who is alone gets none of them.
allowed='File exists|No such device|Device or resource busy'

player() {
	name=name$((turn = !turn))
	note made add $name
	vdpa dev show $name
	note removed vdpa dev del $name
	note parked write none "$SLICES/$name/class"
}

players() {
	race_start
	for number in 1 2 3; do
		race_join "$lib_scratch/player$number" player
	done
	race_hold 6
}

turn=0
race_check "slices are made and removed" "made removed" players
cat "$lib_scratch"/player* >"$lib_scratch/players"
second=$(grep -cE "$allowed" "$lib_scratch/players")
comment "somebody came second $second times"
check "they meet" [ "$second" -gt 0 ]
check_eq "nobody gets another error" "$(grep -vE \
	"type network|^Error: |^env: |nonexistent|cannot create|$allowed" \
	"$lib_scratch/players" | sort -u)" ""
vdpa dev del name0 2>/dev/null
vdpa dev del name1 2>/dev/null
check "nothing is left" nothing_new
check "the names are free" sh -c 'vdpa dev add name name0 mgmtdev mdev_net0 && vdpa dev del name0'
