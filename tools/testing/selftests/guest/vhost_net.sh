#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# QEMU's virtio-net on a slice in class vhost, with several queue pairs and control
# queue: a Linux guest boots, passes traffic both ways, sees the provisioned MAC and MTU
# and the link, changes its MAC. No ioctl that QEMU makes fails.
# timeout: 240
# kernels: plain debug
# long: debug
# ci: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

tracing=/sys/kernel/tracing
mac=02:00:00:00:00:0a

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1 mac $mac mtu 1400 max_vqp 2
ip link set vm1 mtu 1400
host_address vm1 192.0.2.1/24

# Every failure of an ioctl or of a write to the node. The kernels that are built here
# cannot tell.
trace_calls() {
	echo 'r:ioctl vhost_ioctl ret=$retval:s64' >$tracing/kprobe_events &&
		echo 'r:iotlb vhost_iotlb_write ret=$retval:s64' >>$tracing/kprobe_events &&
		echo 'ret < 0' >$tracing/events/kprobes/ioctl/filter &&
		echo 'ret < 0' >$tracing/events/kprobes/iotlb/filter &&
		echo >$tracing/trace && echo 1 >$tracing/events/kprobes/enable
}

failed_calls() {
	[ ! -e $tracing/kprobe_events ] || grep -v '^#' $tracing/trace
}

if [ -e $tracing/kprobe_events ]; then
	cleanup sh -c "echo 0 >$tracing/events/kprobes/enable; echo >$tracing/kprobe_events"
	need "calls that fail are told" trace_calls
	check_fail "a message of one byte" "Invalid argument" write "" "/dev/$(node vm1)"
	check_match "is one of them" "$(failed_calls)" "*iotlb:*ret=-22*"
	echo >$tracing/trace
fi

# shellcheck disable=SC2046
need "a guest boots" guest_start one -smp 2 $(vhost_net vm1 mq=on,vectors=6,host_mtu=1400 queues=2)
check_eq "it has the MAC" "$(guest_run one cat /sys/class/net/eth0/address)" $mac
check_eq "and the MTU" "$(guest_run one cat /sys/class/net/eth0/mtu)" 1400
check "its interface goes up" guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1
check "the host reaches it" ping -c 3 -i 0.2 -W 5 192.0.2.2
check_eq "no call of QEMU has failed" "$(failed_calls)" ""
check_eq "nor has it said anything" "$(cat "$(guest_dir one)/qemu")" ""

check "the guest uses both queue pairs" guest_run one test -e /sys/class/net/eth0/queues/tx-1
iperf3 --server --daemon --pidfile "$lib_scratch/iperf3"
cleanup pkill iperf3
guest_run one iperf3 -f m -c 192.0.2.1 -t 2 -i 0 -P 4 >"$lib_scratch/to"
guest_run one iperf3 -f m -c 192.0.2.1 -t 2 -i 0 -P 4 -R >"$lib_scratch/from"
comment "to the host $(rate <"$lib_scratch/to") Mbit/s, from it $(rate <"$lib_scratch/from") Mbit/s"
check "TCP to the host" test "$(rate <"$lib_scratch/to" | cut -d . -f 1)" -gt 0
check "TCP from the host" test "$(rate <"$lib_scratch/from" | cut -d . -f 1)" -gt 0
for queue in 0 1 2 3; do
	check "queue $queue has carried frames" test "$(counter vm1 $queue packets)" -gt 0
done

up() {
	test "$(guest_run one cat /sys/class/net/eth0/carrier)" = "$1"
}
ip link set vm1 down
check "the guest sees the link go down" wait_for 10 up 0
ip link set vm1 up
check "and up again" wait_for 10 up 1

check "the guest changes its MAC" guest_run one \
	"ip link set eth0 down; ip link set eth0 address 02:00:00:00:00:0b; ip link set eth0 up"
check "and reaches the host with it" guest_run one ping -c 3 -i 0.2 -W 5 192.0.2.1
check_match "which knows it by that" "$(ip neighbour show 192.0.2.2)" "*02:00:00:00:00:0b*"

check_fail "the slice is in use" "busy" set_class vm1 virtio
check_eq "and stays" "$(attr vm1 class)" vhost
guest_kill one
check "when the guest has gone the class changes" wait_for 5 set_class vm1 virtio
check "the network interface here" wait_for 5 test -n "$(netdev vm1)"
check_eq "has the provisioned MAC" "$(cat "/sys/class/net/$(netdev vm1)/address")" $mac
