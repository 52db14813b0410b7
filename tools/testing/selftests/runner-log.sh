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
unreferenced object|refcount_t:|list_(add|del) corruption|\
hung_task|blocked for more than|soft lockup|hard LOCKUP|\
unregister_netdevice: waiting|ODEBUG|DEBUG_LOCKS|stack-out-of-bounds|\
duplicate filename|sysfs: cannot create|does not have a release|NETDEV WATCHDOG|\
id [0-9]+ (is not a head|out of range)|kmemleak:.*disabled|DMA-API: debugging out of memory|\
lockdep has given up'
LOG_ERRORS=$(printf '%s' "$LOG_ERRORS" | tr -d '\\\n')
log_nr=0
log_lost=

# log_reaches TEXT: says it, and waits until it is in the file, and all before it
log_reaches() {
	echo "$1" >/dev/kmsg
	for _ in $(seq 600); do
		! tail -c 65536 "$work/kmsg" | grep -qF -e "$1" || return 0
		sleep 0.05
	done
	return 1
}

# The log is written to a file while it grows: the kernel's buffer may not hold all that it
# says during a test. What was said so far belongs to no test.
log_follow() {
	: >"$work/kmsg"
	dmesg --follow-new >>"$work/kmsg" &
	log_follower=$!
	for _ in $(seq 20); do
		echo "selftest $$: is anybody there?" >/dev/kmsg
		sleep 0.05
		[ ! -s "$work/kmsg" ] || break
	done
	log_reaches "selftest $$: is followed."
	log_read=$(wc -c <"$work/kmsg")
}

log_end() {
	{
		kill "$log_follower"
		wait "$log_follower"
	} 2>/dev/null
}

# Says on the console, too, which test comes.
log_mark() {
	echo "selftest $$-$number: $path" >/dev/kmsg
}

# What has been said since this was asked last, so that nothing is said between two tests, and
# read by nobody. What comes behind the marker may not be there to the end of its line.
log_stretch() {
	log_nr=$((log_nr + 1))
	log_marker="selftest $$: read $log_nr."
	log_reaches "$log_marker" || log_lost=yes
	tail -c "+$((log_read + 1))" "$work/kmsg" |
		LC_ALL=C awk -v mark="$log_marker" -v own="selftest $$" -v place="$work/log.read" '
			{ bytes += length + 1 }
			index($0, mark) { exit }
			!index($0, own) { print }
			END { print bytes >place }'
	log_read=$((log_read + $(cat "$work/log.read")))
}

# Whoever has ended the follower has not been read to the end.
log_again() {
	problem "the kernel log was not followed any more"
	complained=yes
	log_lost=
	log_end
	log_follow
}

log_without() {
	grep -vE -e "$1" "$work/log" >"$work/log.rest"
	mv "$work/log.rest" "$work/log"
}

# Lockdep gives up with its first report, or when it has no room, and then sees nothing.
log_lockdep() {
	[ -z "$complained" ] && grep -q 'debug_locks: *0' /proc/lockdep_stats 2>/dev/null || return
	echo "lockdep has given up" >>"$work/log"
}

log_check() {
	log_stretch >"$work/log"
	[ -z "$log_lost" ] || log_again
	log_races
	log_lockdep
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
	complained=yes
	! grep -q '+0x.*\[mdev_' "$work/log" || ours=yes
	problem "in the kernel log:"
	awk -v errors="$LOG_ERRORS" 'found || $0 ~ errors { found = 1; print "#   " $0 }' \
		"$work/log" | head -n 60 >>"$work/problems"
}
