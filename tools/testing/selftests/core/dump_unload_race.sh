#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Lists and requests of family "vdpa" go on while the modules of the family, of the
# NIC and of the class come and go under them.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
netdevs=$(ls /sys/class/net)

ask() {
	vdpa dev show
	vdpa mgmtdev show
	vdpa dev config show
	vdpa dev vstats show one qidx 0
}

make() {
	add one
	add two
	write none "$SLICES/two/class"
}

# Each module is held for as long as a request or a slice is in it; then it stays,
# and the next round tries again.
rounds() {
	for _ in $(seq "$(repeat 3)"); do
		rmmod mdev_vdpa 2>/dev/null
		load_nic || return
		rmmod mdev_net 2>/dev/null
		rmmod mdev_virtio 2>/dev/null
		load_nic || return
	done
}

race_start ask ask make
check "the modules come and go" rounds
race_stop

check "everything goes in the end" modprobe -r mdev_net mdev_vdpa mdev_virtio
check_eq "no network interface is left" "$(ls /sys/class/net)" "$netdevs"
check "everything comes back" load_nic
check "and works" add one
