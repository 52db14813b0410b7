#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The CPU time that a slice in class vfio costs is charged to the cgroup of who opened the
# device, and not to who made the slice.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-vfio.sh"

need "locks are not judged" locks_unjudged
need "three cgroups" new_cgroup maker one two
need "somebody lives in the first one" stay_in_cgroup maker sleep 1000
add() {
	in_cgroup maker vdpa dev add name "$1" mgmtdev "$NIC"
}
begin slice
cleanup vdpa dev del slice

# worker_time NAME: of the device's own worker in that cgroup, in ticks of 10 ms
worker_time() {
	while read -r pid; do
		cat "/proc/$pid/stat"
	done <"$CGROUPS/$1/cgroup.procs" |
		awk '$2 == "(vfio_virtio)" { ticks += $14 + $15 } END { print ticks + 0 }'
}

uses_time() {
	[ "$(worker_time "$1")" -gt 1 ]
}

# opened NAME OTHER: by a process in a cgroup
opened() {
	: >"$lib_scratch/driver"
	# shellcheck disable=SC2016
	stay_in_cgroup "$1" sh -c 'exec "$0" slice >"$1" 2>&1' "$HELPERS_DIR/exchange" \
		"$lib_scratch/driver"
	need "a driver in $1 opens the device" wait_for 20 grep -q ready "$lib_scratch/driver"
	check "its worker uses time there" wait_for 20 uses_time "$1"
	check_eq "nobody else has a worker" "$(threads "$2")$(workers maker)" 0
	kill -9 "$CGROUP_PID"
	wait "$CGROUP_PID" 2>/dev/null
	check "the worker ends with it" wait_for 10 no_threads "$1"
}

opened one two
opened two one
