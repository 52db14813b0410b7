#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Family mdev tells parents, types and slices, makes slices with all that they shall have
# in one request, changes and removes them.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
need "those of the other classes" modprobe -a mdev_vhost mdev_vfio

answer "a parent by name" ok parent-get name=$NIC
check_match "what it is" "$(nl parent-get name=$NIC bus=platform)" \
	"parent-get id=* bus=platform name=$NIC driver=mdev_net classes=15 types=1 slices=0*"
check_eq "all parents" "$(nl -d parent-get | key name | sort | tr '\n' ' ')" "mdev_net0 mdev_net1 "
check_match "a type" "$(nl type-get parent-name=$NIC name=net)" \
	"type-get parent-bus=platform parent-name=$NIC name=net pretty-name=virtio-net *device-id=1 *max-vqs=* available=65536 *create-config=127 set-config=87*"
check_eq "types of all parents" "$(nl -d type-get | grep -c '^type-get')" 2
check_eq "types of one" "$(nl -d type-get parent-name=mdev_net1 | key parent-name)" mdev_net1

features=$(nl type-get parent-name=$NIC name=net | key features)
UUID=11111111-2222-3333-4444-555555555555
nl slice-new parent-name=$NIC parent-bus=platform name=full uuid=$UUID type=net class=$VIRTIO \
	owner=me config.features="$features" config.net.mac=02:00:00:00:00:77 config.net.mtu=1400 \
	config.net.max-vq-pairs=2 >"$lib_scratch/made"
check_eq "a slice with everything is made" $? 0
check_match "the answer describes it" "$(head -n 1 "$lib_scratch/made")" \
	"slice-new id=* name=full uuid=$UUID parent-bus=platform parent-name=$NIC type=net class=1 state=0 owner=me endpoint.bus=mdev_virtio endpoint.device=full endpoint.driver=virtio_vdpa device.id=1 device.features=0x* device.status=15 device.driver-features=0x* device.vqs=5 *config.features=$features config.queue-size=1024 config.net.mac=02:00:00:00:00:77 config.net.mtu=1400 config.net.max-vq-pairs=2 given=15 representor=*"
check_eq "so does a request for it" "$(nl slice-get name=full | cut -d ' ' -f 2-)" \
	"$(cut -d ' ' -f 2- "$lib_scratch/made")"
check_eq "its representor" "$(get full representor)" "$(cat /sys/class/net/full/ifindex)"
check_eq "its owner is in sysfs" "$(attr full owner)" me
check_eq "its MTU" "$(config full mtu)" 1400
check_eq "its parent counts it" "$(nl parent-get name=$NIC | key slices)" 1

id=$(get full id)
check_eq "by its id" "$(nl slice-get id="$id" | key name)" full
check_eq "by its UUID" "$(nl slice-get uuid=$UUID | key name)" full
check_eq "by all of them" "$(nl slice-get uuid=$UUID id="$id" name=full | key name)" full

answer "it is parked" ok slice-set name=full class=$NONE
check_eq "its class" "$(get full class)" $NONE
check_eq "it has no endpoint" "$(get full 'endpoint\.bus')" ""
answer "class vhost, and an owner" ok slice-set id="$id" class=$VHOST owner=you
check_eq "its node" "$(get full 'endpoint\.node')" \
	"$(ls /sys/bus/mdev_vhost/devices/full | grep vhost-vdpa)"
check_eq "its owner" "$(get full owner)" you
answer "class vfio" ok slice-set uuid=$UUID class=$VFIO
check_eq "its class device" "$(get full 'endpoint\.device')" $UUID
check_eq "its group" "/sys/kernel/iommu_groups/$(get full 'endpoint\.iommu-group')" \
	"$(readlink -f /sys/bus/mdev/devices/$UUID/iommu_group)"
answer "another MAC address" ok slice-set name=full config.net.mac=02:00:00:00:00:78
check_eq "it is provisioned" "$(get full 'config\.net\.mac')" 02:00:00:00:00:78
new plain
check_eq "nothing was given to a plain slice" "$(get plain given)" 0
check_match "though it is provisioned" "$(nl slice-get name=plain)" \
	"* config.features=0x* config.net.mac=*:* config.net.mtu=*"
answer "it is given a MAC address" ok slice-set name=plain config.net.mac=02:00:00:00:00:79
check_eq "which was given then" "$(get plain given)" 2
answer "no owner any more" ok slice-set name=full owner=
check_eq "it has none" "$(get full owner)" ""

check_match "a slice without name and UUID" "$(nl slice-new parent-name=mdev_net1 class=0)" \
	"slice-new id=* name=????????-* uuid=????????-* parent-bus=platform parent-name=mdev_net1 type=net class=0 state=0 *"
answer "it is removed" ok slice-del name=full
answer "it has gone" "error ENODEV attr=2 *" slice-get name=full
