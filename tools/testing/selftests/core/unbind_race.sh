#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Binding and unbinding of the endpoint driver and of the NIC itself by hand, at the
# same time as class changes and removal.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
remember
driver=/sys/bus/mdev_virtio/drivers/virtio_vdpa
nics=/sys/bus/platform/drivers/mdev_net

bind_endpoint() {
	write one $driver/unbind
	write one $driver/bind
}
bind_nic() {
	write $NIC $nics/unbind
	sleep 0.1
	write $NIC $nics/bind
	sleep 0.2
}
change() {
	write none "$SLICES/one/class"
	write virtio "$SLICES/one/class"
	cat "$SLICES/one/state" "$SLICES/one/class_device/uevent"
}
make() {
	add one
	sleep 0.1
	vdpa dev del one
}

need "a slice" add one
together 3 bind_endpoint change
check "the slice can be taken, whatever it is left in" \
	sh -c "echo none >$SLICES/one/class && echo virtio >$SLICES/one/class"
check_eq "its driver is bound" "$(attr one state)" "ready bound"
together 3 bind_endpoint make
together 5 bind_nic change make
together 3 bind_nic bind_endpoint make
write $NIC $nics/bind 2>/dev/null
vdpa dev del one 2>/dev/null
check "nothing is left" nothing_new
check "a slice is made" add one
check_eq "with its driver" "$(attr one state)" "ready bound"
