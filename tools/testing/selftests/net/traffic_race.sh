#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Frames are on their way, in both directions, while CPUs and the endpoint driver come
# and go and the class changes; and while the slices are removed without a CPU.
# timeout: 120
# kernels: plain debug kcsan
# allow-leak: kasprintf[^ ]* device_set_deferred_probe_reason
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-race.sh"

cpu=/sys/devices/system/cpu/cpu1/online
driver=/sys/bus/mdev_virtio/drivers/virtio_vdpa
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

# What it says is an error.
hotplug() {
	write 0 $cpu && sleep 0.2 && note cpu write 1 $cpu
	sleep 0.2
}

# The interface is a new one each time. That it answers is not waited for: the next change
# shall meet frames of which some wait for it, too.
reconnect() {
	GUEST_DEV=$(netdev one)
	ip link set "$GUEST_DEV" netns guest &&
		guest ip address add $GUEST_IP/24 dev "$GUEST_DEV" &&
		guest ip link set "$GUEST_DEV" up && host ip neighbour flush all
}

# flow: frames come from the guest again
flow() {
	flow_from=$(host_stat rx_packets)
	wait_for 3 flows
}

flows() {
	[ "$(host_stat rx_packets)" -gt $((flow_from + 10)) ]
}

change() {
	note parked write none "$SLICES/one/class"
	write virtio "$SLICES/one/class"
	note connected reconnect
	note flowing flow
	note unbound write one $driver/unbind
	write one $driver/bind
	note connected reconnect
	sleep 0.2
}

# race [COMMAND...]: in traffic, with a CPU that comes and goes
race() {
	flood
	race_start "$@"
	race_join "$lib_scratch/hotplug" hotplug
	race_hold 3
	quiet
}

watch() {
	note flowing flow
	sleep 0.5
}

race_check "a CPU comes and goes" "cpu flowing" race watch
check "frames pass" wait_for 5 ping_guest
race_check "a CPU comes and goes while the class changes" "cpu parked unbound connected flowing" \
	race change
check_eq "the CPU always does" "$(sort -u "$lib_scratch/hotplug")" ""
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
