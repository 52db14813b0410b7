#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Class changes of one slice at the same time as each other and as its removal.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember

changer() {
	while [ ! -e "$lib_scratch/stop" ]; do
		for class in none virtio; do
			write $class "$SLICES/one/class" 2>&1
			cat "$SLICES/one/class" "$SLICES/one/state" 2>&1
			vdpa dev config show one 2>&1
		done
	done >"$lib_scratch/changer$1"
}

start() {
	rm -f "$lib_scratch/stop"
	changer 1 &
	first=$!
	changer 2 &
	second=$!
}

finish() {
	touch "$lib_scratch/stop"
	wait $first $second
}

need "a slice" add one
start
sleep "$(seconds 3)"
finish
check_match "after changes from two sides it is in one of the classes" \
	"$(attr one class)" "[nv][oi][nr]*"
check_match "and ready" "$(attr one state)" "ready*"
check "it goes where it is sent" set_class one virtio
check_eq "with its driver" "$(attr one state)" "ready bound"

remove_it() {
	for _ in $(seq 200); do
		[ -e "$SLICES/one" ] || return 0
		vdpa dev del one 2>/dev/null
	done
	return 1
}
rounds() {
	for _ in $(seq "$(repeat 10)"); do
		start
		sleep 0.3
		remove_it || return
		add one || return
		finish
	done
}
check "it is removed in the middle of changes" rounds
vdpa dev del one
check "nothing is left" nothing_new
grep -vhE '^(ready|changing|dying|none|virtio)|^one:|^ +negotiated|Device or resource busy|No such device|no device of|being removed|being changed|nonexistent|cannot create|No such file|kernel answers|^Error' \
	"$lib_scratch"/changer* | sort -u >"$lib_scratch/unexpected"
check_eq "nobody got an unexpected answer" "$(cat "$lib_scratch/unexpected")" ""
