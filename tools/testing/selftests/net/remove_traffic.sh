#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices are parked, removed, and the module unloaded, while frames pass both ways.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one max_vqp 2

# Floods that end by themselves when the interfaces are gone.
flood() {
	host timeout 20 ping -q -f -s 1400 $GUEST_IP >/dev/null 2>&1 &
	guest timeout 20 ping -q -f -s 1400 $HOST_IP >/dev/null 2>&1 &
	guest timeout 20 "$HELPERS_DIR/flows" $HOST_IP 1000000 &
	host timeout 20 "$HELPERS_DIR/flows" $GUEST_IP 1000000 &
	sleep 0.5
}

quiet() {
	pkill -x ping
	pkill -x flows
	wait
}

for i in $(seq "$(repeat 5)"); do
	flood
	check "$i: parked" set_class one none
	check "$i: and back" set_class one virtio
	quiet
	check "$i: connected again" connect_guest
done

flood
check "the representor goes down and up" sh -c "
	for i in 1 2 3 4 5; do
		ip -n host link set $HOST_DEV down && ip -n host link set $HOST_DEV up || exit 1
	done"
quiet
check "frames pass" wait_for 5 ping_guest

flood
check "the slice is removed" vdpa dev del one
quiet
need "a slice" add one
ip link set one netns host
host ip address add $HOST_IP/24 dev one
host ip link set one up
GUEST_DEV=$(netdev one)
need "is connected" connect_guest
flood
check "the NIC is unbound" write "$NIC" /sys/bus/platform/drivers/mdev_net/unbind
check "its slice is gone" test ! -e "$SLICES/one"
quiet
check "the NIC is bound" write "$NIC" /sys/bus/platform/drivers/mdev_net/bind
need "a slice" add one
ip link set one netns host
host ip address add $HOST_IP/24 dev one
host ip link set one up
GUEST_DEV=$(netdev one)
need "is connected" connect_guest
flood
check "the module is unloaded" rmmod mdev_net
quiet
check "nothing is left" test ! -e "$SLICES/one"
