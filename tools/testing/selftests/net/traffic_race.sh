#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Frames are on their way, in both directions, while CPUs and the endpoint driver come
# and go and the class changes; and while the slices are removed without a CPU.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

cpu=/sys/devices/system/cpu/cpu1/online
[ -w $cpu ] || skip_all "a second CPU that can be taken away is needed"
cleanup sh -c "echo 1 >$cpu"

need "the modules load" load_nic
need "a slice is connected" wire one max_vqp 2

flood() {
	host timeout 60 ping -q -f -s 1400 $GUEST_IP >/dev/null 2>&1 &
	flooders=$!
	guest timeout 60 ping -q -f -s 100 $HOST_IP >/dev/null 2>&1 &
	flooders="$flooders $!"
	host timeout 60 "$HELPERS_DIR/flows" $GUEST_IP 10000000 &
	flooders="$flooders $!"
	guest timeout 60 "$HELPERS_DIR/flows" $HOST_IP 10000000 &
	flooders="$flooders $!"
	sleep 0.3
}

quiet() {
	pkill -x ping
	pkill -x flows
	# shellcheck disable=SC2086
	wait $flooders
	sleep 0.2
}

hotplug() {
	for _ in $(seq "$(repeat 2)"); do
		echo 0 >$cpu || return
		sleep 0.2
		echo 1 >$cpu || return
		sleep 0.2
	done
}

change() {
	while [ ! -e "$lib_scratch/stop" ]; do
		write none "$SLICES/one/class"
		write virtio "$SLICES/one/class"
		write one /sys/bus/mdev_virtio/drivers/virtio_vdpa/unbind
		write one /sys/bus/mdev_virtio/drivers/virtio_vdpa/bind
	done >/dev/null 2>&1
}

flood
check "a CPU comes and goes" hotplug
quiet
check "frames pass" wait_for 5 ping_guest

flood
change &
changer=$!
check "a CPU comes and goes while the class changes" hotplug
touch "$lib_scratch/stop"
wait $changer
quiet
set_class one virtio
need "the slice is connected again" connect_guest

flood
need "the CPU goes" sh -c "echo 0 >$cpu"
check "frames pass on the other" wait_for 30 ping_guest
check "the slice is parked" set_class one none
check "it is taken back" set_class one virtio
check "it is removed" vdpa dev del one
check "one is made" add two
check_eq "its driver is bound" "$(attr two state)" "ready bound"
quiet
check "the CPU comes back" sh -c "echo 1 >$cpu"
check "the slice is removed" vdpa dev del two
check "and the module goes" rmmod mdev_net
