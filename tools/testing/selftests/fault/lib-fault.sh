# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# For tests that let allocations fail. Sourced after lib-mdev.sh. That nothing has leaked is
# for the runner to find, which looks when all modules have gone.

FAULTS="/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc"

# Sets of options for fail_nth: what a slice with the number of the process has,
# and what all slices together have.
SWEEP_OWN="-g $SLICES/s{} -g $SLICES/s{}/* -f $SLICES/s{}/class -f $SLICES/s{}/state
	-g $CDEVS/s{} -g $CDEVS/s{}/virtio* -g $CDEVS/s{}/virtio*/net/* -g /sys/class/net/s{}"
SWEEP_ALL="-g $SLICES/* -g $CDEVS/* -g /sys/class/net/* -f $SLICES/one/class
	-f $SLICES/one/state -g /sys/bus/platform/devices/$NIC/*"

# fault_set NAME VALUE: of both kinds of allocation
fault_set() {
	for fault_dir in $FAULTS; do
		[ ! -e "$fault_dir/$1" ] || echo "$2" >"$fault_dir/$1"
	done
}

# Memory that debugging needs for itself is spared: to have less of it is no fault.
fault_caches() {
	for fault_cache in /sys/kernel/slab/*/failslab; do
		case $fault_cache in
		*/kmemleak_* | */debug_objects_*) ;;
		*) echo 1 >"$fault_cache" ;;
		esac
	done
	echo Y >/sys/kernel/debug/failslab/cache-filter
}

# faults_prepare: or skip the test, where the kernel cannot do it
faults_prepare() {
	[ -e /proc/self/fail-nth ] || skip_all "a kernel with fault injection is needed"
	[ -e /sys/kernel/debug/failslab/reject-start ] ||
		skip_all "a kernel with FAULT_INJECTION_STACKTRACE_FILTER is needed"
	fault_set verbose 0
	fault_set ignore-gfp-wait N
	fault_set ignore-gfp-highmem N
	fault_set min-order 0
	fault_set stacktrace-depth 32
	fault_caches
	cleanup fault_anywhere
}

# fault_range FUNCTION [MODULE]: sets first and end to where its code is
fault_range() {
	fault_symbols=$(awk -v name="$1" -v module="${2:+[$2]}" '
		$2 ~ /^[tT]$/ && $3 == name && $4 == module { print "0x" $1; exit }' /proc/kallsyms)
	fault_first=$fault_symbols
	[ "$fault_first" ] || return 1
	fault_end=$(LC_ALL=C awk '$2 ~ /^[tTwW]$/ { print "0x" $1 }' /proc/kallsyms |
		LC_ALL=C sort | awk -v first="$fault_first" '$1 > first { print; exit }')
}

# fault_below FUNCTION [MODULE]: only there, when it has been called
fault_below() {
	fault_range "$@" || return
	fault_set require-start "$fault_first"
	fault_set require-end "$fault_end"
}

# fault_not_below FUNCTION [MODULE]: not there
fault_not_below() {
	fault_range "$@" || return
	fault_set reject-start "$fault_first"
	fault_set reject-end "$fault_end"
}

# fault_in_work FUNCTION INTERVAL [MODULE]: what it does in another task, a work of the kernel's, or a
# thread of a device, has no memory for each INTERVALth allocation
fault_in_work() {
	fault_below "$1" "${3:-}" || return
	fault_set interval "$2"
	fault_set times -1
	fault_set probability 100
}

# Until this.
fault_in_work_end() {
	fault_set probability 0
	fault_set require-start 0
	fault_set require-end 0xffffffffffffffff
}

fault_anywhere() {
	fault_in_work_end
	fault_set reject-start 0
	fault_set reject-end 0
}

# Most time goes by waiting for network devices to be forgotten, so many slices are
# worked on at once.
FAULT_JOBS=16

# For long sweeps: every fault, or every seventh where RUN_FACTOR wants less of all, beginning
# with another one each day.
FAULT_STEP=$(awk -v f="${RUN_FACTOR:-1}" 'BEGIN { print (f < 0.5 ? 7 : 1) }')
FAULT_FEW="-s $FAULT_STEP -o $(($(date +%s) / 86400 % FAULT_STEP + 1))"

# sweep TEXT ARGUMENT OF fail_nth...
sweep() {
	sweep_text=$1
	shift
	sweep_status=0
	"$HELPERS_DIR/fail_nth" "$@" >"$lib_scratch/sweep" 2>&1 || sweep_status=1
	comment "$(tail -n 1 "$lib_scratch/sweep")"
	# Who meets none has not tried anything.
	! grep -q '^0 faults' "$lib_scratch/sweep" || sweep_status=1
	if [ $sweep_status = 0 ]; then
		ok "$sweep_text"
	else
		not_ok "$sweep_text" "$(head -n 60 "$lib_scratch/sweep")"
	fi
}

# sweep_many TEXT ARGUMENT OF fail_nth...: on many slices at once
sweep_many() {
	sweep_text=$1
	shift
	sweep "$sweep_text" -j $FAULT_JOBS "$@"
}

# each COMMAND...: for the slice of each job, whose number it gets as last word
each() {
	each_jobs=
	for each_number in $(seq 0 $((FAULT_JOBS - 1))); do
		"$@" "s$each_number" &
		each_jobs="$each_jobs $!"
	done
	for each_job in $each_jobs; do
		wait "$each_job" || return
	done
}

remove() {
	vdpa dev del "$1"
}

# faults_prepare_slices: for sweeps of what makes slices and takes them away. Patterns
# in the sets of options are fail_nth's from here on.
faults_prepare_slices() {
	faults_prepare
	need "the modules load" load_nic
	set -f
	# The kernel frees a network device whose queues it could not announce while
	# their names are still in use.
	need "the kernel has it" fault_not_below netdev_register_kobject
	# Without the driver of the host, whose own faults are its own affair.
	need "it goes" rmmod virtio_net
}
