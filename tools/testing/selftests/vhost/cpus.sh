#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In class vhost the workers of a slice that was given CPUs run there, in the cgroup of who
# owns the open node, and so does what brings its memory in. Without a cgroup, too.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/../net/lib-cpus.sh"
. "${0%/*}/lib-vhost.sh"

need_two_cpus
need "the modules load" load_vhost
need "a cgroup" new_cgroup one
need "a slice with CPU 1" tribus slice add name slice parent $NIC class vhost cpus 1
cleanup tribus slice del slice
need "its representor is up" rep_up slice

are() {
	[ "$(worker_cpus one | sort -u)" = "$1" ]
}

# fetches CPUS: one thread brings memory in, and may use those
fetches() {
	[ "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$(pgrep -x mdev_fetch)/status")" = "$1" ]
}

# runs CGROUP
runs() {
	need "a process in $1 owns the node" vhost_in_background exchange slice run "$1" 0
}

runs $CGROUPS/one
check "its workers are there" wait_for 10 has_workers one
check "on that CPU" wait_for 5 are "1 1"
sleep 1
check "they stay there" are "1 1"
vhost_stop
check "they go with it" wait_for 10 no_threads one

check "it is parked" tribus slice set slice class none
check "it gets the other one" tribus slice set slice cpus 0
check "it comes back" tribus slice set slice class vhost
runs $CGROUPS/one
check "now they are there" wait_for 10 are "0 0"
vhost_stop
check "they go with it" wait_for 10 no_threads one

before1=$(turns 1)
before0=$(turns 0)
runs $CGROUPS
sleep 2
vhost_stop
comment "$(($(turns 0) - before0)) turns on CPU 0, $(($(turns 1) - before1)) on CPU 1"
check "where nobody is charged the CPU's worker serves it" [ "$(turns 0)" -gt $((before0 + 10)) ]
check_eq "and no other one" "$(turns 1)" "$before1"

# Its memory is held back, so that a thread waits for it.
[ -e /proc/sys/vm/unprivileged_userfaultfd ] || exit
need "one with ordinary memory" vhost_slice fast
cleanup vdpa dev del fast
need "a process whose memory does not come" vhost_in_background slow_memory slice fast hold
check "what waits for it may run there only" wait_for 5 fetches 0
vhost_stop
