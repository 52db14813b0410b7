#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The driver can change its MAC address; that lasts until reset and does not touch
# the provisioned one.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

old=02:00:00:00:00:01
new=02:00:00:00:00:02
need "the modules load" load_nic
need "a slice is connected" wire one mac $old
failed=$(counter one 2 failed)
check "the driver changes it" guest ip link set "$GUEST_DEV" address $new
check_eq "the configuration shows it" "$(config one mac)" $new
host ip neighbour flush all
check "frames reach it" wait_for 2 ping_guest

before=$(counter one 0 filtered)
send_to $old
check_eq "those for the old one do not" "$(counter one 0 filtered)" $((before + 5))

check_fail "a multicast address is refused" "" \
	guest ip link set "$GUEST_DEV" address 03:00:00:00:00:02
check_eq "no command failed" "$(counter one 2 failed)" "$failed"
need "the slice is parked" set_class one none
check_eq "its address is the provisioned one" "$(config one mac)" $old
need "the slice is back" set_class one virtio
check_eq "the driver has that" "$(cat "/sys/class/net/$GUEST_DEV/address")" $old

need "it is connected again" connect_guest
need "another address is provisioned" vdpa dev set name one mac $new
check_eq "the configuration shows it" "$(config one mac)" $new
check "frames to the one that the driver uses still pass" ping_guest
before=$(counter one 0 filtered)
send_to $new
check_eq "and those to the new one" "$(counter one 0 filtered)" "$before"
