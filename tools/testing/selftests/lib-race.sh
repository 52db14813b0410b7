# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests in which several processes do things at the same time. Sourced after lib.sh.

# until_stop COMMAND...: over and over, whatever becomes of it
until_stop() {
	while [ ! -e "$lib_scratch/stop" ]; do
		"$@"
	done >/dev/null 2>&1
}

# race_start COMMAND...: each of them at the same time, until race_stop
race_start() {
	rm -f "$lib_scratch/stop"
	race_jobs=
	for race_command in "$@"; do
		until_stop "$race_command" &
		race_jobs="$race_jobs $!"
	done
}

race_stop() {
	touch "$lib_scratch/stop"
	# shellcheck disable=SC2086
	wait $race_jobs
	:
}

# together SECONDS COMMAND...: a race of that time, see seconds
together() {
	race_time=$1
	shift
	race_start "$@"
	sleep "$(seconds "$race_time")"
	race_stop
}
