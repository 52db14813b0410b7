#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices in class vendor are parked, unbound and removed, and their modules unloaded in
# every order, while frames pass.
# timeout: 240
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-pair.sh"

netdevs=$(ls /sys/class/net)
need "the modules load" modprobe mdev_pair
need "namespaces" spaces

# both: two ports that are connected
both() {
	port $ONE && port $TWO && connect
}
for i in $(seq "$(repeat 3)"); do
	need "$i: two ports" both
	flood
	check "$i: one is parked" set_class $ONE "none force"
	check "$i: and brought back" set_class $ONE vendor
	check "$i: unbound" write $TWO $PAIR_NET/unbind
	check "$i: and bound" write $TWO $PAIR_NET/bind
	quiet
	need "$i: connected again" connect
	flood
	check "$i: one is removed" remove_port $ONE
	check "$i: and the other" remove_port $TWO
	quiet
done

need "two ports" both
flood
check "the parent is unbound" write $NIC $PAIR/unbind
quiet
check "its slices have gone" test ! -e $SLICES/$ONE -a ! -e $SLICES/$TWO
check "it is bound" write $NIC $PAIR/bind

need "two ports" both
flood
check_fail "the class is in use" "in use" rmmod mdev_vendor
check "the driver goes" rmmod mdev_pair_net
quiet
check_eq "the slice stays" "$(attr $ONE class) $(attr $ONE state)" "vendor ready unbound"
check_fail "the class is in use" "in use" rmmod mdev_vendor
check "the driver comes back" modprobe mdev_pair_net
check_eq "and takes it" "$(attr $ONE class) $(attr $ONE state)" "vendor ready bound"
need "connected again" connect
flood
check "driver first, then the parent, then the class" rmmod mdev_pair_net mdev_pair mdev_vendor
quiet

need "the modules load" modprobe mdev_pair
need "two ports" both
flood
check "parent first, then the driver, then the class" rmmod mdev_pair mdev_pair_net mdev_vendor
quiet
check_eq "no interface is left" "$(ls /sys/class/net)" "$netdevs"

need "the modules load" modprobe mdev_pair
need "two ports" both
check "parked" set_class $ONE "none force"
check "both" set_class $TWO "none force"
check "the driver goes, then the class, then the parent" rmmod mdev_pair_net mdev_vendor mdev_pair
check "the core goes" rmmod mdev_core
need "the modules load" modprobe mdev_pair
need "two ports" both
