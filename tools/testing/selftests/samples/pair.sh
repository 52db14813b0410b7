#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices in class vendor as interfaces of the vendor's driver, two of them a pair: frames,
# counters, carrier; counters and addresses stay with the slice through class changes.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-pair.sh"

need "the parent loads" modprobe mdev_pair ports=3
check "and brings class and driver" test -e $PAIR_NET
modprobe mdev_vdpa
check_eq "vdpa has no such management device" "$(vdpa mgmtdev show | grep -c pair)" 0
check_fail "and makes none of its slices" "" vdpa dev add name new mgmtdev $NIC
check_eq "the type" "$(cat $PORTS/name)" "network port"
check_eq "is not for vfio" "$(cat $PORTS/device_api)" vendor
check_eq "three can be made" "$(cat $PORTS/available_instances)" 3
need "one" port $ONE
need "and another" port $TWO
check_eq "are in class vendor" "$(attr $ONE class) $(attr $TWO class)" "vendor vendor"
check_eq "with their driver" "$(attr $ONE state) $(attr $TWO state)" "ready bound ready bound"
check_eq "which is all that the parent serves" "$(attr $ONE classes)" "none vendor"
check "a third" port $THREE
check_eq "none is left" "$(cat $PORTS/available_instances)" 0
check_fail "which is what is said" "Too many users" port 44444444-90ab-cdef-1234-567890abcdef
check "it goes" remove_port $THREE

dev=$(port_dev $ONE)
need "there is an interface" test "$dev"
check_eq "below the class device" "$(readlink -f "/sys/class/net/$dev/device")" \
	"$(readlink -f $CDEVS/$ONE)"
info() {
	ethtool -i "$dev" | sed -n "s/^$1: //p"
}
check_eq "ethtool names the driver" "$(info driver)" mdev_pair_net
check_eq "and the slice, as far as it has room" "$(info bus-info)" "$(echo $ONE | cut -c 1-31)"
mac=$(cat "/sys/class/net/$dev/address")

need "namespaces" spaces
need "one end runs" use_port host $HOST_IP $ONE
HOST_DEV=$dev
check "without a link" carrier_is host "$HOST_DEV" 0
GUEST_DEV=$(port_dev $TWO)
need "so does the other" use_port guest $GUEST_IP $TWO
check "then there is a link" wait_for 5 carrier_is host "$HOST_DEV" 1
check "at both ends" wait_for 5 carrier_is guest "$GUEST_DEV" 1
need "frames pass" wait_for 10 ping_guest

# same DIRECTION OTHER: what one end has sent the other has received
same() {
	for what in packets bytes; do
		[ "$(host_stat "$1_$what")" = "$(guest_stat "$2_$what")" ] || return
	done
}
sent=$(host_stat tx_packets)
got=$(host_stat rx_packets)
check "twenty of them" host ping -q -c 20 -i 0.01 -s 1000 -W 5 $GUEST_IP
check "are counted when they are sent" test "$(host_stat tx_packets)" -ge $((sent + 20))
check "and received" test "$(host_stat rx_packets)" -ge $((got + 20))
check "all that was sent arrived" wait_for 5 same tx rx
check "in both directions" wait_for 5 same rx tx
check_eq "nothing was dropped" "$(host_stat tx_dropped) $(guest_stat rx_dropped)" "0 0"
guest ip link set "$GUEST_DEV" down
check "the link goes with the other end" wait_for 5 carrier_is host "$HOST_DEV" 0
guest ip link set "$GUEST_DEV" up
check "and comes" wait_for 5 carrier_is host "$HOST_DEV" 1
check "frames pass" wait_for 10 ping_guest

check_fail "an interface that is up keeps the slice" "busy" set_class $ONE none
check_eq "where it was" "$(attr $ONE class) $(attr $ONE state)" "vendor ready bound"
check "frames pass" wait_for 10 ping_guest
# Nobody may speak from here on until the counters have been compared.
host ip neighbour replace $GUEST_IP lladdr "$(guest cat "/sys/class/net/$GUEST_DEV/address")" \
	dev "$HOST_DEV"
sleep 0.2
sent=$(host_stat tx_packets)
check "unless it is forced" set_class $ONE "none force"
check "the other end has no link" wait_for 5 carrier_is guest "$GUEST_DEV" 0
check_eq "there is no interface" "$(host ls /sys/class/net)" lo
check "back" set_class $ONE vendor
dev=$(port_dev $ONE)
check_eq "it has its address" "$(cat "/sys/class/net/$dev/address")" "$mac"
check "and its counters" test "$(cat "/sys/class/net/$dev/statistics/tx_packets")" -ge "$sent"
check "one that is down can be parked" set_class $ONE none
check "and brought back" set_class $ONE vendor
HOST_DEV=$(port_dev $ONE)
need "one end runs" use_port host $HOST_IP $ONE
check "frames pass" wait_for 10 ping_guest
check "unbound" write $ONE $PAIR_NET/unbind
check_eq "it has no interface" "$(host ls /sys/class/net)" lo
check "bound" write $ONE $PAIR_NET/bind
need "one end runs" use_port host $HOST_IP $ONE
check "frames pass" wait_for 10 ping_guest

# A slice of which the driver knows nothing.
need "drivers for tests" modprobe mdev_test_vendor
need "a parent for tests" modprobe mdev_test
modprobe -r mdev_virtio
write $THREE /sys/bus/mdev_test/devices/mdev_back0/mdev_supported_types/mdev_test-rng/create
check_eq "a slice of another parent" "$(attr $THREE class)" vendor
check "is for this driver" write mdev_pair_net $CDEVS/$THREE/driver_override
check "unbound" write $THREE $VENDOR/drivers/mdev_test_vendor/unbind
check_fail "the driver does not take it" "No such device" write $THREE $PAIR_NET/bind
check_eq "which can be seen" "$(attr $THREE state)" "ready probe-failed -19"
check_eq "it has no interface" "$(port_dev $THREE)" ""
check "it is removed" remove_port $THREE
check "frames pass" wait_for 10 ping_guest
