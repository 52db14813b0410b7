#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each bad request gets its errno and a text, and leaves nothing behind.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice that is there" add there
remember

# refused WHAT ERRNO EXTACK COMMAND...: both stand in one answer
refused() {
	what=$1
	errno=$2
	extack=$3
	shift 3
	check_fail "$what: $errno" "$errno" "$@"
	check_fail "$what: it says \"$extack\"" "$extack" "$@"
}

INVALID="Invalid argument"
UNSUPPORTED="Operation not supported"

refused "unknown management device" "No such device" \
	"there is no management device of this name" \
	vdpa dev add name new mgmtdev nothing0
refused "management device of another bus" "No such device" \
	"there is no management device of this name" \
	vdpa dev add name new mgmtdev pci/$NIC
refused "name that exists" "File exists" "a slice with this name exists" add there
refused "name of a child of the parent" "File exists" "directory of the parent" add power
refused "name that the parent will have" "File exists" "directory of the parent" \
	add mdev_supported_types

refused "mac without its feature" "$INVALID" "device_features lacks 0x20 " \
	add new mac 02:00:00:00:00:01 device_features 0x300000000
refused "mtu without its feature" "$INVALID" "device_features lacks 0x8 " \
	add new mtu 1500 device_features 0x300000000
refused "max_vqp without its feature" "$INVALID" "device_features lacks 0x400000 " \
	add new max_vqp 2 device_features 0x300000000
refused "mac of a group" "$INVALID" "mac 01:00:5e:00:00:01 is not a unicast address" \
	add new mac 01:00:5e:00:00:01
refused "mac of zeros" "$INVALID" "mac 00:00:00:00:00:00 is not a unicast address" \
	add new mac 00:00:00:00:00:00
refused "max_vqp 0" "$INVALID" "max_vqp must be at least 1" add new max_vqp 0
refused "max_vqp above the limit" "$INVALID" max_vqp add new max_vqp 17
refused "mtu 67" "$INVALID" "mtu 67 is less than 68" add new mtu 67
refused "unknown feature bit" "$INVALID" "device_features has 0x4000000000000000 that" \
	add new device_features 0x4000000300000000
refused "class that the parent does not serve" "$UNSUPPORTED" "not supported" \
	set_class there vendor
refused "word that is no class" "$INVALID" "Invalid" set_class there nothing

refused "removal of what is not there" "No such device" "no device of this name" \
	vdpa dev del new
check "nothing was left behind" nothing_new
check "the smallest values are good" add small mtu 68 max_vqp 1
check "the largest values are good" add large max_vqp 16 mtu 65535
check_eq "of the first" "$(config small mtu)" 68
check_eq "of the second" "$(config large max_vq_pairs)" 16
check_eq "and its frames" "$(config large mtu)" 65535
