#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each NIC has a devlink instance for as long as it has a driver, and it tells what it is.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

need "the modules load" load_nic parents=2
instances() {
	devlink dev show | grep mdev_net | LC_ALL=C sort | tr '\n' ' '
}
check_eq "each NIC has an instance" "$(instances)" \
	"platform/mdev_net0 platform/mdev_net1 "
info() {
	devlink -j dev info $HANDLE | jq -r ".info[] | $1"
}
check_eq "driver" "$(info .driver)" mdev_net
check_eq "version of virtio" "$(info .versions.fixed.virtio)" 1.2
check_eq "software has no serial number" "$(info .serial_number)" null

need "the driver is taken off a NIC" write mdev_net1 /sys/bus/platform/drivers/mdev_net/unbind
check_eq "its instance has gone" "$(instances)" "platform/mdev_net0 "
need "and given back" write mdev_net1 /sys/bus/platform/drivers/mdev_net/bind
check_eq "it is there again" "$(instances)" "platform/mdev_net0 platform/mdev_net1 "
need "a slice" add one
check "the module goes with its slices" rmmod mdev_net
check_eq "and with its instances" "$(instances)" ""
