#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A running guest with two queue pairs migrates from one slice in class vfio to another while
# it has a TCP connection in each direction, of which not a byte is lost or comes twice. It
# takes along its MAC address, which the other slice does not have, and what it has
# asked its device to receive.
# timeout: 600
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"
. "${0%/*}/lib-vfio-guest.sh"
. "${0%/*}/lib-migrate-guest.sh"

mac=02:00:00:00:00:0d

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "locks are not judged" locks_unjudged
need "a slice in class vfio" vfio_slice vm1 mac $mac max_vqp 2
need "another one" vfio_slice vm2 mac 02:00:00:00:00:0f max_vqp 2
migrate_network

# QEMU wants to be told, where the device does not say itself which pages it has written.
slice() {
	vfio_device "$1" enable-migration=on
}

# received GUEST: frames for another address, sent by the host, which arrive there
received() {
	before=$(guest_run "$1" cat /sys/class/net/eth0/statistics/rx_packets)
	ping -q -c 20 -i 0.01 -W 1 192.0.2.3 >/dev/null
	after=$(guest_run "$1" cat /sys/class/net/eth0/statistics/rx_packets)
	test $((after - before)) -ge 20 && echo all
}

# shellcheck disable=SC2046
need "a guest boots on the first" guest_start one -smp 2 $(slice vm1)
guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 2 -W 5 192.0.2.1
ip neighbour add 192.0.2.3 dev br0 lladdr 02:00:00:00:00:0e
check_eq "frames for others do not reach it" "$(received one)" ""
check "it asks for them" guest_run one ip link set eth0 promisc on
check_eq "and gets them" "$(received one)" all

migrate_nowhere
migrate_connect
migrate_wait
migrate
migrate_pairs
check_eq "its interface has the address" \
	"$(guest_run two cat /sys/class/net/eth0/address)" $mac
check_eq "frames for others still reach it" "$(received two)" all
