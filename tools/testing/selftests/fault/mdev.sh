#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making a slice by family mdev, with owner and provisioning, describing it, and changing its class,
# its configuration and its name, with each allocation failing in turn: an errno, nothing of it is
# left, and the next try works.
# timeout: 300
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

need "class vhost loads" modprobe mdev_vhost
faults_prepare_slices

remember

# slice-new 6: name 2, parent-name 5, class 7, owner 10, config 13 with net 5 with mtu 2.
# An answer for which there is no memory is lost, and its reader is told so. Each slice has
# another id and UUID.
NEW="mdev 6 2:z:s{} 5:z:$NIC 10:z:me 32781:x:0c0005800800020078050000"
sweep_many "a slice is made, or nothing is" $FAULT_FEW -v -e ENOBUFS $SWEEP_OWN \
	$NEW -- mdev 8 2:z:s{}
sweep_many "so it is, parked" $FAULT_FEW -v -e ENOBUFS $SWEEP_OWN \
	$NEW 7:32:0 -- mdev 8 2:z:s{}
sweep_many "or in class vhost" $FAULT_FEW -v -e ENOBUFS $SWEEP_OWN \
	-g /sys/bus/mdev_vhost/devices/s{} -g /sys/bus/mdev_vhost/devices/s{}/vhost-vdpa* \
	$NEW 7:32:2 -- mdev 8 2:z:s{}
need "a slice" add one
need "with an owner" write me "$SLICES/one/owner"
sweep "a slice is described" -e ENOBUFS $SWEEP_ALL mdev 5 2:z:one
sweep "a list of slices is made" -e ENOBUFS $SWEEP_ALL list 5
sweep "a list of parents is made" -e ENOBUFS $SWEEP_ALL list 1
sweep "a list of types is made" -e ENOBUFS $SWEEP_ALL list 4
sweep "a list of counters is made" -v -e ENOBUFS $SWEEP_ALL list 16
sweep "an owner is set" -e ENOBUFS -l $SWEEP_ALL -f $SLICES/one/owner mdev 7 2:z:one 10:z:you -- mdev 7 2:z:one 10:z:me
sweep "a class is changed" $FAULT_FEW -v -e ENOBUFS $SWEEP_ALL mdev 7 2:z:one 7:32:0 -- mdev 7 2:z:one 7:32:1
need "it is parked" set_class one none
# config 13 with net 5 with mtu 2: 1400, and 1500
need "with an MTU" tribus slice set one mtu 1500
sweep "a configuration is changed" -v -e ENOBUFS $SWEEP_ALL -r "mdev 5 2:z:one" \
	mdev 7 2:z:one 32781:x:0c0005800800020078050000 -- \
	mdev 7 2:z:one 32781:x:0c00058008000200dc050000
# slice-set 7: new-name 21. A uevent for which there is no memory is lost.
sweep "a name is changed" -e ENOBUFS $SWEEP_ALL -g $SLICES/one -g $SLICES/two \
	-g /sys/bus/platform/devices/$NIC/mdev_slice/one -f $SLICES/one/uevent \
	mdev 7 2:z:one 21:z:two -- mdev 7 2:z:two 21:z:one
check_eq "it has both names of its own" "$(cat $SLICES/one/uuid)" "$(cat "/sys/bus/platform/devices/$NIC/mdev_slice/one/uuid")"
need "it is removed" remove one
set +f
check "nothing is left" nothing_new
