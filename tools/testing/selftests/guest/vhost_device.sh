#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# QEMU's generic vhost-vdpa-device-pci on a slice in class vhost: a Linux guest finds a
# network device and passes traffic. When the slice is removed under it, both live on.
# timeout: 240
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

mac=02:00:00:00:00:0c

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1 mac $mac
host_address vm1 192.0.2.1/24
need "a guest boots" guest_start one \
	-device "vhost-vdpa-device-pci,vhostdev=/dev/$(node vm1)"
check_eq "it has the MAC" "$(guest_run one cat /sys/class/net/eth0/address)" $mac
check "its interface goes up" guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1
check "the host reaches it" ping -c 3 -i 0.2 -W 5 192.0.2.2
web_begin one
check "TCP to the host" tcp_to_host 192.0.2.2
check "TCP from the host" tcp_from_host one 192.0.2.1
check_eq "QEMU has nothing to say" "$(cat "$(guest_dir one)/qemu")" ""
check "the guest lets go of it" guest_run one "echo virtio0 >/sys/bus/virtio/drivers/virtio_net/unbind"
check "and takes it again" guest_run one "echo virtio0 >/sys/bus/virtio/drivers/virtio_net/bind"
check "its interface goes up" guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1

guest_send one flood "ping -f -w 300 -s 1000 192.0.2.1 >/dev/null 2>&1 & sleep 1"
guest_wait one flood 20
check "the slice is removed, under traffic" vdpa dev del vm1
check "QEMU lives" guest_alive one
check "so does the guest" guest_run one true
