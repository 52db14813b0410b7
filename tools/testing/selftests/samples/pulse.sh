#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent with exactly one slice, whose hardware speaks up at any time: each pulse reaches
# the slice that is there then, or is counted as dropped.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-pulse.sh"

# No pulses but those of the test, so that they can be counted.
need "the parent loads" modprobe mdev_pulse period_us=0
check "and brings the class" test -e $VENDOR
check_eq "one slice can be made" "$(cat $INPUT/available_instances)" 1
check_eq "there were no pulses" "$(cat $PULSE_DEBUG/counters)" "events 0 delivered 0 dropped 0"
check "there are ten" inject 10
check_eq "for nobody" "$(cat $PULSE_DEBUG/counters)" "events 10 delivered 0 dropped 10"
for bad in 0 -1 1000001 many; do
	check_fail "not a number of pulses: $bad" "Invalid argument" inject $bad
done
check_eq "makes none" "$(counted events)" 10

need "the slice" make_input
check_eq "is in class vendor" "$(attr $ONE class)" vendor
check_eq "with its driver" "$(attr $ONE state)" "ready bound"
check_eq "no other one can be made" "$(cat $INPUT/available_instances)" 0
check_fail "which is what is said" "Too many users" make_uuid $TWO
check "nor is it there" test ! -e $SLICES/$TWO
check_fail "the same one exists" "File exists" make_uuid $ONE
check_eq "it has seen no pulse" "$(pulses) $(cat $PULSE/last_ns)" "0 0"
check "there are five" inject 5
check_eq "it has seen them" "$(pulses)" 5
check_eq "which is counted" "$(cat $PULSE_DEBUG/counters)" "events 15 delivered 5 dropped 10"
last=$(cat $PULSE/last_ns)
check "they have a time" test "$last" -gt 0
check "one more" inject 1
check "has a later one" test "$(cat $PULSE/last_ns)" -gt "$last"

watch_it() {
	"$HELPERS_DIR/watch" $PULSE/pulses >"$lib_scratch/watched" &
	watcher=$!
	wait_for 10 grep -q "^is 6" "$lib_scratch/watched"
}
check "somebody waits for pulses" watch_it
check "one" inject 1
check "is told" wait_for 10 grep -q "^now 7" "$lib_scratch/watched"
check "parked meanwhile" set_class $ONE none
check "who waits is told" wait $watcher
check_eq "that it has gone" "$(tail -n 1 "$lib_scratch/watched")" gone
check "pulses" inject 3
check_eq "are dropped" "$(cat $PULSE_DEBUG/counters)" "events 20 delivered 7 dropped 13"
check_fail "it is the slice still" "Too many users" make_uuid $TWO
check "back" set_class $ONE vendor
check_eq "it begins anew" "$(pulses) $(cat $PULSE/last_ns)" "0 0"
check "unbound" write $ONE $PULSE_SLICE/unbind
check "a pulse" inject 1
check_eq "is dropped" "$(counted dropped)" 14
check "bound" write $ONE $PULSE_SLICE/bind
check "a pulse" inject 1
check_eq "is not" "$(pulses)" 1
check "removed" remove_input
check_eq "one can be made" "$(cat $INPUT/available_instances)" 1
check "a pulse" inject 1
check_eq "is dropped" "$(cat $PULSE_DEBUG/counters)" "events 23 delivered 8 dropped 15"
check "another one is made" make_uuid $TWO
check "and goes with the parent" write $CLOCK $PULSE_CLOCK/unbind
check "it has" test ! -e $SLICES/$TWO
check "so have the files for tests" test ! -e $PULSE_DEBUG
check "the parent comes back" write $CLOCK $PULSE_CLOCK/bind
check "and the slice" make_input
check "the module goes with both" rmmod mdev_pulse

check_fail "pulses that never end" "nvalid" modprobe mdev_pulse period_us=1
need "with a timer" modprobe mdev_pulse period_us=10000
need "the slice" make_input
some() {
	[ "$(pulses)" -ge 3 ]
}
check "sees pulses" wait_for 10 some
check "all of them are counted" no_pulse_lost
