#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The driver core has no memory for the pins of a device that it is about to bind, and tells
# nobody: a slice enters each class all the same, with its driver, since it has none.
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

PINS=/sys/module/mdev_test_pins/parameters
DRIVER=/sys/bus/platform/drivers/mdev_net

grep -q ' pinctrl_bind_pins$' /proc/kallsyms || skip_all "a kernel with CONFIG_PINCTRL is needed"
need "the NIC's modules load" load_nic
need "classes vhost and vfio" modprobe -a mdev_vhost mdev_vfio
need "memory can be short" modprobe mdev_test_pins

# The NIC itself could have pins.
need "the NIC goes" write $NIC $DRIVER/unbind
echo $NIC >$PINS/device
check_fail "it does not come without memory for its pins" "Cannot allocate memory" \
	write $NIC $DRIVER/bind
echo >$PINS/device
need "it comes with it" write $NIC $DRIVER/bind

need "a slice" add one
uuid=$(attr one uuid)
for class in vhost vfio virtio; do
	name=one
	[ $class != vfio ] || name=$uuid
	met=$(cat $PINS/met)
	echo "$name" >$PINS/device
	check "it enters class $class" set_class one $class
	check_eq "with its driver" "$(attr one class) $(attr one state)" "$class ready bound"
	check "and was to have pins" test "$(cat $PINS/met)" -gt "$met"
done
check "it is removed" vdpa dev del one
