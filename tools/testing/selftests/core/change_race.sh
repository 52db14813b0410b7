#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Class changes of one slice at the same time as each other and as its removal.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
remember

changer() {
	for class in none virtio; do
		note $class write $class "$SLICES/one/class"
		cat "$SLICES/one/class" "$SLICES/one/state"
		vdpa dev config show one
	done
}

# changes SECONDS: from two sides, and what else has been started
changes() {
	race_join "$lib_scratch/changer1" changer
	race_join "$lib_scratch/changer2" changer
	race_hold "$1"
}

two_sides() {
	race_start
	changes 3
}

need "a slice" add one
race_check "its class changes" "none virtio" two_sides
check_match "after changes from two sides it is in one of the classes" \
	"$(attr one class)" "[nv][oi][nr]*"
check_match "and ready" "$(attr one state)" "ready*"
check "it goes where it is sent" set_class one virtio
check_eq "with its driver" "$(attr one state)" "ready bound"

# It cannot be removed while it changes. One that is slow to go is answered before it has gone.
removed() {
	[ ! -e "$SLICES/one" ] || { vdpa dev del one && [ ! -e "$SLICES/one" ]; }
}

# What it says is an error.
make_anew() {
	race_pause
	note removed wait_for 30 removed || echo "it is not removed"
	note made add one || echo "it is not made"
}

removals() {
	race_start
	race_join "$lib_scratch/removals" make_anew
	changes 5
}

race_check "it is removed in the middle of changes" "none virtio removed made" removals
check_eq "each time, and made again" "$(sort -u "$lib_scratch/removals")" ""
vdpa dev del one
check "nothing is left" nothing_new
cat "$lib_scratch"/changer* >"$lib_scratch/changers"
comment "$(grep -c 'resource busy' "$lib_scratch/changers") changes were refused"
answers='^(ready|changing|dying|none|virtio)|^one:|^ +negotiated'
# Errors that somebody who came second may get.
allowed='Device or resource busy|No such device|no device of|being removed|being changed'
allowed="$allowed|nonexistent|cannot create|No such file|kernel answers|^Error"
check_eq "nobody got an unexpected answer" \
	"$(grep -vE "$answers|$allowed" "$lib_scratch/changers" | sort -u)" ""
