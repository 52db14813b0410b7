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
	note listed vdpa dev show
	vdpa mgmtdev show
	vdpa dev config show
	note counted vdpa dev vstats show one qidx 0
}

make() {
	note made add one
	add two
	note parked write none "$SLICES/two/class"
}

load() {
	load_nic || echo "they do not load"
}

# Each module is held for as long as a request or a slice is in it; then it stays,
# and the next round tries again. That they are loaded never fails.
unload() {
	note mdev_vdpa rmmod mdev_vdpa 2>/dev/null
	load
	note mdev_net rmmod mdev_net 2>/dev/null
	note mdev_virtio rmmod mdev_virtio 2>/dev/null
	load
}

race() {
	race_start ask ask make
	race_join "$lib_scratch/unload" unload
	race_hold 8
}

race_check "each module goes, and requests are answered" \
	"mdev_vdpa mdev_net mdev_virtio listed made" race
check_eq "they always come back" "$(sort -u "$lib_scratch/unload")" ""

check "everything goes in the end" modprobe -r mdev_net mdev_vdpa mdev_virtio
check_eq "no network interface is left" "$(ls /sys/class/net)" "$netdevs"
check "everything comes back" load_nic
check "and works" add one
