#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The configuration can be read whole and in parts; the MAC address that a driver sets
# lasts until reset and never changes the provisioned one.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one mac 02:00:00:00:00:07 mtu 1400 max_vqp 2
tap config one
check_eq "the provisioned address is the same" "$(config one mac)" 02:00:00:00:00:07
check_eq "as a virtio device it has that" "$(cat "/sys/class/net/$(netdev one)/address")" \
	02:00:00:00:00:07
