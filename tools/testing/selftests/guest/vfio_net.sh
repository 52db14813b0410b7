#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice of the NIC in class vfio is a PCI function to unmodified QEMU: the guest's own
# driver for virtio finds it, passes traffic both ways with several queue pairs, sees
# the provisioned MAC and MTU and the link. Its rings are packed, and have many sizes. The
# slice stays in its class meanwhile.
# timeout: 240
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"
. "${0%/*}/lib-vfio-guest.sh"

mac=02:00:00:00:00:0c

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "locks are not judged" locks_unjudged
need "a slice in class vfio" vfio_slice vm1 mac $mac mtu 1400 max_vqp 2
need "another one" vfio_slice vm2
ip link set vm1 mtu 1400
host_address vm1 192.0.2.1/24
host_address vm2 198.51.100.1/24

# QEMU puts both into one container.
# shellcheck disable=SC2046
need "a guest boots" guest_start one -smp 2 $(vfio_device vm1) $(vfio_device vm2)
check_eq "it has the MAC" "$(guest_run one cat /sys/class/net/eth0/address)" $mac
check_eq "and the MTU" "$(guest_run one cat /sys/class/net/eth0/mtu)" 1400
check "its interface goes up" guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1
check "the host reaches it" ping -c 3 -i 0.2 -W 5 192.0.2.2
# The bits of the features, the lowest first; RING_PACKED is bit 34.
check_eq "its rings are packed" "$(guest_run one cut -c 35 /sys/class/net/eth0/device/features)" 1
check "it uses MSI-X" guest_run one grep MSIX.*virtio0-input.1 /proc/interrupts
check "the guest uses both queue pairs" guest_run one test -e /sys/class/net/eth0/queues/tx-1
iperf3 --server --daemon
cleanup pkill iperf3
guest_run one iperf3 -f m -c 192.0.2.1 -t 2 -i 0 -P 4 >"$lib_scratch/to"
guest_run one iperf3 -f m -c 192.0.2.1 -t 2 -i 0 -P 4 -R >"$lib_scratch/from"
comment "to the host $(rate <"$lib_scratch/to") Mbit/s, from it $(rate <"$lib_scratch/from") Mbit/s"
check "TCP to the host" test "$(rate <"$lib_scratch/to")" != 0
check "TCP from the host" test "$(rate <"$lib_scratch/from")" != 0
for queue in 0 1 2 3; do
	check "queue $queue has carried frames" test "$(counter vm1 $queue packets)" -gt 0
	check_eq "queue $queue has met no error" "$(counter vm1 $queue errors)" 0
done
# sizes: of receive and transmit rings, as the guest has them
sizes() {
	guest_run one ethtool -g eth0 | awk '/^(RX|TX):/ { s = s " " $2 } END { print s }'
}
comment "rings:$(sizes)"
# No more than at first, and any number where rings are packed.
for size in 64 100 256; do
	check "rings get $size entries" guest_run one ethtool -G eth0 rx $size tx $size
	check_match "and have them" "$(sizes)" "* $size $size"
	check "it reaches the host" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1
done
guest_run one "ip link set eth1 up; ip address add 198.51.100.2/24 dev eth1"
check "it reaches the host by the other one" guest_run one ping -c 3 -i 0.2 -W 5 198.51.100.1

# has TEXT: lspci in the guest says so of the first function
guest_run one lspci -d 1af4: -vvv >"$lib_scratch/lspci"
has() {
	awk -v RS= 'NR == 1' "$lib_scratch/lspci" | grep -q -e "$1"
}
comment "$(awk -v RS= 'NR == 1' "$lib_scratch/lspci")"
check "the guest's lspci has a network function" has "^[0-9a-f:.]* .*0200.* 1af4:1041 (rev 01)"
check "which is a bus master" has "Control:.* Mem+ BusMaster+"
check "has capabilities and met no error" has \
	"Status: Cap+ .*ParErr- .*>TAbort- <TAbort- <MAbort- >SERR- <PERR-"
check "MSI-X for four queues, their control queue and the configuration" has \
	"MSI-X: Enable+ Count=6 Masked-"
check "with table and pending bits in one region" has "Vector table: BAR=0 offset=00000000"
for structure in CommonCfg Notify ISR DeviceCfg "<unknown>"; do
	check "a capability: $structure" has "Vendor Specific Information: VirtIO: $structure"
done
check "its regions are memory of 32 bits" has "Region 2: Memory at [0-9a-f]* (32-bit, non-prefetchable)"
check "nothing is broken in any of it" sh -c "! grep -q -i -e 'virtual channel' -e 'bad' -e 'cap-broken' $lib_scratch/lspci"
check_eq "QEMU has not complained" "$(cat "$(guest_dir one)/qemu")" ""

up() {
	test "$(guest_run one cat /sys/class/net/eth0/carrier)" = "$1"
}
ip link set vm1 down
check "the guest sees the link go down" wait_for 10 up 0
ip link set vm1 up
check "and up again" wait_for 10 up 1

check_fail "the slice is in use" "busy" set_class vm1 virtio
check_fail "whatever force" "busy" set_class vm1 "virtio force"
check_eq "and stays" "$(attr vm1 class)" vfio
guest_kill one
check "when the guest has gone the class changes" wait_for 5 set_class vm1 virtio
check "the network interface here" wait_for 5 test -n "$(netdev vm1)"
check_eq "has the provisioned MAC" "$(cat "/sys/class/net/$(netdev vm1)/address")" $mac
