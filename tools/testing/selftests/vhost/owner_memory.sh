#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a driver in user space maps is charged to its own cgroup and given back with its
# node; the rings of the slice stay with who made it.
# timeout: 120
# kernels: plain
# The other kernels do not charge memory to cgroups.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "three cgroups" new_cgroup maker one two
need "with memory" controller memory

add() {
	in_cgroup maker vdpa dev add name "$@" mgmtdev "$NIC"
}
need "a slice in class vhost that another cgroup made" vhost_slice slice
cleanup vdpa dev del slice
maker=$(kernel_memory maker)

# A range takes 16 bytes of a node that is half full or more.
owned() {
	need "a process in $1 owns the node" vhost_in_background exchange slice run \
		"$CGROUPS/$1" 20
	few=$(kernel_memory "$1")
	vhost_stop
	need "and another one, which maps more" vhost_in_background exchange slice run \
		"$CGROUPS/$1" 20000
	many=$(kernel_memory "$1")
	comment "$1: $few KiB with 20 ranges, $many with 20000"
	check "ranges are charged to it" test $((many - few)) -ge 300
	vhost_stop
	check_eq "nothing to the maker" $(($(kernel_memory maker) - maker > 16)) 0
	less=$(kernel_memory "$1")
	comment "$1: $less KiB when it has ended"
	check "what was charged is given back" test $((many - less)) -ge 300
}

owned one
two=$(kernel_memory two)
owned two
check "the one before pays no more" test "$(kernel_memory one)" -lt 100
