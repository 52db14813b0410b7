#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Of two who remove a slice at the same time one succeeds, and the other is told.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember

# remover FILE: waits for the start, writes its result
remover() {
	until [ -e "$lib_scratch/go" ]; do :; done
	write 1 "$SLICES/one/remove" 2>&1 && echo removed
}

duel() {
	rm -f "$lib_scratch/go"
	add one || return
	remover >"$lib_scratch/first" 2>&1 &
	first=$!
	remover >"$lib_scratch/second" 2>&1 &
	second=$!
	touch "$lib_scratch/go"
	wait $first
	wait $second
	cat "$lib_scratch/first" "$lib_scratch/second" >"$lib_scratch/both"
	[ "$(grep -c '^removed' "$lib_scratch/both")" = 1 ] || return
	# The other came while it was going, or after.
	grep -qE 'No such (device|file)|nonexistent|cannot create' "$lib_scratch/both"
}
duels() {
	for _ in $(seq "$(repeat 20)"); do
		duel || {
			cat "$lib_scratch/both"
			return 1
		}
	done
}
check "in $(repeat 20) duels there is one winner" duels
check "nothing is left" nothing_new
