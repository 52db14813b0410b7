#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The one slice of a parent comes and goes, and so do its driver, the parent and the
# modules, in every order, in a storm of pulses: none reaches a slice that has gone, and each
# is delivered or dropped.
# timeout: 240
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"
. "${0%/*}/lib-pulse.sh"

# A slow kernel must have time for something else than its timer.
load() {
	modprobe mdev_pulse period_us="$(awk "BEGIN { printf \"%d\", 200 * ${RUN_PATIENCE:-1} ^ 2 }")"
}
rain() {
	inject 5000
}
# Whoever injects has a file of the module open: this one lets go of it now and then.
showers() {
	inject 1000
	sleep 0.1
}
stormy() {
	[ "$(counted events)" -gt 5000 ]
}
# The storm must be there, or nothing is shown.
begin_storm() {
	rm -f "$lib_scratch/stop"
	until_stop rain >/dev/null 2>&1 &
	storm=$!
	wait_for 10 stormy
}
end_storm() {
	touch "$lib_scratch/stop"
	wait "$@"
}

need "the modules load" load
need "a storm" begin_storm
need "the slice" make_input
seen() {
	[ "$(pulses)" -gt 100 ]
}
check "sees it" wait_for 10 seen

classes() {
	for _ in $(seq "$(repeat 20)"); do
		set_class $ONE none && set_class $ONE vendor || return
	done
}
drivers() {
	for _ in $(seq "$(repeat 20)"); do
		write $ONE $PULSE_SLICE/unbind && write $ONE $PULSE_SLICE/bind || return
	done
}
slices() {
	for _ in $(seq "$(repeat 20)"); do
		remove_input && make_input || return
	done
}
check "the class changes" classes
check "the driver is unbound and bound" drivers
check "the slice is removed and made" slices
check "it sees pulses" wait_for 10 seen
check "no pulse is lost" no_pulse_lost
check "some were dropped" test "$(counted dropped)" -gt 0

# Readers of the attributes while they go.
reader() {
	cat $PULSE/pulses $PULSE/last_ns
}
until_stop reader >/dev/null 2>&1 &
readers=$!
"$HELPERS_DIR/watch" $PULSE/pulses >"$lib_scratch/watched" &
watcher=$!
wait_for 10 grep -q "^now" "$lib_scratch/watched"
check "the class changes" classes
check "who watches is told" wait $watcher
check "the slice is removed and made" slices

parents() {
	for _ in $(seq "$(repeat 5)"); do
		write $CLOCK $PULSE_CLOCK/unbind && write $CLOCK $PULSE_CLOCK/bind &&
			make_input || return
	done
}
check "the parent is unbound and bound" parents
check "it sees pulses" wait_for 10 seen
check "no pulse is lost" no_pulse_lost
end_storm $storm $readers

# Everything at the same time.
begin_storm
for command in reader drivers slices; do
	until_stop $command >/dev/null 2>&1 &
	eval "job_$command=\$!"
done
sleep "$(seconds 3)"
# shellcheck disable=SC2154
end_storm $storm $job_reader $job_drivers $job_slices
[ -e $SLICES/$ONE ] || make_input
check "it is parked, whatever it is left in" set_class $ONE none
check "and brought back" set_class $ONE vendor
check_eq "with its driver" "$(attr $ONE state)" "ready bound"
check "no pulse is lost" no_pulse_lost

# Modules, with a slice in the class, parked, and none.
modules() {
	for how in vendor none gone; do
		load || return
		[ -e $SLICES/$ONE ] || make_input || return
		until_stop showers >/dev/null 2>&1 &
		storm=$!
		sleep 0.3
		case $how in
		none) set_class $ONE none || return ;;
		gone) remove_input || return ;;
		esac
		wait_for 20 rmmod mdev_pulse && rmmod mdev_vendor || return
		end_storm $storm
		rm -f "$lib_scratch/stop"
	done
}
rm -f "$lib_scratch/stop"
check_fail "the class is in use" "in use" rmmod mdev_vendor
check "the modules go in the storm" modules
check "the core goes" rmmod mdev_core
need "they come back" load
check "and work" make_input
check "pulses are seen" wait_for 10 seen
