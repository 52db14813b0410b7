#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices in class vhost are taken away in every way, and in several at once, while processes
# send and receive through them: none of these ways waits for a process, and nothing is left.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

nics=/sys/bus/platform/drivers/mdev_net
names="one two three"

# use NAME: a process that does not end by itself
use() {
	"$HELPERS_DIR/exchange" "$1" run >"$lib_scratch/user-$1" 2>&1 &
	users="$users $!"
	cleanup kill -9 $!
	wait_for 20 grep -q ready "$lib_scratch/user-$1"
}

use_all() {
	users=
	for name in $names; do
		vhost_slice "$name" && use "$name" || return
	done
}

stop_all() {
	# shellcheck disable=SC2086
	kill -9 $users
	# shellcheck disable=SC2086
	wait $users
	:
} 2>/dev/null

# The ways.
remove_each() {
	for name in $names; do
		write 1 "$SLICES/$name/remove" || return
	done
}

flush() {
	[ "$(tribus slice flush parent "$NIC")" = "removed 3 busy 0" ]
}

unbind() {
	write "$NIC" $nics/unbind
}

# Who comes too late finds none.
at_once() {
	set_class one "none force" &
	write 1 "$SLICES/two/remove" &
	vdpa dev del three &
	unbind
	wait $!
	[ ! -e "$SLICES/one" ] && [ ! -e "$SLICES/two" ] && [ ! -e "$SLICES/three" ]
} 2>/dev/null

bound() {
	[ -e "$nics/$NIC" ] || write "$NIC" $nics/bind
}

need "the modules load" load_vhost
remember
for way in remove_each flush unbind at_once; do
	need "three slices are in use" use_all
	check "they are taken away by $way" $way
	# shellcheck disable=SC2086
	check "which does not wait for their users" kill -0 $users
	stop_all
	need "the NIC is bound" bound
	check "nothing is left" nothing_new
done
need "three slices are in use" use_all
check_fail "the module is in use" "in use" rmmod mdev_net
stop_all
check "it goes when they are not, with its slices" rmmod mdev_net
