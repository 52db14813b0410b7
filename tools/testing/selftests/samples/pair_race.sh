#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Class changes, binding, removal and the wish for another driver of slices in class vendor
# at the same time, and while the driver's module comes and goes.
# timeout: 180
# kernels: plain debug kcsan
# allow-leak: kasprintf[^ ]* device_set_deferred_probe_reason
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-race.sh"
. "${0%/*}/lib-pair.sh"

need "the modules load" modprobe mdev_pair
netdevs=$(ls /sys/class/net)

change() {
	note parked write "none force" $SLICES/$ONE/class
	note taken write vendor $SLICES/$ONE/class
	cat $SLICES/$ONE/state $SLICES/$ONE/class_device/uevent
}
rebind() {
	note unbound write $ONE $PAIR_NET/unbind
	note bound write $ONE $PAIR_NET/bind
}
up_down() {
	race_dev=$(port_dev $ONE)
	note up ip link set "$race_dev" up
	ip link set "$race_dev" down
}
wish() {
	note wished write nobody $CDEVS/$ONE/driver_override
	cat $CDEVS/$ONE/driver_override
	write "" $CDEVS/$ONE/driver_override
}
make() {
	note made port $ONE
	sleep 0.1
	note removed remove_port $ONE
}
reload() {
	note unloaded rmmod mdev_pair_net
	sleep 0.1
	modprobe mdev_pair_net
	sleep 0.2
}

need "one end" port $TWO
ip link set "$(port_dev $TWO)" up
need "and the other" port $ONE
race_check "the driver comes and goes while the class changes" "parked taken unbound bound up" \
	together 3 change rebind up_down
race_check "and while another one is wished for" "parked taken unbound wished" \
	together 2 change wish rebind
write nobody $CDEVS/$ONE/driver_override 2>/dev/null
write "" $CDEVS/$ONE/driver_override 2>/dev/null
check "it can be parked, whatever it is left in" set_class $ONE "none force"
check "and brought back" set_class $ONE vendor
check_eq "with its driver" "$(attr $ONE state)" "ready bound"
race_check "so it does while the end comes and goes" "made removed parked unbound" \
	together 3 make change rebind up_down
race_check "and while its module does" "unloaded made removed parked" \
	together 4 reload change make up_down
modprobe mdev_pair_net
remove_port $ONE 2>/dev/null
check "nothing of it is left" test ! -e $SLICES/$ONE
check "nor a device" test ! -e $CDEVS/$ONE
check "it is made" port $ONE
check_eq "with its driver" "$(attr $ONE state)" "ready bound"
check "the parent goes with all" rmmod mdev_pair
check_eq "no interface is left" "$(ls /sys/class/net)" "$netdevs"
