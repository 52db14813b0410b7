#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What ./run demo shows, in the VM:
#
#	+-- network namespace guest --+     +-- network namespace host --+
#	|   virtio-net interface      | === |   representor vm1          |
#	|   192.0.2.2                 |     |   192.0.2.1                |
#	+-----------------------------+     +----------------------------+
#	                   one slice of mdev_net0, named vm1
#
# and the same with a virtual machine in the place of the first namespace.
#
# Every command is echoed before its output. The exit status says whether all of
# them did what they should.

slice=/sys/class/mdev_slice/vm1
mac=02:00:00:00:00:01
failed=

bold=
dim=
red=
plain=
if [ "$RUN_TTY" ]; then
	bold=$(printf '\033[1m')
	dim=$(printf '\033[36m')
	red=$(printf '\033[31m')
	plain=$(printf '\033[0m')
fi

# What lib-guest.sh wants of a test.
lib_scratch=$(mktemp -d)
cleanup() {
	:
}
wait_for() {
	tries=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}
# shellcheck source=tools/testing/selftests/lib-guest.sh
. /tribus/tools/testing/selftests/lib-guest.sh

tell() {
	printf '\n%s# %s%s\n' "$dim" "$*" "$plain"
}

fail() {
	printf '%sdemo: %s%s\n' "$red" "$*" "$plain"
	failed=yes
}

# Without this there is nothing more to show.
give_up() {
	fail "$*"
	printf '%sdemo: the end of the kernel log:%s\n' "$red" "$plain"
	dmesg | tail -n 20
	exit 1
}

# show COMMAND: one line of shell, echoed and run
show() {
	printf '%s$ %s%s\n' "$bold" "$1" "$plain"
	eval "$1" 2>&1 || fail "that failed"
}

need() {
	printf '%s$ %s%s\n' "$bold" "$1" "$plain"
	eval "$1" 2>&1 || give_up "that failed"
}

# show_timed COMMAND: the same, and how long it took
show_timed() {
	began=$(date +%s%3N)
	show "$1"
	took=$(($(date +%s%3N) - began))
	printf '%s# returned after %d ms%s\n' "$dim" "$took" "$plain"
	[ "$took" -lt 2000 ] || fail "that is not at once"
}

