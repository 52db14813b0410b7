#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices come and go and change their class while devlink shows, sets and reloads the NIC, and one
# breaks and is recovered: nothing is left over, and no lock is taken the wrong way round.
# timeout: 240
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

DRIVERS=/sys/bus/virtio/drivers

need "the modules load" load_nic max_slices=20
remember
nr=$(repeat 40)
nr=$((nr < 4 ? 4 : nr))

make() {
	for i in $(seq "$nr"); do
		add "$1$i" max_vqp 2
		set_class "$1$i" none
		set_class "$1$i" virtio
		vdpa dev del "$1$i"
	done
}
look() {
	while [ ! -e "$lib_scratch/end" ]; do
		devlink port show
		devlink -s health show
		devlink port function rate show
		devlink resource show $HANDLE
	done
}
change() {
	while [ ! -e "$lib_scratch/end" ]; do
		devlink port function set $HANDLE/0 hw_addr 02:00:00:00:00:11
		devlink port function rate set $HANDLE/0 tx_max 1mbit
		devlink port function rate add $HANDLE/g tx_max 2mbit
		devlink port function rate set $HANDLE/0 parent g
		devlink port function rate set $HANDLE/0 tx_share 1mbit
		devlink port function rate set $HANDLE/1 noparent
		devlink health diagnose $HANDLE/1 reporter queues
		devlink health recover $HANDLE/0 reporter queues
		devlink port function rate del $HANDLE/g
	done
}
reload() {
	size=20
	while [ ! -e "$lib_scratch/end" ]; do
		size=$((size == 20 ? 19 : 20))
		devlink resource set $HANDLE path /slices size $size
		devlink dev reload $HANDLE
	done
}
for worker in look change reload; do
	$worker >"$lib_scratch/$worker" 2>&1 &
	eval "$worker=\$!"
done
make a >/dev/null 2>&1 &
a=$!
make b >/dev/null 2>&1
wait $a
touch "$lib_scratch/end"
# shellcheck disable=SC2154
wait $look $change $reload
check "all slices have gone" nothing_new
check_eq "and are not counted" "$(resource slices occ)" 0
check_eq "nor their queue pairs" "$(resource queue_pairs occ)" 0
check_eq "no port is left" "$(devlink port show)" ""
check "a reload" devlink dev reload $HANDLE

# The parent goes while all that is asked for.
rm "$lib_scratch/end"
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
	while [ ! -e "$lib_scratch/end" ]; do
		for kind in head nothing; do
			write "1 $kind" /sys/module/mdev_test_broken/parameters/write
		done
		devlink health recover "$broken" reporter queues
	done
}
has_broken() {
	[ "$(errors)" -gt 2 ]
}
for worker in look change reload recover; do
	$worker >"$lib_scratch/$worker" 2>&1 &
	eval "$worker=\$!"
done
check "it breaks and is recovered" wait_for 20 has_broken
check "the driver is taken off the NIC meanwhile" write $NIC /sys/bus/platform/drivers/mdev_net/unbind
check "and given back" write $NIC /sys/bus/platform/drivers/mdev_net/bind
touch "$lib_scratch/end"
# shellcheck disable=SC2154
wait $look $change $reload $recover
check_eq "there are no slices" "$(resource slices occ)" 0
