# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Part of runner.sh: what the kernel has to say about a test.
#
# A test whose stretch of the kernel log has a line of LOG_ERRORS has failed. It may
# name lines that belong to it in its first comment:
#   # expect-log: REGEX   must be there
#   # allow-log: REGEX    may be there

LOG_ERRORS='BUG:|WARNING:|kernel BUG|Oops|Kernel panic|general protection|\
unable to handle|Call Trace|cut here|KASAN|KFENCE|KCSAN|UBSAN|\
possible recursive locking|circular locking|inconsistent lock state|\
possible irq lock inversion|bad unlock balance|lock held when returning|\
held lock freed|invalid wait context|suspicious RCU usage|\
INFO: possible|INFO: task|INFO: trying to register|rcu: INFO|rcu_(sched|preempt).*stall|\
sleeping function called from invalid context|scheduling while atomic|\
unreferenced object|new suspected memory leaks|refcount_t:|list_(add|del) corruption|\
hung_task|blocked for more than|soft lockup|hard LOCKUP|\
unregister_netdevice: waiting|ODEBUG|DEBUG_LOCKS|stack-out-of-bounds|\
duplicate filename|sysfs: cannot create|does not have a release\(\) function|kmemleak:.*disabled'
LOG_ERRORS=$(printf '%s' "$LOG_ERRORS" | tr -d '\\\n' | sed 's/release()/release/')

log_mark() {
	log_marker="selftest $$-$number: $path"
	echo "$log_marker" >/dev/kmsg
}

# Where the mark has been pushed out of the buffer all of it is the test's.
log_stretch() {
	dmesg | awk -v mark="$log_marker" '{ line[NR] = $0 } index($0, mark) { from = NR }
		END { for (i = from + 1; i <= NR; i++) print line[i] }'
}

log_without() {
	grep -vE -e "$1" "$work/log" >"$work/log.rest"
	mv "$work/log.rest" "$work/log"
}

log_check() {
	log_stretch >"$work/log"
	log_races
	[ -s "$work/log" ] || [ "$expected" ] || return 0
	while IFS= read -r regex; do
		[ "$regex" ] || continue
		grep -qE -e "$regex" "$work/log" || problem "not in the kernel log: $regex"
		log_without "$regex"
	done <<-END
		$expected
	END
	while IFS= read -r regex; do
		[ -z "$regex" ] || log_without "$regex"
	done <<-END
		$allowed
	END
	grep -qE -e "$LOG_ERRORS" "$work/log" || return 0
	problem "in the kernel log:"
	awk -v errors="$LOG_ERRORS" 'found || $0 ~ errors { found = 1; print "#   " $0 }' \
		"$work/log" | head -n 60 >>"$work/problems"
}
