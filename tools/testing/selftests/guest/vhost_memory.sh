#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Guests whose memory is a shared memfd, private memory of a file, and huge pages, at the
# same time: each boots with a slice in class vhost and passes traffic both ways.
# timeout: 400
# kernels: plain debug
# long: debug
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

# QEMU does not reserve them before it starts, so all are there, or it ends.
huge_pages() {
	awk '/HugePages_Free/ { print $2 }' /proc/meminfo
}

need "the modules load" load_nic
huge=$(cat /proc/sys/vm/nr_hugepages)
sysctl -qw vm.nr_hugepages=$((huge + 128))
cleanup sysctl -qw vm.nr_hugepages="$huge"
need "there are huge pages" test "$(huge_pages)" -ge 128
truncate -s 256M "$lib_scratch/memory"

ip link add br0 type bridge
cleanup ip link delete br0
ip link set br0 up
ip address add 192.0.2.1/24 dev br0

# begin GUEST MEMORY-BACKEND: a guest on a slice of its name
begin() {
	need "a slice in class vhost" vhost_slice "$1"
	ip link set "$1" master br0 up
	# shellcheck disable=SC2046
	guest_begin "$1" -smp 1 $(vhost_net "$1") -machine memory-backend=memory \
		-object "memory-backend-$2,id=memory,size=256M"
}

begin memfd memfd,share=on
begin file "file,mem-path=$lib_scratch/memory,share=off"
begin huge memfd,hugetlb=on,hugetlbsize=2M,share=on
address=2
for guest in memfd file huge; do
	comment "$guest"
	guest_wait $guest ready 240 || stop "the guest boots" "$(cat "$(guest_dir $guest)/qemu")"
	check "its interface goes up" guest_address $guest 192.0.2.$address/24
	check "it reaches the host" guest_run $guest ping -c 2 -i 0.2 -W 5 192.0.2.1
	web_begin $guest
	check "TCP to the host" tcp_to_host 192.0.2.$address
	check "TCP from the host" tcp_from_host $guest 192.0.2.1
	check_eq "no queue has had an error" "$(counter $guest 0 errors)$(counter $guest 1 errors)" 00
	address=$((address + 1))
done
check "huge pages are in use" test "$(huge_pages)" -lt 128
guest_kill file
check "nothing of private memory is in the file" cmp -n 268435456 "$lib_scratch/memory" /dev/zero
