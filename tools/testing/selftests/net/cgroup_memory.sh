#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The memory of a slice and its rings is charged to the cgroup of who made it, and given
# back.
# timeout: 60
# kernels: plain
# The other kernels do not charge memory to cgroups.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-cgroup.sh"

need "the modules load" load_nic
need "two cgroups" new_cgroup one two
need "with memory" controller memory

one=$(kernel_memory one)
two=$(kernel_memory two)
need "a slice with many queues" in_cgroup one \
	vdpa dev add name one mgmtdev "$NIC" max_vqp 16
cleanup vdpa dev del one
full=$(kernel_memory one)
comment "charged: $((full - one)) KiB"
# Of each of 33 queues: 16 KiB for pieces of buffers, 8 for what was used, and more.
check "the owner's memory grows" test $((full - one)) -ge 700
check_eq "that of another cgroup does not" "$(kernel_memory two)" "$two"
check "the slice is removed" vdpa dev del one
less=$(kernel_memory one)
comment "left: $((less - one)) KiB"
check "and its memory given back" test $((full - less)) -ge 700
