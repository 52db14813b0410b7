#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Family mdev with parents that make other devices than network devices, several types of
# them, or none for virtio; and with two parents of one name.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the NIC's modules load" load_nic
need "the parents for tests load" modprobe mdev_test
need "there is no class, so slices are parked" rmmod mdev_virtio

MULTI=mdev_multi0

# of PARENT TYPE KEY: an attribute of one of its types
of() {
	nl type-get parent-bus=mdev_test parent-name="$1" name="$2" | key "$3"
}

# make TEXT PATTERN [ATTRIBUTE=VALUE]...: a slice of the parent with several types
make() {
	make_text=$1
	make_pattern=$2
	shift 2
	answer "$make_text" "$make_pattern" slice-new parent-name=$MULTI "$@"
}

# counted NAME: what is counted of it, a line for each queue
counted() {
	nl -d stats-get slice-name="$1" |
		sed -n 's/.* queue=\([0-9]*\) counter.name=\([a-z_]*\) counter.value=\([0-9]*\)$/\1 \2 \3/p'
}

comment "two parents of one name"
answer "cannot be told" "error ENOTUNIQ attr=?* miss=0: several parents have this name: say on which bus" \
	slice-new parent-name=$NIC name=new
answer "nor asked for" "error ENOTUNIQ *" parent-get name=$NIC
answer "a list of types of both is refused" "error ENOTUNIQ *" -d type-get parent-name=$NIC
answer "one is, by its bus" "ok" slice-new parent-bus=platform parent-name=$NIC name=nic
answer "and the other" "ok" slice-new parent-bus=mdev_test parent-name=$NIC name=disk
check_eq "each has its type" "$(get nic type) $(get disk type)" "net blk"
check_eq "and its device" "$(get nic 'device\.id') $(get disk 'device\.id')" "1 2"
check_eq "types of one" "$(nl -d type-get parent-bus=mdev_test parent-name=$NIC | key name)" blk

comment "types"
check_eq "all are told" "$(nl -d type-get parent-name=$MULTI | key name | tr '\n' ' ')" "rng blk net "
check_eq "their devices" "$(nl -d type-get parent-name=$MULTI | key device-id | tr '\n' ' ')" "4 2 1 "
check_eq "their queues" "$(nl -d type-get parent-name=$MULTI | key max-vqs | tr '\n' ' ')" "1 2 3 "
check_eq "the first is made when none is named" \
	"$(nl slice-new parent-name=$MULTI name=first >/dev/null; get first type)" rng
make "any of them" ok name=second type=net config.net.mtu=1500
check_eq "is made" "$(get second type)" net
make "a block device" ok name=third type=blk
check_eq "is one" "$(get third 'device\.id')" 2

comment "provisioning"
make "a MAC address is for network devices" \
	"error EINVAL attr=13 miss=0: mac is for network devices, and type rng is none" \
	name=new type=rng config.net.mac=02:00:00:00:00:01
make "so is an MTU" "error EINVAL attr=13 miss=0: mtu is for network devices, and type blk is none" \
	name=new type=blk config.net.mtu=1500
make "and so are queue pairs" \
	"error EINVAL attr=13 miss=0: max-vq-pairs is for network devices, and type blk is none" \
	name=new type=blk config.net.max-vq-pairs=1
make "a queue size that the parent does not set" \
	"error EOPNOTSUPP attr=13 miss=0: queue-size cannot be set on this slice" \
	name=new type=blk config.queue-size=64
check_eq "none of these is there" "$(get new name)" ""
# Of a block device: block size 6, read only 5. RX filter 18 of a network device is none.
make "features of a block device" ok name=ro type=blk config.features=0x300000060
check_eq "are its features" "$(get ro 'device\.features')" 0x300000060
make "those of another device" "error EINVAL attr=13 miss=0: features 0x40000 are not those of type blk" \
	name=new type=blk config.features=0x300040000
make "of an entropy device, that has none" "error EINVAL attr=13 miss=0: features 0x20 are not *" \
	name=new type=rng config.features=0x300000020
answer "none is given later where the parent cannot" \
	"error EOPNOTSUPP attr=13 miss=0: features is fixed when a slice is made" \
	slice-set name=ro config.features=0x300000000
answer "nor a MAC address" "error EINVAL attr=13 miss=0: mac is for network devices, *" \
	slice-set name=ro config.net.mac=02:00:00:00:00:01

comment "counters"
check_eq "of an entropy device" "$(counted first)" "0 requests 1000"
check_eq "of a block device, each queue" "$(counted third)" "0 requests 1000
1 requests 1001"
check_eq "of one whose parent counts nothing there are none of queues" "$(counted disk)" ""
check_match "but of the slice" "$(nl -d stats-get slice-name=disk)" "*counter.name=class_changes *"
check_eq "slices of a type" "$(nl -d stats-get slice-type=blk | key slice-name | sort -u | tr '\n' ' ')" \
	"disk ro third "
check_eq "slices of a type" "$(nl -d slice-get type=blk | key name | sort | tr '\n' ' ')" "disk ro third "

comment "no operations for virtio"
answer "a slice is made, in class none" ok slice-new parent-name=mdev_plain0 name=plain class=$NONE
check_eq "it is no virtio device" "$(nl slice-get name=plain | key 'device\.id')" ""
answer "which is not served" "error EOPNOTSUPP attr=7 miss=0: the parent does not serve class virtio" \
	slice-set name=plain class=$VIRTIO

comment "the command"
check_match "names what is wrong" "$(tribus slice add name new parent $NIC 2>&1)" \
	"Error: new: several parents have this name: say on which bus: Name not unique *"
check "and takes BUS/NAME" tribus slice add name more parent mdev_test/$NIC
check_eq "which it shows" "$(tribus -j slice show more | jq -r '.[0].bus')" mdev_test
