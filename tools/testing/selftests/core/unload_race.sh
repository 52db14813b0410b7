#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The NIC's module goes while slices are made, changed, shown and removed.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
modprobe -r mdev_net
remember_netdevs=$(ls /sys/class/net)

# worker NUMBER keep|remove
worker() {
	note made add "worker$1"
	note parked write none "$SLICES/worker$1/class"
	vdpa dev show
	write virtio "$SLICES/worker$1/class"
	vdpa dev config show "worker$1"
	[ "$2" = keep ] || note removed vdpa dev del "worker$1"
}

# It is there for another time in each round, and in each other one until there is a slice: where
# commands are slow that would be never. What it says is an error.
unload() {
	modprobe mdev_net || echo "it does not load"
	[ $((race_round % 2)) = 0 ] || wait_for 5 [ -e "$SLICES/worker1" ]
	race_pause
	note kept [ -e "$SLICES/worker1" ]
	note unloaded rmmod mdev_net || echo "it does not go"
}

# The last thing that is done to the module is to unload it.
workers() {
	race_start
	race_join /dev/null worker 1 keep
	race_join /dev/null worker 2 remove
	race_join "$lib_scratch/unload" unload
	race_hold 8
}

race_check "it goes, and takes slices along" "made parked kept unloaded" workers
check_eq "it always does, and loads" "$(sort -u "$lib_scratch/unload")" ""

check "no slice is left" sh -c "! ls -d $SLICES/*"
check_eq "no network interface is left" "$(ls /sys/class/net)" "$remember_netdevs"
check "it loads again" modprobe mdev_net
check "and works" add one
