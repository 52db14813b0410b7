#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The NIC's module goes while slices are made, changed, shown and removed.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
modprobe -r mdev_net
remember_netdevs=$(ls /sys/class/net)

worker() {
	while [ ! -e "$lib_scratch/stop" ]; do
		add "worker$1"
		write none "$SLICES/worker$1/class"
		vdpa dev show
		write virtio "$SLICES/worker$1/class"
		vdpa dev config show "worker$1"
		[ "$2" = keep ] || vdpa dev del "worker$1"
	done >/dev/null 2>&1
}
rounds() {
	for round in $(seq "$(repeat 8)"); do
		modprobe mdev_net || return
		sleep "0.$((round % 5))"
		rmmod mdev_net || return
	done
}
worker 1 keep &
first=$!
worker 2 remove &
second=$!
check "it loads and unloads" rounds
touch "$lib_scratch/stop"
wait $first $second

check "no slice is left" sh -c "! ls -d $SLICES/*"
check_eq "no network interface is left" "$(ls /sys/class/net)" "$remember_netdevs"
check "it loads again" modprobe mdev_net
check "and works" add one
