#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# QEMU with a slice in class vfio is killed at random points: while it starts, while the
# guest boots, under traffic both ways. The slice is free afterwards and works elsewhere.
# timeout: 400
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"
. "${0%/*}/lib-vfio-guest.sh"
. "${0%/*}/lib-kill-guest.sh"

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "locks are not judged" locks_unjudged
need "a slice in class vfio" vfio_slice vm1
need "another one" vfio_slice vm2
host_address vm1 192.0.2.1/24
host_address vm2 198.51.100.1/24

slice() {
	vfio_device "$1"
}

kill_starting vfio "$(repeat 3)"
kill_working
