# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Messages to the person in front of the terminal. All of them go to standard
# error: standard output belongs to the command that runs in the VM.

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "run: $*"
	exit 1
}

now() {
	date +%s
}

# Shows how long the step takes already, where somebody is watching.
step_tick() {
	while sleep 1; do
		printf '\r%s ... %d s ' "$1" $(($(now) - $2)) >&2
	done
}

STEP_TICK=

step_tick_stop() {
	[ "$STEP_TICK" ] || return 0
	kill "$STEP_TICK" 2>/dev/null || :
	wait "$STEP_TICK" 2>/dev/null || :
	STEP_TICK=
}

# step "[noun] what is being done" COMMAND...
# The output of COMMAND, which must not rely on set -e, goes to a file in build/log and is shown in full when it
# fails: nobody has to look for the reason.
step() {
	_text=$1
	shift
	_log=${_text#\[}
	_log=$BUILD/log/${_log%%\]*}.log
	_start=$(now)
	printf '%s ... ' "$_text" >&2
	if [ -t 2 ]; then
		step_tick "$_text" "$_start" &
		STEP_TICK=$!
	fi
	_status=0
	"$@" >"$_log" 2>&1 </dev/null 3>&- || _status=$?
	if [ "$STEP_TICK" ]; then
		step_tick_stop
		printf '\r%s ... ' "$_text" >&2
	fi
	if [ "$_status" != 0 ]; then
		say "failed after $(($(now) - _start)) s:"
		cat "$_log" >&2
		die "${_text#*\] } failed (exit status $_status); the output above is kept in $_log"
	fi
	say "$(($(now) - _start)) s"
}