# The network interface whose device is below the slice's class device.
interface() {
	for netdev in /sys/class/net/*; do
		case $(readlink -f "$netdev/device") in
		*/vm1/*) basename "$netdev" ;;
		esac
	done
}

wait_interface() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		nic=$(interface)
		[ -z "$nic" ] || return 0
		sleep 0.1
	done
	give_up "no virtio-net interface has appeared"
}

# Packets that the slice has taken from its interface.
sent() {
	vdpa -j dev vstats show vm1 qidx 1 | jq '.vstats.vm1.packets'
}

connect() {
	show "ip link set $nic netns guest"
	show "ip -n guest addr add 192.0.2.2/24 dev $nic"
	show "ip -n guest link set $nic up"
}

demo_add() {
	tell "mdev_net is a NIC in software whose slices work like those of a real one."
	need "modprobe mdev_net"
	need "vdpa mgmtdev show"

	tell "One command makes a slice. It enters class virtio and is a network interface here."
	need "vdpa dev add name vm1 mgmtdev mdev_net0 mac $mac"
	show "cat $slice/class"
	wait_interface
	show "ip -brief link show dev $nic"

	tell "Its other end is the representor, an interface that can be bridged or filtered."
	show "ip -brief link show dev vm1"
}

demo_traffic() {
	tell "The two ends, each in a network namespace of its own."
	show "ip netns add guest; ip netns add host"
	connect
	show "ip link set vm1 netns host"
	show "ip -n host addr add 192.0.2.1/24 dev vm1"
	show "ip -n host link set vm1 up"
	show "ip netns exec guest ping -q -c 5 -i 0.2 192.0.2.1"
	show "ip netns exec host  ping -q -c 5 -i 0.2 192.0.2.2"

	tell "TCP from the slice to the representor, and back (-R)."
	show "ip netns exec host iperf3 --server --daemon"
	sleep 0.5
	show "ip netns exec guest iperf3 -c 192.0.2.1 -t 3 -i 0 | grep -E 'sender|receiver'"
	show "ip netns exec guest iperf3 -c 192.0.2.1 -t 3 -i 0 -R | grep -E 'sender|receiver'"
}

demo_inspect() {
	tell "The configuration, and the queues' counters of that traffic."
	show "vdpa dev config show vm1"
	show "vdpa dev vstats show vm1 qidx 0"
	show "vdpa dev vstats show vm1 qidx 1"
	count=$(sent)
	[ "${count:-0}" -gt 1000 ] || fail "the counters do not show the traffic"
}

demo_class() {
	tell "Parked: the interface goes, the slice stays."
	show "echo none > $slice/class"
	show "cat $slice/class"
	show "ip -n guest -brief link"
	! ip -n guest link show dev "$nic" >/dev/null 2>&1 || fail "the interface is still there"

	tell "And back: a new interface with the same MAC, and the counters go on."
	show "echo virtio > $slice/class"
	wait_interface
	show "ip -brief link show dev $nic"
	[ "$(cat "/sys/class/net/$nic/address")" = $mac ] || fail "the MAC is another one"
	connect
	show "ip netns exec guest ping -q -c 3 -i 0.2 192.0.2.1"
	show "vdpa dev vstats show vm1 qidx 1"
	remember virtio "$(guest_mac)"
	[ "${after:-0}" -gt "${count:-0}" ] || fail "the statistics were not kept"
}

# One command of the guest, over its serial port.
inside() {
	printf '%s[guest] $ %s%s\n' "$bold" "$1" "$plain"
	guest_run one "$1" || fail "that failed"
}

demo_guest() {
	printf '%s$ qemu-system-x86_64 -M q35 -accel kvm -cpu host -nodefaults -m 256M ... %s%s\n' \
		"$bold" "$*" "$plain"
	guest_start one "$@" || give_up "the guest did not start"
	inside "ip link set eth0 up; ip addr add 192.0.2.2/24 dev eth0"
	inside "cat /sys/class/net/eth0/address"
	[ "$(guest_run one cat /sys/class/net/eth0/address)" = $mac ] || fail "the MAC is another one"
	inside "ping -q -c 5 -i 0.2 192.0.2.1"
	inside "iperf3 -c 192.0.2.1 -t 3 -i 0 | grep -E 'sender|receiver'"
	inside "iperf3 -c 192.0.2.1 -t 3 -i 0 -R | grep -E 'sender|receiver'"
}

demo_vhost() {
	count=$(sent)
	tell "The same slice for a virtual machine: a node for QEMU, as it comes from Debian."
	need "echo vhost > $slice/class"
	node=$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/vm1/vhost-vdpa-*)")
	need "ls /dev/$node"
	demo_guest -netdev "vhost-vdpa,vhostdev=/dev/$node,id=n0" \
		-device "virtio-net-pci,netdev=n0,romfile="

	tell "The same counters. While the guest has the slice it stays where it is."
	show "vdpa dev vstats show vm1 qidx 1"
	remember vhost "$(guest_run one cat /sys/class/net/eth0/address)"
	[ "${after:-0}" -gt $((${count:-0} + 1000)) ] || fail "the counters do not show the traffic"
	show "! echo virtio > $slice/class"

	demo_back
}

demo_back() {
	tell "The guest is switched off, and the slice is a network interface of this host again."
	guest_monitor one quit
	wait_for 10 sh -c "! kill -0 $(guest_pid one)" || fail "QEMU is still there"
	show "echo virtio > $slice/class"
	wait_interface
	connect
	show "ip netns exec guest ping -q -c 3 -i 0.2 192.0.2.1"
}

demo_vfio() {
	count=$(sent)
	tell "And once more for a virtual machine, as a PCI function: a mediated device with an IOMMU group."
	need "modprobe vfio_iommu_type1"
	need "echo vfio > $slice/class"
	mediated=/sys/bus/mdev/devices/$(cat $slice/uuid)
	need "readlink $mediated/iommu_group"
	show "ls /dev/vfio"
	demo_guest -device "vfio-pci,sysfsdev=$mediated"
	inside "cat /sys/bus/pci/drivers/virtio-pci/0*/uevent"
	remember vfio "$(guest_run one cat /sys/class/net/eth0/address)"
	[ "$after" -gt $((${count:-0} + 100)) ] || fail "the counters do not show the traffic"
	show "! echo virtio > $slice/class"

	demo_back
	remember virtio "$(guest_mac)"
}

# Of the interface in the first network namespace.
guest_mac() {
	ip -n guest -j link show dev "$nic" | jq -r ".[0].address"
}

# remember CLASS MAC: a line of the table
remember() {
	after=$(sent)
	printf '%-8s %-18s %s\n' "$1" "$2" "${after:-0}" >>"$lib_scratch/table"
}

demo_table() {
	tell "One slice, three classes: the MAC that its driver has seen, and the frames that it has ever sent."
	printf '%-8s %-18s %s\n' class MAC frames
	cat "$lib_scratch/table"
	[ "$(awk '{ print $2 }' "$lib_scratch/table" | sort -u)" = $mac ] ||
		fail "the MAC was not always the same"
	awk '$3 <= last { exit 1 } { last = $3 }' "$lib_scratch/table" ||
		fail "the counter has not always grown"
}

demo_delete() {
	tell "Removed while iperf3 is sending: that returns at once, and the kernel log stays empty."
	show "dmesg --clear"
	show "ip netns exec guest iperf3 -c 192.0.2.1 -t 30 -i 0 --snd-timeout 2000 >/dev/null 2>&1 &"
	sleep 2
	kill -0 $! 2>/dev/null || fail "iperf3 is not running"
	show_timed "vdpa dev del vm1"
	show "vdpa dev show"
	! ip -n host link show dev vm1 >/dev/null 2>&1 || fail "the representor is still there"
	sleep 1
	show "dmesg"
	# The emulation is late now and then, and says so.
	if dmesg | grep -v 'hrtimer: interrupt took [0-9]* ns$' | grep -q .; then
		fail "the kernel log is not empty"
	else
		printf '%s# nothing%s\n' "$dim" "$plain"
	fi
	kill $! 2>/dev/null
	show "modprobe -r mdev_net"
}

demo_add
demo_traffic
demo_inspect
demo_class
demo_vhost
demo_vfio
demo_table
demo_delete
echo
if [ "$failed" ]; then
	fail "not everything went as it should"
	exit 1
fi
