# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests in which a step is stuck in the driver, by $FAULT/delay_ms. Sourced after
# lib-mdev.sh.
#
# The stuck step ends when it is told to. What waited for it would take as long as the
# step can take at most, a minute; what waits for a part of it, longer than usual. So a test
# gives its requests to usually before anything is stuck, and then to at_once. Each can be
# made again and again.

# took COMMAND...: sets stuck_ms
took() {
	stuck_start=$(milliseconds)
	"$@" >/dev/null || return
	stuck_ms=$(($(milliseconds) - stuck_start))
}

# Where is kept how long a command takes.
stuck_file() {
	echo "$lib_scratch/usual-$(echo "$*" | cksum | tr -d ' ')"
}

# usually TEXT COMMAND...: how long it takes, the least of three times
usually() {
	shift
	stuck_least=
	for _ in 1 2 3; do
		took "$@" || {
			not_ok "without anything stuck" "failed: $*"
			return 1
		}
		[ "$stuck_least" ] && [ "$stuck_least" -le "$stuck_ms" ] || stuck_least=$stuck_ms
	done
	echo "$stuck_least" >"$(stuck_file "$@")"
}

# A machine that has much to do makes one slow now and then, but not each time.
as_usual() {
	stuck_usual=$(cat "$(stuck_file "$@")") || return
	for _ in 1 2 3 4 5 6; do
		took "$@" || return
		[ "$stuck_ms" -gt $((3 * stuck_usual + 300)) ] || return 0
		echo "$stuck_ms ms, and usually $stuck_usual"
		[ "$stuck_ms" -lt 20000 ] || return 1
	done
	return 1
}

# at_once TEXT COMMAND...: it takes about as long as it has taken for usually
at_once() {
	stuck_text=$1
	shift
	check "$stuck_text" as_usual "$@"
}
