#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# ethtool names the slice behind an interface and the NIC behind a representor, and a
# slice that its driver could not reach memory with is not made.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one

# info NETDEV KEY
info() {
	ethtool -i "$1" | sed -n "s/^$2: //p"
}
check_eq "the interface is a virtio device" "$(info "$(netdev one)" driver)" virtio_net
check_eq "of the slice" "$(info "$(netdev one)" bus-info)" one
check_eq "the representor is the NIC's" "$(info one driver)" mdev_net
check_eq "of this one" "$(info one bus-info)" "$NIC"

remember
# VERSION_1 (bit 32) and MAC (bit 5), but no ACCESS_PLATFORM (bit 33).
check_fail "a slice without ACCESS_PLATFORM is not made" "cannot be left out" add bad device_features 0x100000020
check "nothing is left" nothing_new
