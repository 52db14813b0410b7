#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice that is removed while somebody has its vfio device open holds up no suspend: who
# removes it, who has it and who waits for it can all be frozen, and go on. No further
# than that, because the disks of this machine do not outlive a suspend of devices.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

gone() {
	[ ! -e "$SLICES/one" ]
}

asked() {
	[ "$(grep -c asked "$lib_scratch/out")" -ge "$1" ]
}

# suspend: the kernel freezes all processes, and thaws them after a second
suspend() {
	lib_clock
	suspend_began=$lib_now
	write freeze /sys/power/state || return
	lib_clock
	echo "$((lib_now - suspend_began)) hundredths of a second"
	[ $((lib_now - suspend_began)) -lt 1500 ]
}

delay=/sys/module/suspend/parameters/pm_test_delay
was=$(cat $delay)
need "a suspend can be tried" write freezer /sys/power/pm_test
cleanup sh -c "echo none >/sys/power/pm_test; echo $was >$delay"
need "for a second" write 1 $delay
begin one
mkfifo "$lib_scratch/in"
"$HELPERS_DIR/hold" "$(attr one uuid)" <"$lib_scratch/in" >"$lib_scratch/out" 2>&1 &
sleep 1000 >"$lib_scratch/in" &
holder=$!
cleanup kill $holder
need "its vfio device is open" wait_for 10 grep -q open "$lib_scratch/out"

check "all is frozen while it is" suspend
check "the slice is removed" timeout 5 vdpa dev del one
check "its user is asked" wait_for 10 asked 1
check_match "it waits" "$(attr one state)" "dying*"
check "all is frozen while it does" suspend
check "it waits still" test -e $SLICES/one
check "its user is asked again" wait_for 30 asked 2
kill $holder
check "and when the user lets go it has gone" wait_for 10 gone
check_eq "each time all could be frozen" "$(cat /sys/power/suspend_stats/failed_freeze)" 0
