#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Taking the driver away from the NIC removes its slices and does not wait for
# anybody; giving it back makes a NIC without slices.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember
nics=/sys/bus/platform/drivers/mdev_net

need "slices" sh -c 'for i in 1 2 3; do
	vdpa dev add name slice$i mgmtdev mdev_net0 || exit; done'
need "one of them is parked" set_class slice2 none
ip link set slice1 up
ip link set "$(netdev slice1)" up
exec 8<"$SLICES/slice3/state"

check "the NIC goes" timeout 20 sh -c "echo $NIC >$nics/unbind"
check "so do the slices" sh -c "! ls -d $SLICES/slice*"
check_eq "the tool lists none" "$(vdpa dev show)" ""
check_eq "and no management device" "$(vdpa mgmtdev show)" ""
check_fail "no slice is made" "No such device" add one
check "the NIC comes back" write $NIC $nics/bind
exec 8<&-
check "it has no slices" nothing_new
check "a slice is made" add slice1
