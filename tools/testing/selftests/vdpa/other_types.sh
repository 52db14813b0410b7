#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Parents that make other devices than network devices, several types of them, or
# none for virtio; and two parents of one name.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the NIC's modules load" load_nic
need "the parents for tests load" modprobe mdev_test
need "there is no class, so slices are parked" rmmod mdev_virtio

make_on() {
	parent=$1
	name=$2
	shift 2
	vdpa dev add name "$name" mgmtdev "$parent" "$@"
}

check_fail "two parents of one name cannot be told" "No such device" make_on $NIC new
check_fail "the text says how to" "give it as BUS/NAME" make_on $NIC new
check "one of them can, by its bus" make_on platform/$NIC nic
check "and the other" make_on mdev_test/$NIC disk
check_eq "the first makes network devices" "$(attr nic type)" net
check_eq "the second makes block devices" "$(attr disk type)" blk
check_match "the list has both" "$(vdpa mgmtdev show | tr '\n' ' ')" \
	"platform/$NIC:*mdev_test/$NIC:*"

shown=$(vdpa mgmtdev show mdev_multi0)
check_match "all types are classes" "$shown" "*supported_classes net block < unknown class >*"
check_match "the network type gives the number of queues" "$shown" "*max_supported_vqs 3*"
check_match "and the features" "$shown" "*dev_features MTU MAC MQ VERSION_1 ACCESS_PLATFORM*"
check "the first type is made" make_on mdev_multi0 first
check_eq "unless something is said" "$(attr first type)" rng
check "the network type is made" make_on mdev_multi0 second mtu 1500
check_eq "for a network attribute" "$(attr second type)" net
check_fail "features could be meant for any" "ambiguous" \
	make_on mdev_multi0 new device_features 0x300000020
check "those of the transport are" make_on mdev_multi0 third device_features 0x300000000

check_fail "network attributes are for network devices" "Operation not supported" \
	make_on mdev_test/$NIC new mac 02:00:00:00:00:01
check_fail "a MAC cannot be set later" "Operation not supported" \
	vdpa dev set name disk mac 02:00:00:00:00:01
check_fail "text" "mac cannot be set on this device" \
	vdpa dev set name disk mac 02:00:00:00:00:01

check_fail "a parent without virtio operations is no management device" "No such device" \
	make_on mdev_plain0 new
check_fail "and is not shown as one" "no virtio devices" vdpa mgmtdev show mdev_plain0
check_eq "nor in the list" "$(vdpa mgmtdev show | grep -c plain)" 0

check_match "a block device" "$(vdpa dev show disk)" \
	"disk: type block mgmtdev mdev_test/$NIC vendor_id 4660 max_vqs 2 max_vq_size 256"
check_eq "every device is in the list of configurations" \
	"$(vdpa -j dev config show | jq -r '.config | keys | join(" ")')" \
	"disk first nic second third"

# Numbers and sizes of the block attributes; byte n of the configuration is n.
answer() {
	"$HELPERS_DIR/nl_raw" -v "$@" | sed 's/ 0=//g' | head -n 1
}
check_match "the block attributes" "$(answer 6 4:z:disk)" \
	"reply 6 4=6469736b00 5=02000000 20=* 21=0001020304050607 22=08090a0b 23=14151617 24=0c0d0e0f 25=2223 26=18 27=19 28=1a1b 29=1c1d1e1f 30=24252627 31=28292a2b 32=2c2d2e2f 33=30313233 34=34353637 35=01 36=00"
check_match "of an unknown type what all have" "$(answer 6 4:z:first)" \
	"reply 6 4=666972737400 5=04000000 20=0000000003000000"

check_match "counters of a device that is no network device" \
	"$(answer 7 4:z:first 17:32:0)" "reply 7 * 17=00000000 18=726571756573747300 19=e803000000000000"
check_fail "a device without counters" "Operation not supported" vdpa dev vstats show disk qidx 0
check_fail "text" "the device has no counters" vdpa dev vstats show disk qidx 0

check "the parents go with their slices" rmmod mdev_test
check_eq "the NIC's slice is left" "$(vdpa -j dev show | jq -r '.dev | keys | join(" ")')" nic
check "its parent is the only one of its name again" make_on $NIC new
