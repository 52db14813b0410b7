#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice of class vendor, whose driver has an interface for it, is made, changed and
# removed with each allocation failing in turn: it is there or it is not, nothing is half made,
# and the next try works.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

uuid=11111111-90ab-cdef-1234-567890abcdef
create=/sys/bus/platform/devices/mdev_pair0/mdev_supported_types/mdev_pair-port/create
CDEVS=/sys/bus/mdev_vendor/devices

faults_prepare
need "the modules load" modprobe mdev_pair
set -f
# See faults_prepare_slices.
need "the kernel has it" fault_not_below netdev_register_kobject

same="-g $SLICES/* -g $SLICES/$uuid/* -f $SLICES/$uuid/class -f $SLICES/$uuid/state
	-g $CDEVS/* -g $CDEVS/$uuid/net/* -g /sys/class/net/*"
# What the kernel says to a driver whose interface it has no memory for.
same="$same -e ENOBUFS"

sweep "made" $same write $create $uuid -- write $SLICES/$uuid/remove 1
need "it is made" write $uuid $create
sweep "from vendor to none" $same \
	write $SLICES/$uuid/class none -- write $SLICES/$uuid/class vendor
need "it is parked" set_class $uuid none
sweep "from none to vendor" $same \
	write $SLICES/$uuid/class vendor -- write $SLICES/$uuid/class none
need "it is brought back" set_class $uuid vendor
check_eq "with its driver" "$(attr $uuid state)" "ready bound"
sweep "removed" $same write $SLICES/$uuid/remove 1 -- write $create $uuid
need "it is removed" write 1 $SLICES/$uuid/remove
