#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Parents, types and slices are shown at a glance: class, state, endpoint, its holder, link,
# queues, owner, representor; and chosen by each keyword.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

need "the modules load" load_nic
check_match "the parent" "$(tribus -o parent show)" \
	"mdev_net0: bus platform driver mdev_net\\\\    classes none virtio vhost vfio*types 1 slices 0"
check_eq "by its bus and name" "$(tribus parent show platform/mdev_net0)" "$(tribus parent show)"
refused "there is no other one" 2 'nic: ' tribus parent show nic
refused "nor on another bus" 2 'No such device' tribus parent show pci/mdev_net0
check_match "the type" "$(tribus -o type show)" "net: parent mdev_net0 device net *create mac mtu *set mac*"
check_match "in detail" "$(tribus -d -o type show net)" "*features*mac*version_1*"
check_eq "by its parent" "$(tribus type show parent mdev_net0)" "$(tribus type show)"
check_eq "by both" "$(tribus type show net parent mdev_net0)" "$(tribus type show)"
check_eq "there is no other one" "$(tribus type show bogus)" ""
check_eq "there is no slice" "$(tribus slice show)" ""

need "a slice in class virtio" tribus slice add name vm1 parent $NIC class virtio mac 02:00:00:00:00:01 owner me
need "one in class vhost" tribus slice add name vm2 parent $NIC class vhost
need "one in class vfio" tribus slice add name vm3 parent $NIC class vfio owner other
need "one in class none" tribus slice add name vm4 parent $NIC class none
node=$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/vm2/vhost-vdpa-*)")
check_match "its network device" "$(tribus -o slice show vm1)" \
	"vm1: parent $NIC type net class virtio state bound*endpoint $(netdev vm1) driver virtio_vdpa*"
check_match "link and address" "$(tribus -o slice show vm1)" "*device net link * mac 02:00:00:00:00:01 *queues *"
check_match "owner and representor" "$(tribus -o slice show vm1)" "*owner me representor vm1"
check_match "a node" "$(tribus -o slice show vm2)" "*class vhost state bound*endpoint /dev/$node driver vhost_vdpa*"
exec 5<>"/dev/$node"
check_match "and its holder" "$(tribus -o slice show vm2)" "*held by pid $$ comm *"
exec 5>&-
wait_for 5 sh -c '! tribus slice show vm2 | grep -q held'
check_match "nobody holds it" "$(tribus -o slice show vm2 | grep -c held)" 0
check_match "an iommu group" "$(tribus -o slice show vm3)" "*class vfio*driver vfio_virtio*iommu_group [0-9]*"
check_match "a slice that is parked" "$(tribus -o slice show vm4)" "vm4: * class none state parked\\\\    device*"
check_match "provisioning in detail" "$(tribus -d -o slice show vm1)" "*config mac 02:00:00:00:00:01 *"
check_match "features in detail" "$(tribus -d -o slice show vm1)" "*driver_features*mac*version_1*"

names() {
	tribus -o slice show "$@" | sed 's/: .*//' | tr '\n' ' '
}

check_eq "all" "$(names)" "vm1 vm2 vm3 vm4 "
check_eq "by name" "$(names name vm2)" "vm2 "
check_eq "by UUID" "$(names uuid "$(attr vm3 uuid)")" "vm3 "
check_eq "by id" "$(names id "$(of '.[0].id' tribus -j slice show vm4)")" "vm4 "
check_eq "by class" "$(names class vhost)" "vm2 "
check_eq "by owner" "$(names owner me)" "vm1 "
check_eq "without owner" "$(names owner '')" "vm2 vm4 "
check_eq "by parent" "$(names parent platform/$NIC)" "vm1 vm2 vm3 vm4 "
check_eq "by parent and class" "$(names parent $NIC class vfio owner other)" "vm3 "
check_eq "by type" "$(names type net owner me)" "vm1 "
refused "there is no other one" 2 'nix: ' tribus slice show nix
refused "no other id" 2 'No such device' tribus slice show id 4294967295
