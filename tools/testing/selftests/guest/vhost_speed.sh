#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# TCP between a guest and this host through a slice in class vhost, and through a tap
# device with the kernel's vhost-net, in turn: both pass, and the rates are printed
# side by side. How they compare is not judged here.
# alone:
# timeout: 300
# kernels: plain
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1
host_address vm1 192.0.2.1/24
modprobe -a tun vhost_net
ip tuntap add tap0 mode tap
cleanup ip link delete tap0
host_address tap0 198.51.100.1/24

# The same offloads on both: none.
# shellcheck disable=SC2046
need "a guest with both boots" guest_start one -smp 2 $(vhost_net vm1) \
	-netdev tap,id=tap0,ifname=tap0,script=no,downscript=no,vhost=on \
	-device virtio-net-pci,netdev=tap0,romfile=,csum=off,guest_csum=off,gso=off,host_tso4=off,host_tso6=off,host_ufo=off,host_ecn=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off
guest_run one "ip link set eth0 up; ip address add 192.0.2.2/24 dev eth0"
guest_run one "ip link set eth1 up; ip address add 198.51.100.2/24 dev eth1"
iperf3 --server --daemon
cleanup pkill iperf3

# measure ADDRESS OPTION...: prints Mbit/s
measure() {
	measure_at=$1
	shift
	guest_run one iperf3 -f m -c "$measure_at" -t 2 -i 0 "$@" | rate
}

total() {
	awk '{ sum += $1 } END { print sum }'
}

for round in 1 2; do
	for direction in "" -R; do
		# shellcheck disable=SC2086
		slice=$(measure 192.0.2.1 $direction)
		# shellcheck disable=SC2086
		tap=$(measure 198.51.100.1 $direction)
		comment "round $round, ${direction:-to the host}: slice $slice Mbit/s, vhost-net $tap Mbit/s"
		echo "$slice" >>"$lib_scratch/slice"
		echo "$tap" >>"$lib_scratch/tap"
	done
done
comment "all together: slice / vhost-net = $(total <"$lib_scratch/slice") / $(total <"$lib_scratch/tap")"
check "the slice has passed something each time" sh -c "! grep -qx 0 $lib_scratch/slice"
check "so has vhost-net" sh -c "! grep -qx 0 $lib_scratch/tap"
