#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent is a management device: "vdpa mgmtdev show" tells what it makes.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic parents=3

shown=$(vdpa mgmtdev show platform/mdev_net1)
check_match "its handle has the name of the bus" "$shown" "platform/mdev_net1:*"
check_match "it makes network devices" "$shown" "*supported_classes*net*"
check_match "it can have 16 queue pairs and a control queue" "$shown" "*max_supported_vqs 33*"
for feature in MTU MAC MRG_RXBUF STATUS CTRL_VQ CTRL_RX CTRL_MAC_ADDR MQ \
	RING_INDIRECT_DESC RING_PACKED IN_ORDER NOTIFICATION_DATA RING_EVENT_IDX VERSION_1 ACCESS_PLATFORM; do
	check_match "it offers $feature" "$shown" "* $feature*"
done

json() {
	vdpa -j mgmtdev show "$@" | jq -r "$query"
}
query='.mgmtdev | keys | join(" ")'
check_eq "all of them are listed" "$(json)" \
	"platform/mdev_net0 platform/mdev_net1 platform/mdev_net2"
query='.mgmtdev."platform/mdev_net0".supported_classes | join(" ")'
check_eq "JSON has the classes" "$(json mdev_net0)" net
query='.mgmtdev."platform/mdev_net0".max_supported_vqs'
check_eq "JSON has the number of queues" "$(json platform/mdev_net0)" 33
query='.mgmtdev."platform/mdev_net0".dev_features | index("MQ") != null'
check_eq "JSON has the features" "$(json)" true
check "pretty JSON is JSON" sh -c 'vdpa -jp mgmtdev show | jq .'

check_fail "an unknown one is refused" "No such device" vdpa mgmtdev show mdev_net9
check_fail "with text" "there is no management device of this name" \
	vdpa mgmtdev show mdev_net9
check_fail "one of another bus is refused" "No such device" vdpa mgmtdev show pci/mdev_net0
