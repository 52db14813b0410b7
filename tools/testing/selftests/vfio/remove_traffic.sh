#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices in class vfio are removed in every way while a driver in user space sends and
# receives: frames pass until it lets go of its device, and then nothing is left.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

nics=/sys/bus/platform/drivers/mdev_net

gone() {
	[ ! -e "$SLICES/one" ]
}

use() {
	"$HELPERS_DIR/remove_traffic" one >"$lib_scratch/user" 2>&1 &
	user=$!
	cleanup kill -9 $user
	wait_for 20 grep -q ready "$lib_scratch/user"
}

# let_go: frames have passed until then
let_go() {
	wait $user
	let_go_status=$?
	cat "$lib_scratch/user"
	return $let_go_status
}

# The ways. Only what takes the parent away waits for who has the device.
remove() {
	timeout 5 sh -c "echo 1 >$SLICES/one/remove"
}

delete() {
	timeout 5 vdpa dev del one
}

flush() {
	[ "$(timeout 5 tribus slice flush parent "$NIC")" = "removed 1 busy 0" ]
}

unbind() {
	write "$NIC" $nics/unbind
}

need "the modules load" load_nic
need "and those of vfio" load_vfio
remember
before=$(pins)
for i in $(seq "$(repeat 2)"); do
	for way in remove delete flush unbind; do
		need "$i: a slice" vfio_slice one
		need "$i: its representor is up" rep_up one
		need "$i: it is in use" use
		check "$i: it is taken away by $way" $way
		check "$i: frames pass until its user lets go" let_go
		check "$i: then it has gone" wait_for 10 gone
		[ -e "$nics/$NIC" ] || need "$i: the NIC is bound" write "$NIC" $nics/bind
		check "$i: nothing is left" wait_for 5 nothing_new
	done
done
check_eq "no page stays pinned" "$(pins)" "$before"
