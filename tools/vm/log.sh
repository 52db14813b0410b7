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

# step "[noun] what is being done" COMMAND...
# The output of COMMAND goes to a file in build/log and is shown in full when it
# fails: nobody has to look for the reason.
step() {
	_text=$1
	shift
	_log=$BUILD/log/$(printf '%s' "$_text" | tr -cs 'a-z0-9\n' '-').log
	_log=$(printf '%s' "$_log" | sed 's,/log/-,/log/,')
	_start=$(now)
	_tick=
	printf '%s ... ' "$_text" >&2
	if [ -t 2 ]; then
		step_tick "$_text" "$_start" &
		_tick=$!
	fi
	_status=0
	"$@" >"$_log" 2>&1 </dev/null 3>&- || _status=$?
	if [ "$_tick" ]; then
		kill "$_tick" 2>/dev/null || :
		wait "$_tick" 2>/dev/null || :
		printf '\r%s ... ' "$_text" >&2
	fi
	if [ "$_status" != 0 ]; then
		say "failed after $(($(now) - _start)) s:"
		cat "$_log" >&2
		die "${_text#*\] } failed (exit status $_status); the output above is kept in $_log"
	fi
	say "$(($(now) - _start)) s"
}
