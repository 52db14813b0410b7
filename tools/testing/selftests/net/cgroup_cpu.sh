#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The CPU time that frames cost is charged to the cgroup of who made the slice, to nobody
# else's, and as long as somebody lives there. Then the cgroup can be removed.
# alone:
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"

need "the modules load" load_nic
need "two cgroups" new_cgroup one two
need "somebody lives in the first one" stay_in_cgroup one sleep 1000
lives=$CGROUP_PID

# As in lib-mdev.sh, by a process that has ended before the slice is used.
add() {
	in_cgroup "$1" vdpa dev add name "$1" mgmtdev "$NIC"
}

flood() {
	guest timeout "$1" ping -q -f -s 1400 $HOST_IP
	:
}

# has_gone NAME NUMBER: a process, from a cgroup
has_gone() {
	! grep -q "^$2$" "$CGROUPS/$1/cgroup.procs"
}

need "a slice of each" add two
need "and one that is connected" wire one
check "a slice that carries nothing has no threads" has_no_workers one

one=$(cpu_time one)
two=$(cpu_time two)
flood 3 &
check "with traffic there are threads in the owner's cgroup" \
	wait_for 5 has_workers one
check "not more than CPUs" test "$(workers one)" -le "$(nproc)"
wait $!
grown=$(($(cpu_time one) - one))
comment "charged: $grown ms in a flood of 3 s"
check "the owner's time grows" test "$grown" -ge 100
check_eq "that of another slice's owner does not" "$(cpu_time two)" "$two"

sleep 2
check "the threads wait for more" has_workers one
check "but not for long" wait_for 20 has_no_workers one
flood 15 &
flooding=$!
check "then they come back" wait_for 5 has_workers one
kill $lives
check "whoever lived there has gone" wait_for 2 has_gone one $lives
check "under traffic the cgroup can be removed" wait_for 5 rmdir $CGROUPS/one
check "which goes on" kill -0 $flooding
check "frames still pass" wait_for 5 ping_guest
check "nor is another one of that name charged" mkdir $CGROUPS/one
sleep 2
check_eq "for it is not the owner" "$(cpu_time one)$(threads one)" 0
wait $flooding
