#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices are parked, removed, and the module unloaded, while frames pass both ways.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "and the other classes" modprobe -a mdev_vhost mdev_vfio vfio vfio_iommu_type1
need "a slice is connected" wire one max_vqp 2

# Floods that end by themselves when the interfaces are gone.
flood() {
	host timeout 20 ping -q -f -s 1400 $GUEST_IP >/dev/null 2>&1 &
	guest timeout 20 ping -q -f -s 1400 $HOST_IP >/dev/null 2>&1 &
	guest timeout 20 "$HELPERS_DIR/flows" $HOST_IP 1000000 &
	host timeout 20 "$HELPERS_DIR/flows" $GUEST_IP 1000000 &
	sleep 0.5
}

# others: more slices of the NIC, one in each class, whose representors send; so does the
# interface of that in class virtio
others() {
	for name in two three four; do
		add $name && rep_up $name || return
	done
	rep_up "$(netdev two)" && set_class three vhost && set_class four vfio || return
	number=0
	for dev in two three four "$(netdev two)"; do
		number=$((number + 1))
		ip address add 198.51.100.$number/32 dev "$dev" &&
			ip route add 198.51.101.$number/32 dev "$dev" &&
			ip neighbour add 198.51.101.$number lladdr 02:00:00:00:00:77 dev "$dev" ||
			return
		timeout 20 "$HELPERS_DIR/flows" 198.51.101.$number 1000000 &
	done
	sleep 0.5
}

# gone NAME...: are none of these slices there?
gone() {
	for name in "$@"; do
		[ ! -e "$SLICES/$name" ] || return
	done
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
need "others in each class" others
check "the NIC is unbound" write "$NIC" /sys/bus/platform/drivers/mdev_net/unbind
check "its slices are gone" gone one two three four
quiet
check "the NIC is bound" write "$NIC" /sys/bus/platform/drivers/mdev_net/bind
need "a slice" add one
ip link set one netns host
host ip address add $HOST_IP/24 dev one
host ip link set one up
GUEST_DEV=$(netdev one)
need "is connected" connect_guest
flood
need "others in each class" others
check "the module is unloaded" rmmod mdev_net
quiet
check "nothing is left" gone one two three four
