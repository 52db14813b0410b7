#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Everything at once: slices of one name are made and removed in two ways, change
# class and configuration, are listed, and their NIC is unbound and bound.
# timeout: 120
# kernels: plain debug kcsan
# ci: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"

need "the modules load" load_nic parents=2
remember
nics=/sys/bus/platform/drivers/mdev_net

make() {
	note made vdpa dev add name one mgmtdev mdev_net$((turn = !turn))
	race_pause
	note removed vdpa dev del one
	note made vdpa dev add name one mgmtdev mdev_net$turn
	race_pause
	note removed write 1 "$SLICES/one/remove"
}

change() {
	note parked put none "$SLICES/one/class"
	note configured vdpa dev set name one mac 02:00:00:00:00:01
	note taken put virtio "$SLICES/one/class"
	note owned put somebody "$SLICES/one/owner"
}

look() {
	cat "$SLICES"/one/* "$CDEVS"/one/*
	vdpa dev config show | note listed grep ^one:
	note counted vdpa dev vstats show one qidx 0
	ip -s link
}

unbind() {
	note unbound write mdev_net1 $nics/unbind
	sleep 0.1
	note bound write mdev_net1 $nics/bind
	sleep 0.3
}

# Most calls come too late for somebody else's, but not all.
turn=0
race_check "each of them gets something done" "made removed parked listed unbound bound" \
	together 5 make make change look unbind

vdpa dev del one 2>/dev/null
[ -e /sys/bus/platform/devices/mdev_net1/driver ] || write mdev_net1 $nics/bind
check "nothing is left" nothing_new
check "a slice is made on one NIC" vdpa dev add name one mgmtdev mdev_net0
check "and on the other" vdpa dev add name two mgmtdev mdev_net1
check_eq "its driver is bound" "$(attr two state)" "ready bound"
check "it is moved" set_class two none
