#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices come and go and change their class while devlink shows, sets and reloads the NIC, and one
# breaks and is recovered: nothing is left over, and no lock is taken the wrong way round.
# timeout: 240
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"
. "${0%/*}/../lib-race.sh"

DRIVERS=/sys/bus/virtio/drivers

need "the modules load" load_nic max_slices=20
remember

# make NAME
make() {
	note made add "$1" max_vqp 2
	note parked set_class "$1" none
	note taken set_class "$1" virtio
	note removed vdpa dev del "$1"
	# There has to be a time with neither.
	race_pause
}

make_a() {
	make a
}

make_b() {
	make b
}

look() {
	devlink port show | note listed grep -q $HANDLE
	devlink -s health show
	devlink port function rate show
	devlink resource show $HANDLE
}

# What is called 0 and 1 is there some of the time.
change() {
	devlink port function set $HANDLE/0 hw_addr 02:00:00:00:00:11
	note rated devlink port function rate set $HANDLE/0 tx_max 1mbit
	devlink port function rate add $HANDLE/g tx_max 2mbit
	devlink port function rate set $HANDLE/0 parent g
	devlink port function rate set $HANDLE/0 tx_share 1mbit
	devlink port function rate set $HANDLE/1 noparent
	note diagnosed devlink health diagnose $HANDLE/1 reporter queues
	devlink health recover $HANDLE/0 reporter queues
	devlink port function rate set $HANDLE/0 noparent
	note ungrouped devlink port function rate del $HANDLE/g
}

reload() {
	size=$((size == 20 ? 19 : 20))
	note resized devlink resource set $HANDLE path /slices size $size
	note reloaded devlink dev reload $HANDLE
}

size=20
race_check "each of them gets something done" \
	"made parked taken removed listed rated diagnosed ungrouped resized reloaded" \
	together 20 make_a make_b look change reload
check "all slices have gone" nothing_new
check_eq "and are not counted" "$(resource slices occ)" 0
check_eq "nor their queue pairs" "$(resource queue_pairs occ)" 0
check_eq "no port is left" "$(devlink port show)" ""
check "a reload" devlink dev reload $HANDLE

# The parent goes while all that is asked for.
for i in $(seq "$(repeat 10)"); do
	add "s$i"
done
broken=$(port s1)
device=$(basename "$CDEVS"/s1/virtio*)
need "a broken driver" modprobe mdev_test_broken slice=s1 packed=N
cleanup rmmod mdev_test_broken
write "$device" $DRIVERS/virtio_net/unbind
need "has one of them" write "$device" $DRIVERS/mdev_test_broken/bind
errors() {
	health "$broken" error
}
recover() {
	for kind in head nothing; do
		write "1 $kind" /sys/module/mdev_test_broken/parameters/write
	done
	devlink health recover "$broken" reporter queues
}
has_broken() {
	[ "$(errors)" -gt 2 ]
}
race_start look change reload recover
check "it breaks and is recovered" wait_for 20 has_broken
check "the driver is taken off the NIC meanwhile" write $NIC /sys/bus/platform/drivers/mdev_net/unbind
check "and given back" write $NIC /sys/bus/platform/drivers/mdev_net/bind
race_stop
check_eq "there are no slices" "$(resource slices occ)" 0
