#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The memory of a slice is on its NUMA node, and if it was given no CPUs its workers run on
# those of the node.
# timeout: 120
# kernels: plain
# append: numa=fake=2
#
# The other kernels have no nodes. All CPUs belong to the first one of those that are feigned.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

[ "$(cat /sys/devices/system/node/online)" = 0-1 ] || skip_all "two NUMA nodes are needed"
need "the modules load" load_nic

# taken NODE: memory of the kernel's that is there, in KiB
taken() {
	awk '$3 == "SUnreclaim:" { print $4 }' "/sys/devices/system/node/node$1/meminfo"
}

# grows NODE: by how much that grows with twenty slices of that node
grows() {
	grows_from0=$(taken 0)
	grows_from1=$(taken 1)
	for i in $(seq 20); do
		tribus slice add name "slice$i" parent $NIC class none max_vqp 16 numa "$1" ||
			return 1
	done
	grown0=$(($(taken 0) - grows_from0))
	grown1=$(($(taken 1) - grows_from1))
	comment "node $1: $grown0 KiB on node 0, $grown1 KiB on node 1"
}

need "a slice, to begin with" tribus slice add name first parent $NIC class none
check "twenty slices on node 0" grows 0
on0=$grown1
tribus slice flush parent $NIC >/dev/null
check "twenty slices on node 1" grows 1
check_eq "are told to be there" "$(tribus -j slice show slice1 | jq -r '.[0].config.numa')" 1
check_eq "with CPUs of its own they do not say which" \
	"$(tribus -j slice show slice1 | jq -r '.[0].config.cpus')" null
check "each has 64 KiB at least of its node" [ $((grown1 - on0)) -gt 1280 ]
check_fail "it cannot be moved" "numa-node is fixed when a slice is made" \
	tribus slice set slice1 numa 0
check_fail "there is no third node" "there is no NUMA node 2" \
	tribus slice add name other parent $NIC numa 2
