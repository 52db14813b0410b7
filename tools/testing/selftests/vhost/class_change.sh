#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A change of class, to and from any, leaves configuration, limits, counters and the
# representor with its place in a bridge.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

mac=02:00:00:00:00:07

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one mac $mac mtu 1400 max_vqp 2
check "frames go through it" "$HELPERS_DIR/exchange" one 10
# Which takes the frames that the program would see.
ip link add br0 type bridge
cleanup ip link delete br0
need "its representor is in a bridge" ip link set one master br0

# Of the control queue a driver makes use as soon as it is there; the network interface
# of class virtio is down.
state() {
	vdpa dev config show one | sed -n '1s/ link [a-z]* / /p'
	vdpa dev show one
	cat /sys/class/net/one/ifindex /sys/class/net/one/mtu /sys/class/net/one/address
	readlink /sys/class/net/one/master
	grep . /sys/class/net/one/statistics/*
	for queue in 0 1 2 3; do
		vdpa dev vstats show one qidx $queue
	done
}

as_virtio_device() {
	at=/sys/class/net/$(netdev one)
	check_eq "it has its address" "$(cat "$at/address")" $mac
	check_eq "its MTU" "$(cat "$at/mtu")" 1400
	check_eq "its queue pairs" "$(find "$at/queues/" -name 'tx-*' | wc -l)" 2
}

need "frames were counted" test "$(counter one 1 packets)" -gt 0
state >"$lib_scratch/before"
commands=0
for class in virtio vhost none virtio vhost; do
	check "its class becomes $class" set_class one "$class"
	state >"$lib_scratch/after"
	check "nothing else changes" diff "$lib_scratch/before" "$lib_scratch/after"
	[ "$class" != virtio ] || as_virtio_device
	before=$commands
	commands=$(counter one 4 commands)
	check "no command was forgotten" test "$commands" -ge "$before"
done
need "there were some" test "$commands" -gt 0
ip link set one nomaster
check "frames go through it" "$HELPERS_DIR/exchange" one 10
check "and are counted together with the former" test \
	"$(counter one 1 packets)" -ge 20
