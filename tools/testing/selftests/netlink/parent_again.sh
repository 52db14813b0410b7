#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# While a parent that goes waits for the user of a vfio device, another one of its name comes:
# it works, and is not in /sys/class/mdev_bus, where the first one still has the name.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

DRIVER=/sys/bus/platform/drivers/mdev_net
LINK=/sys/class/mdev_bus/$NIC

need "the modules load" load_nic
need "and vfio" modprobe -a vfio vfio_iommu_type1
need "a slice in class vfio" new one class=$VFIO
check_match "the NIC is in the class" "$(readlink $LINK)" "*/platform/$NIC"

mkfifo "$lib_scratch/in"
"$HELPERS/vfio/hold" "$(attr one uuid)" <"$lib_scratch/in" >"$lib_scratch/out" &
sleep 1000 >"$lib_scratch/in" &
holder=$!
cleanup kill $holder
need "somebody has opened its vfio device" wait_for 10 grep -q open "$lib_scratch/out"

write $NIC $DRIVER/unbind &
unbind=$!
gone() {
	nl parent-get name=$NIC | grep -q ENODEV
}
need "the NIC goes" wait_for 10 gone
check "another one of its name comes" modprobe mdev_test
check "and the first still waits" kill -0 $unbind
check_match "for its link, too" "$(readlink $LINK)" "*/platform/$NIC"
answer "the other one alone is found by the name" ok slice-new parent-name=$NIC name=two class=0
check_eq "and makes a slice of its own type" "$(attr two type)" blk
answer "which goes" ok slice-del name=two

kill $holder
check "the first has gone when the device is closed" wait $unbind
check "and its link" test ! -e $LINK
check "it comes again" write $NIC $DRIVER/bind
check "without a link, since the other one is still there" test ! -e $LINK
check "the other one goes" rmmod mdev_test
check "the first goes" write $NIC $DRIVER/unbind
check "it comes again" write $NIC $DRIVER/bind
check_match "with its link" "$(readlink $LINK)" "*/platform/$NIC"
