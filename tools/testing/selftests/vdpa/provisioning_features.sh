#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# device_features says which of the parent's features a slice offers.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic

# VIRTIO_F_VERSION_1 and VIRTIO_F_ACCESS_PLATFORM
transport=0x300000000
negotiated() {
	vdpa -j dev config show "$1" | jq -r ".config.\"$1\".negotiated_features | sort | join(\" \")"
}

check "only the transport" add bare device_features $transport
check_eq "is what the driver gets" "$(negotiated bare)" "ACCESS_PLATFORM VERSION_1"
check_match "it has a network interface all the same" "$(netdev bare)" "?*"

# VIRTIO_NET_F_MTU 3, MAC 5, STATUS 16
check "with MAC, MTU and STATUS" add some mac 02:00:00:00:00:01 mtu 2000 \
	device_features 0x300010028
check_eq "is what the driver gets" "$(negotiated some)" "ACCESS_PLATFORM MAC MTU STATUS VERSION_1"
check_eq "with the MAC" "$(config some mac)" 02:00:00:00:00:01

check "everything" add full max_vqp 4
check_match "has MQ" "$(negotiated full)" "*MQ*"

# VIRTIO_NET_F_CTRL_VQ 17, MQ 22
check "several pairs with MQ and control queue" add pairs max_vqp 2 device_features 0x300420000
check_eq "has both pairs" "$(config pairs max_vq_pairs)" 2
check "one pair needs no MQ" add pair max_vqp 1 device_features $transport
