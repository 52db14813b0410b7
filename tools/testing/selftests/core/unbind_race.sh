#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Binding and unbinding of the endpoint driver and of the NIC itself by hand, at the
# same time as class changes and removal.
# timeout: 180
# kernels: plain debug kcsan
# allow-leak: kasprintf[^ ]* device_set_deferred_probe_reason
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic
remember
driver=/sys/bus/mdev_virtio/drivers/virtio_vdpa
nics=/sys/bus/platform/drivers/mdev_net

bind_endpoint() {
	note unbound write one $driver/unbind
	note bound write one $driver/bind
}
bind_nic() {
	note gone write $NIC $nics/unbind
	sleep 0.1
	note back write $NIC $nics/bind
	# On a slow kernel a slice and its driver want more than a moment.
	race_pause
}
change() {
	note parked write none "$SLICES/one/class"
	note taken write virtio "$SLICES/one/class"
	# for another time in each round, so that its driver can be bound by hand, too
	race_pause
	cat "$SLICES/one/state" "$SLICES/one/class_device/uevent"
}
make() {
	note made add one
	sleep 0.1
	note removed vdpa dev del one
}

# What is asked for is what happens on a slow kernel, too. There the slice, or the NIC, is
# mostly gone again when an unbind has come to its end, and when a change would begin.
need "a slice" add one
race_check "the driver comes and goes while the class changes" "unbound bound parked taken" \
	together 3 bind_endpoint change
check "the slice can be taken, whatever it is left in" \
	sh -c "echo none >$SLICES/one/class && echo virtio >$SLICES/one/class"
check_eq "its driver is bound" "$(attr one state)" "ready bound"
race_check "and while the slice does" "unbound made removed" \
	together 3 bind_endpoint make
race_check "the NIC comes and goes while both go on" "gone back made" \
	together 4 bind_nic change make
race_check "and while the driver does" "gone back unbound made" \
	together 3 bind_nic bind_endpoint make
write $NIC $nics/bind 2>/dev/null
vdpa dev del one 2>/dev/null
check "nothing is left" nothing_new
check "a slice is made" add one
check_eq "with its driver" "$(attr one state)" "ready bound"
