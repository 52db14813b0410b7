#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Processes that make and remove slices of the same names get their way or are told
# why not, and nothing is left.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember

# Errors that somebody who came second may get.
allowed='File exists|No such device|Device or resource busy'

player() {
	for i in $(seq "$(repeat 60)"); do
		name=name$((i % 2))
		add $name 2>&1
		vdpa dev show $name 2>&1
		vdpa dev del $name 2>&1
		write none "$SLICES/$name/class" 2>&1
	done | grep -vE 'type network|^Error: |^env: |nonexistent|cannot create' |
		grep -vE "$allowed" >"$lib_scratch/player$1"
}
player 1 &
first=$!
player 2 &
second=$!
player 3 &
third=$!
wait $first $second $third
cat "$lib_scratch"/player* >"$lib_scratch/players"
check_eq "nobody gets another error" "$(sort -u "$lib_scratch/players")" ""
vdpa dev del name0 2>/dev/null
vdpa dev del name1 2>/dev/null
check "nothing is left" nothing_new
check "the names are free" sh -c 'vdpa dev add name name0 mgmtdev mdev_net0 && vdpa dev del name0'
