#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice in class vfio is removed while a guest uses it: the command returns at once, QEMU
# is asked, the guest gives the device up, and the slice goes. Where QEMU cannot take the
# device from its guest the slice waits until QEMU has gone, which may be killed.
# timeout: 240
# kernels: plain debug
# long: debug
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vfio-guest.sh"

gone() {
	[ ! -e "$SLICES/$1" ]
}

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "locks are not judged" locks_unjudged
need "two slices in class vfio" vfio_slice vm1 mac 02:00:00:00:00:01
need "two slices in class vfio" vfio_slice vm2 mac 02:00:00:00:00:02
for vm in vm1 vm2; do
	ip link set $vm up
done
ip address add 192.0.2.1/24 dev vm1
ip address add 198.51.100.1/24 dev vm2
# shellcheck disable=SC2046
need "a guest with both boots" guest_start one -device pcie-root-port,id=slot1,chassis=1 \
	$(vfio_device vm1 bus=slot1) $(vfio_device vm2)
guest_run one "ip link set eth0 up; ip link set eth1 up"
first=$(guest_run one "cd /sys/class/net; grep -l 02:00:00:00:00:01 */address | cut -d / -f 1")
second=$(guest_run one "cd /sys/class/net; grep -l 02:00:00:00:00:02 */address | cut -d / -f 1")
guest_run one "ip address add 192.0.2.2/24 dev $first; ip address add 198.51.100.2/24 dev $second"
check "the guest reaches the first" guest_run one ping -c 2 -W 5 192.0.2.1
check "and the second" guest_run one ping -c 2 -W 5 198.51.100.1

guest_send one flood "ping -f -w 300 -s 1000 192.0.2.1 >/dev/null 2>&1 & sleep 1"
guest_wait one flood 20
check "the first is removed, under traffic" timeout 5 vdpa dev del vm1
check "the guest gives it up, and it goes" wait_for 30 gone vm1
check "its interface has gone" guest_run one test ! -e "/sys/class/net/$first"
check "the guest still reaches the second" guest_run one ping -c 2 -W 5 198.51.100.1

guest_send one again "ping -f -w 300 -s 1000 198.51.100.1 >/dev/null 2>&1 & sleep 1"
guest_wait one again 20
check "the second is removed, under traffic" timeout 5 vdpa dev del vm2
check "it waits" test -e $SLICES/vm2
check "the guest has it" guest_run one ping -c 2 -W 5 198.51.100.1
guest_kill one
check "QEMU is killed, and it goes" wait_for 10 gone vm2
check "its name is free" add vm2
