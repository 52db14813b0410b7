# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What a test script starts with:
#
#   #!/bin/sh
#   # SPDX-License-Identifier: GPL-2.0
#   # One sentence on what this test shows.
#   # timeout: 30
#   . "${0%/*}/../lib.sh"
#
# Every check prints one line of KTAP. The test passes when it has made a check and
# none has failed; that is decided when the script ends, so it needs no last line.

HELPERS=${HELPERS:-$(cd "${0%/*}/../../../../build/selftests" 2>/dev/null && pwd -P)}
HELPERS_DIR=$(cd "${0%/*}" && pwd -P)
HELPERS_DIR=$HELPERS/${HELPERS_DIR##*/}

lib_count=0
lib_failed=0
lib_skipped=0
lib_plan=
lib_at_exit=
lib_scratch=$(mktemp -d)

# ktap_plan NUMBER: how many checks there are, where that is known before
ktap_plan() {
	lib_plan=$1
	echo "1..$1"
}

comment() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

ok() {
	lib_count=$((lib_count + 1))
	echo "ok $lib_count $1"
}

# not_ok TEXT [REASON]
not_ok() {
	lib_count=$((lib_count + 1))
	lib_failed=$((lib_failed + 1))
	echo "not ok $lib_count $1"
	[ -z "${2-}" ] || comment "$2"
}

# skip TEXT REASON: this check cannot be made here
skip() {
	lib_count=$((lib_count + 1))
	lib_skipped=$((lib_skipped + 1))
	echo "ok $lib_count $1 # SKIP ${2-}"
}

# skip_all REASON: nothing of this test can be done here
skip_all() {
	echo "1..0 # SKIP $1"
	exit 4
}

# stop TEXT [REASON]: without this there is no point in going on
stop() {
	not_ok "$@"
	exit 1
}

# check TEXT COMMAND...: COMMAND succeeds
check() {
	lib_text=$1
	shift
	if "$@" >"$lib_scratch/output" 2>&1; then
		ok "$lib_text"
	else
		not_ok "$lib_text" "exit status $? of: $*"
		sed 's/^/#   /' "$lib_scratch/output"
		return 1
	fi
}

# need TEXT COMMAND...: as check, and the test ends here if it does not
need() {
	check "$@" || exit 1
}

# check_fail TEXT PART COMMAND...: COMMAND fails and says PART
check_fail() {
	lib_text=$1
	lib_part=$2
	shift 2
	if "$@" >"$lib_scratch/output" 2>&1; then
		not_ok "$lib_text" "no failure of: $*"
	elif grep -qF -e "$lib_part" "$lib_scratch/output"; then
		ok "$lib_text"
		return 0
	else
		not_ok "$lib_text" "no \"$lib_part\" in the output of: $*"
	fi
	sed 's/^/#   /' "$lib_scratch/output"
	return 1
}

# check_eq TEXT GOT WANT
check_eq() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "is \"$2\" and not \"$3\""
		return 1
	fi
}

# check_match TEXT GOT PATTERN: PATTERN is one of the shell
check_match() {
	# shellcheck disable=SC2254
	case $2 in
	$3) ok "$1" ;;
	*)
		not_ok "$1" "\"$2\" does not match $3"
		return 1
		;;
	esac
}

# Sets lib_now to hundredths of a second since boot.
lib_clock() {
	read -r lib_now _ </proc/uptime
	lib_now=${lib_now%.*}${lib_now#*.}
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds; fails when the time is over,
# which is later on a slow kernel
wait_for() {
	lib_patience=${RUN_PATIENCE:-1}
	lib_patience=${lib_patience%.*}
	lib_clock
	lib_end=$((lib_now + $1 * 100 * (lib_patience > 1 ? lib_patience : 1)))
	shift
	until "$@" >/dev/null 2>&1; do
		lib_clock
		[ "$lib_now" -lt "$lib_end" ] || return 1
		sleep 0.05
	done
}

milliseconds() {
	date +%s%3N
}

no_process() {
	! pgrep "$1" >/dev/null
}

# end_daemon NAME: all processes with this in their name, and wait until they have ended
end_daemon() {
	pkill "$1"
	wait_for 10 no_process "$1"
}

# write VALUE FILE: with the error of the write as the message and exit status
write() {
	# The shell's own printf does not tell which error it was.
	env printf "%s\n" "$1" >"$2"
}

# cleanup COMMAND...: done when the test ends, however it does, the last one first
cleanup() {
	lib_command=
	for lib_word in "$@"; do
		lib_command="$lib_command '$(printf '%s' "$lib_word" | sed "s/'/'\\\\''/g")'"
	done
	lib_at_exit="$lib_command >/dev/null 2>&1
$lib_at_exit"
}

# new_ns NAME...: network namespaces for the time of the test
new_ns() {
	for lib_ns in "$@"; do
		ip netns add "$lib_ns" || return 1
		cleanup ip netns delete "$lib_ns"
		ip -n "$lib_ns" link set lo up
	done
}

# in_ns NAME COMMAND... "ip netns exec" mounts a /sys for the command, which takes
# longer than most commands do: only what looks there gets one.
in_ns() {
	lib_ns=$1
	shift
	case $* in
	*/sys/*) ip netns exec "$lib_ns" "$@" ;;
	*) nsenter --net="/run/netns/$lib_ns" "$@" ;;
	esac
}

# keep FILE: for people to look at, in build/kept on the host
keep() {
	[ ! -d /run/host/ctl ] || { mkdir -p /run/host/ctl/kept && cp "$1" /run/host/ctl/kept/; }
}

# repeat NUMBER: NUMBER times RUN_FACTOR, for loops that are shorter on slow kernels
repeat() {
	awk -v n="$1" -v f="${RUN_FACTOR:-1}" \
		'BEGIN { r = int(n * f); print (r < 1 ? 1 : r) }'
}

# seconds NUMBER: how long to race: as repeat, but what can meet in eight seconds is given
# these on a slow kernel, too
seconds() {
	lib_seconds=$(repeat "$1")
	lib_least=$(($1 < 8 ? $1 : 8))
	echo $((lib_seconds < lib_least ? lib_least : lib_seconds))
}

lib_end() {
	lib_status=$?
	trap - EXIT
	eval "$lib_at_exit"
	rm -rf "$lib_scratch"
	[ "$lib_status" != 4 ] || [ "$lib_count" != 0 ] || exit 4
	if [ "$lib_status" != 0 ] && [ "$lib_failed" = 0 ]; then
		not_ok "runs to its end" "exit status $lib_status"
	elif [ "$lib_count" = 0 ]; then
		not_ok "makes a check"
	elif [ "${lib_plan:-$lib_count}" != "$lib_count" ]; then
		not_ok "makes as many checks as planned" "$lib_count and not $lib_plan"
	fi
	[ "$lib_plan" ] || echo "1..$lib_count"
	[ "$lib_failed" = 0 ] || exit 1
	[ "$lib_skipped" != "$lib_count" ] || exit 4
	exit 0
}

trap lib_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
