#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A guest boots with a slice of the NIC that mdevctl has made, by UUID and type alone; its
# kernel is told to do without MSI, so that its driver uses INTx for all queues, and frames
# pass.
# timeout: 240
# kernels: plain debug
# long: debug
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"
. "${0%/*}/lib-vfio-guest.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "locks are not judged" locks_unjudged
need "mdevctl makes a slice" mdevctl start --uuid $uuid --parent $NIC --type mdev_net-net
host_address "$(representor $uuid)" 192.0.2.1/24
GUEST_LINE="$GUEST_LINE pci=nomsi"
need "a guest boots" guest_start one -device "vfio-pci,sysfsdev=$MEDIATED/$uuid"
check "its interface goes up" guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1
check "the host reaches it" ping -c 3 -i 0.2 -W 5 192.0.2.2
check "it has no MSI-X" guest_run one "! grep MSI /proc/interrupts"
check "but INTx" guest_run one grep -e IO-APIC.*virtio0 /proc/interrupts
need "both ends have a page" web_begin one
check "it comes whole to the host" tcp_to_host 192.0.2.2
check "and to the guest" tcp_from_host one 192.0.2.1
check_fail "the slice is in use" "busy" set_class $uuid none
guest_kill one
check "when the guest has gone mdevctl removes it" mdevctl stop --uuid $uuid
check "it is gone" test ! -e $SLICES/$uuid
