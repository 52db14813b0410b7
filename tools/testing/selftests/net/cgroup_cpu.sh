#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The CPU time that frames cost is charged to the cgroup of who made the slice, to nobody
# else's, and as long as there is this cgroup.
# alone:
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"

need "the modules load" load_nic
need "two cgroups" new_cgroup one two

# As in lib-mdev.sh, by a process that has ended before the slice is used.
add() {
	in_cgroup "$1" vdpa dev add name "$1" mgmtdev "$NIC"
}

flood() {
	guest timeout "$1" ping -q -f -s 1400 $HOST_IP
	:
}

need "a slice of each" add two
need "and one that is connected" wire one
check "a slice that carries nothing has no threads" no_threads one

one=$(cpu_time one)
two=$(cpu_time two)
flood 3 &
check "with traffic there are threads in the owner's cgroup" \
	wait_for 5 sh -c "grep -q . $CGROUPS/one/cgroup.procs"
check_match "they are the workers'" "$(threads one | head -n 1)" "mdev_ring:*"
check "not more than CPUs" test "$(threads one | wc -l)" -le "$(nproc)"
wait $!
grown=$(($(cpu_time one) - one))
comment "charged: $grown ms in a flood of 3 s"
check "the owner's time grows" test "$grown" -ge 100
check_eq "that of another slice's owner does not" "$(cpu_time two)" "$two"

check "the threads go when there is nothing to do" wait_for 5 no_threads one
check "and come back" sh -c "nsenter --net=/run/netns/guest \
	timeout 2 ping -q -f $HOST_IP >/dev/null & sleep 1.5; grep -q . $CGROUPS/one/cgroup.procs"
wait_for 10 no_threads one
check "the cgroup can be removed" rmdir $CGROUPS/one
flood 1
check "frames still pass" wait_for 5 ping_guest
check "nor is another one of that name charged" mkdir $CGROUPS/one
flood 1
check_eq "for it is not the owner" "$(cpu_time one)$(threads one)" 0
