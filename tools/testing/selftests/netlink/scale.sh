#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Thousands of parked slices: the last is made as fast as the first, each costs the core
# less than 6 KiB, one dump has them all, and together they go quickly.
# alone:
# timeout: 240
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "a parent without network devices" modprobe mdev_test
nr=$(repeat 3000)
PARENT=mdev_multi0

# In KiB. What has been freed is given back first.
slab() {
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^Slab:/ { print $2 }' /proc/meminfo
}

# Those of the kernel and of programs. Workers come and go.
tasks() {
	find /proc -maxdepth 1 -name '[0-9]*' | wc -l
}

# Directories and caches that come with the first slices are not theirs.
nl -r 100 slice-new parent-name=$PARENT class=0 name=first{} >/dev/null
before=$(slab)
tasks_before=$(tasks)
times=$(nl -r "$nr" slice-new parent-name=$PARENT class=0 name=s{})
check_eq "they are made" $? 0
bytes=$((($(slab) - before) * 1024 / nr))
check "there is no thread for each" test $(($(tasks) - tasks_before)) -lt 20
comment "microseconds to make one, in each twentieth: $times"
comment "bytes of slabs for each: $bytes"
check "that is at most 6 KiB" test "$bytes" -le 6144
flat() {
	# The first part warms up.
	echo "$times" | awk '{ early = $2 + $3 + $4; late = $(NF - 2) + $(NF - 1) + $NF
		exit !(late <= 1.5 * early) }'
}
# What else a machine does makes any part slow, but not the last of them each time.
flat_once() {
	for _ in 1 2 3 4; do
		flat && return
		flush parent-name=$PARENT >/dev/null
		nl -r 100 slice-new parent-name=$PARENT class=0 name=first{} >/dev/null
		times=$(nl -r "$nr" slice-new parent-name=$PARENT class=0 name=s{}) || return
		comment "once more: $times"
	done
	return 1
}
check "the last ones are made as fast as the first" flat_once
start=$(milliseconds)
nl -d slice-get >"$lib_scratch/dump"
comment "a dump of them, and printing it, takes $(($(milliseconds) - start)) ms"
check_eq "it has them all" "$(key id <"$lib_scratch/dump" | sort -u | wc -l)" $((nr + 100))
check_eq "each once" "$(grep -c '^slice-get' "$lib_scratch/dump")" $((nr + 100))
start=$(milliseconds)
check_match "they are removed" "$(flush parent-name=$PARENT)" "removed=$((nr + 100)) busy=0 *"
comment "which takes $(($(milliseconds) - start)) ms"
