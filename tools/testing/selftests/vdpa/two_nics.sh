#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Names of slices are unique on the host, whatever NIC they are made on; a NIC that
# goes takes its own slices along.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "two NICs" load_nic parents=2
check "a slice of the first" vdpa dev add name one mgmtdev mdev_net0
check_fail "its name is taken on the second" "File exists" \
	vdpa dev add name one mgmtdev platform/mdev_net1
check "a slice of the second" vdpa dev add name two mgmtdev mdev_net1

check_eq "attribute parent of the first" "$(attr one parent)" platform/mdev_net0
check_eq "attribute parent of the second" "$(attr two parent)" platform/mdev_net1
check_eq "the tool says it, too" \
	"$(vdpa -j dev show two | jq -r .dev.two.mgmtdev)" platform/mdev_net1

need "the first NIC goes" sh -c 'echo mdev_net0 >/sys/bus/platform/drivers/mdev_net/unbind'
check_fail "and its slice" "No such device" vdpa dev show one
check "the other slice stays" vdpa dev show two
check_fail "slices are not made on what is gone" "No such device" add one
check_match "the list has the other NIC only" "$(vdpa mgmtdev show)" "platform/mdev_net1:*"

need "the first NIC comes back" sh -c 'echo mdev_net0 >/sys/bus/platform/drivers/mdev_net/bind'
check "slices are made on it again" add one
