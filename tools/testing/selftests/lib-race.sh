# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests in which several processes do things at the same time. Sourced after lib.sh.

race_wanted=
race_round=0

# until_stop COMMAND...: over and over, whatever becomes of it
until_stop() {
	while [ ! -e "$lib_scratch/stop" ]; do
		"$@"
	done
}

# race_join FILE COMMAND...: one more in the race, whose output is added to FILE
race_join() {
	race_file=$1
	shift
	until_stop "$@" >>"$race_file" 2>&1 &
	race_jobs="$race_jobs $!"
}

# race_start COMMAND...: each of them at the same time, until race_stop
race_start() {
	rm -f "$lib_scratch/stop"
	: >"$lib_scratch/refused"
	race_jobs=
	for race_command in "$@"; do
		race_join /dev/null "$race_command"
	done
}

race_stop() {
	touch "$lib_scratch/stop"
	# shellcheck disable=SC2086
	wait $race_jobs
	:
}

# race_open SLICE [UUID]: somebody joins who opens what the slice is there, its vfio device or its
# node: notes vfio, iommufd and vhost, see vfio/open_race.c
race_open() {
	{ "$HELPERS/vfio/open_race" "$lib_scratch" "$@" ||
		echo "open_race has ended with $?"; } >>"$lib_scratch/refused" &
	race_jobs="$race_jobs $!"
}

# race_allowed: has no call of race_open failed for another reason than that the slice was on its
# way?
race_allowed() {
	! grep . "$lib_scratch/refused"
}

# race_hold SECONDS: it lasts that long, see seconds; where race_check wants something to happen,
# and that takes longer on a slow kernel, up to eight times as long
race_hold() {
	race_time=$(seconds "$1")
	sleep "$race_time"
	for _ in $(seq $((race_time * 7))); do
		! noted $race_wanted >/dev/null || break
		sleep 1
	done
	race_stop
}

# together SECONDS COMMAND...: a race of that time, see race_hold
together() {
	race_seconds=$1
	shift
	race_start "$@"
	race_hold "$race_seconds"
}

# note WHAT COMMAND...: in a race, that COMMAND has succeeded
note() {
	race_what=$1
	shift
	"$@" || return
	echo "$race_what" >>"$lib_scratch/noted"
}

# race_pause: less than a second, another time each time, so that others come at any time
race_pause() {
	sleep "0.$((race_round = (race_round + 3) % 10))"
}

# put VALUE FILE: at once, where write would open the file some time before
put() {
	echo "$1" >"$2"
}

# noted WHAT[=TIMES]...: each of them, as often? Tells of the first one that was not.
noted() {
	for race_what in "$@"; do
		race_least=${race_what#*=}
		[ "$race_least" != "$race_what" ] || race_least=1
		race_what=${race_what%%=*}
		[ "$(grep -cx "$race_what" "$lib_scratch/noted")" -ge "$race_least" ] || {
			echo "$race_what was not done $race_least times"
			return 1
		}
	done
}

# race_check TEXT "WHAT..." COMMAND...: COMMAND is a race, in which each WHAT is noted
race_check() {
	race_text=$1
	race_wanted=$2
	shift 2
	: >"$lib_scratch/noted"
	"$@"
	comment "done:$(sort "$lib_scratch/noted" | uniq -c | tr -s '\n ' ' ')"
	# shellcheck disable=SC2086 # words
	check "$race_text" noted $race_wanted
	race_wanted=
}
