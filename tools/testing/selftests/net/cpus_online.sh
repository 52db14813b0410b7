#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice for which nobody is charged keeps to its CPUs, too, whatever its driver wants. While
# none of them is online it is served elsewhere, and then there again.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-cpus.sh"

need_two_cpus
need "the modules load" load_nic
need "a cgroup" new_cgroup one
need "somebody lives there" stay_in_cgroup one sleep 1000
need "namespaces" new_ns host guest

# enter CGROUP
enter() {
	echo 0 >"/sys/fs/cgroup$1/cgroup.procs"
}

online() {
	echo "$1" >/sys/devices/system/cpu/cpu1/online
}

own=$(sed -n 's/^0:://p' /proc/self/cgroup)
need "nobody is charged for what comes" enter ""
need "a slice with CPU 1" tribus slice add name first parent $NIC class virtio max_vqp 2 cpus 1
cleanup tribus slice del first
need "the test is charged for itself again" enter "$own"
need "it is joined" join first 1
need "one of a cgroup" in_cgroup one tribus slice add name second parent $NIC class virtio cpus 1
cleanup tribus slice del second
need "it is joined" join second 2

# try: what the workers of both CPUs do while CPU 0 sends
try() {
	before0=$(turns 0)
	before1=$(turns 1)
	guest taskset -c 0 "$HELPERS_DIR/flows" 192.0.1.9 1000
	sleep 0.1
	turns0=$(($(turns 0) - before0))
	turns1=$(($(turns 1) - before1))
	comment "$turns0 turns on CPU 0, $turns1 on CPU 1"
}

try
check_eq "it is served there only" "$turns0 $((turns1 > 0))" "0 1"
check "its driver wants queues on either" guest ethtool -L guest1 combined 2
try
check_eq "it is served there all the same" "$turns0 $((turns1 > 0))" "0 1"

are() {
	[ "$(worker_cpus one)" = "$1" ]
}

runs_on() {
	[ "$(worker_cpus one | sed 's/.* //')" = "$1" ]
}

send 2 0
check "the other has a thread there" wait_for 5 are "1 1"
need "the CPU goes" online 0
cleanup online 1
check "the thread works elsewhere" wait_for 5 runs_on 0
before0=$(turns 0)
guest "$HELPERS_DIR/flows" 192.0.1.9 1000
check "so does the worker" [ "$(turns 0)" -gt "$before0" ]
need "the CPU comes" online 1
check "the thread is there again" wait_for 5 are "1 1"

# cpuset LIST: of the cgroup
cpuset() {
	write "$1" $CGROUPS/one/cpuset.cpus
}

if controller cpuset; then
	check "the cgroup may use the other CPU only" cpuset 0
	check "so its thread runs there" wait_for 5 are "0 0"
	check "it may use both" cpuset 0-1
	check "the thread is there again" wait_for 5 are "1 1"
else
	skip "the cgroup's cpuset comes first" "no controller cpuset"
fi
hush $SENDING
try
check_eq "so is the worker" "$turns0 $((turns1 > 0))" "0 1"
