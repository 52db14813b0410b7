#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice is taken from under a running guest, by force and by removal: the command
# returns in time, the guest goes on without its link, QEMU lives.
# timeout: 240
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

need "the modules load" load_nic
need "two slices in class vhost" vhost_slice vm1
need "two slices in class vhost" vhost_slice vm2
host_address vm1 192.0.2.1/24
host_address vm2 198.51.100.1/24
# shellcheck disable=SC2046
need "a guest with both boots" guest_start one $(vhost_net vm1) $(vhost_net vm2)
guest_run one "ip link set eth0 up; ip address add 192.0.2.2/24 dev eth0"
guest_run one "ip link set eth1 up; ip address add 198.51.100.2/24 dev eth1"
check "the guest reaches the first" guest_run one ping -c 2 -W 5 192.0.2.1
check "and the second" guest_run one ping -c 2 -W 5 198.51.100.1

# in_time COMMAND...: succeeds within three seconds
in_time() {
	lib_clock
	in_time_began=$lib_now
	"$@" || return
	lib_clock
	echo "$((lib_now - in_time_began)) hundredths of a second"
	test $((lib_now - in_time_began)) -lt 300
}

guest_send one flood "ping -f -w 300 -s 1000 192.0.2.1 >/dev/null 2>&1 & sleep 1"
guest_wait one flood 20
check "the first is taken by force, under traffic" in_time set_class vm1 "none force"
check_eq "it is parked" "$(attr vm1 class)" none
check "QEMU lives" guest_alive one
check "the guest still reaches the second" guest_run one ping -c 2 -W 5 198.51.100.1
guest_send one again "ping -f -w 300 -s 1000 198.51.100.1 >/dev/null 2>&1 & sleep 1"
guest_wait one again 20
check "the second is removed, under traffic" in_time vdpa dev del vm2
check "QEMU lives" guest_alive one
check "so does the guest" guest_run one true
check "the first is given to another guest" set_class vm1 vhost
# shellcheck disable=SC2046
need "which boots beside the old one" guest_start two $(vhost_net vm1)
check "its interface goes up" guest_address two 192.0.2.2/24
check "it reaches the host" guest_run two ping -c 2 -W 5 192.0.2.1
