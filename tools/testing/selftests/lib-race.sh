# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests in which several processes do things at the same time. Sourced after lib.sh.

# until_stop COMMAND...: over and over, whatever becomes of it
until_stop() {
	while [ ! -e "$lib_scratch/stop" ]; do
		"$@"
	done
}

# race_start COMMAND...: each of them at the same time, until race_stop
race_start() {
	rm -f "$lib_scratch/stop"
	race_jobs=
	for race_command in "$@"; do
		until_stop "$race_command" >/dev/null 2>&1 &
		race_jobs="$race_jobs $!"
	done
}

race_stop() {
	touch "$lib_scratch/stop"
	# shellcheck disable=SC2086
	wait $race_jobs
	:
}

# together_opened UUID SECONDS COMMAND...: a race with somebody who opens what the slice is there,
# its vfio device or its node: adds to $vfio and $vhost how often. Fails if a call has failed for
# another reason than that the slice was on its way, see vfio/open_race.c.
together_opened() {
	race_uuid=$1
	shift
	rm -f "$lib_scratch/input"
	mkfifo "$lib_scratch/input"
	"$HELPERS/vfio/open_race" "$race_uuid" "$race_uuid" <"$lib_scratch/input" \
		>"$lib_scratch/opened" &
	race_opener=$!
	exec 7>"$lib_scratch/input"
	together "$@"
	exec 7>&-
	wait $race_opener || {
		cat "$lib_scratch/opened"
		return 1
	}
	read -r race_vfio race_vhost <"$lib_scratch/opened"
	vfio=$((vfio + race_vfio))
	vhost=$((vhost + race_vhost))
}

# together SECONDS COMMAND...: a race of that time, see seconds
together() {
	race_time=$1
	shift
	race_start "$@"
	sleep "$(seconds "$race_time")"
	race_stop
}
