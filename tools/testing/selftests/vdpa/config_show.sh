#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# "vdpa dev config show" tells what the device's configuration space has, behind
# the feature bit of each field, in every class.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice with everything" add full mac 02:00:00:00:00:01 mtu 4000 max_vqp 4
need "a slice with nothing but MAC and MTU" \
	add bare mac 02:00:00:00:00:02 mtu 9000 device_features 0x300000028
need "both representors are up" sh -c 'ip link set full up && ip link set bare up'

check_eq "mac" "$(config full mac)" 02:00:00:00:00:01
check_eq "mtu" "$(config full mtu)" 4000
check_eq "max_vq_pairs" "$(config full max_vq_pairs)" 4
check_eq "link is up" "$(config full 'link ')" up
check_match "features that the driver took" "$(vdpa dev config show full)" \
	"*negotiated_features*MAC*MQ*VERSION_1*"
check_eq "the driver has the MAC" \
	"$(cat "/sys/class/net/$(netdev full)/address")" 02:00:00:00:00:01
check_eq "the driver has the MTU" "$(cat "/sys/class/net/$(netdev full)/mtu")" 4000

check_eq "mac of the other" "$(config bare mac)" 02:00:00:00:00:02
check_eq "mtu of the other" "$(config bare mtu)" 9000
check_eq "no max_vq_pairs without feature MQ" "$(config bare max_vq_pairs)" null
check_eq "no link without feature STATUS" "$(config bare 'link ')" null

ip link set full down
check_eq "link follows the representor" "$(config full 'link ')" down
ip link set full up

need "the slice is parked" set_class full none
check_eq "mac of a parked slice" "$(config full mac)" 02:00:00:00:00:01
check_eq "mtu of a parked slice" "$(config full mtu)" 4000
check_eq "no driver, no features that it took" "$(config full negotiated_features)" null
check_match "and reading them did not make it so" "$(attr full state)" ready

check_eq "all of them are listed" \
	"$(vdpa -j dev config show | jq -r '.config | keys | join(" ")')" "bare full"
check "pretty JSON is JSON" sh -c 'vdpa -jp dev config show | jq .'
check_fail "an unknown one is refused with text" "there is no device of this name" \
	vdpa dev config show nobody
