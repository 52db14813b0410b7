# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests on whom work and memory are charged to. Sourced after lib.sh.

CGROUPS=/sys/fs/cgroup

# new_cgroup NAME...: for the time of the test
new_cgroup() {
	mountpoint -q $CGROUPS || {
		mount -t cgroup2 cgroup2 $CGROUPS || return 1
		cleanup umount $CGROUPS
	}
	for cg_name in "$@"; do
		mkdir "$CGROUPS/$cg_name" || return 1
		cleanup end_cgroup "$cg_name"
	done
}

# Threads of ours leave by and by.
end_cgroup() {
	[ ! -e "$CGROUPS/$1" ] || wait_for 10 rmdir "$CGROUPS/$1"
}

# controller NAME: does this kernel have it for us?
controller() {
	write "+$1" $CGROUPS/cgroup.subtree_control 2>/dev/null
}

# in_cgroup NAME COMMAND...
in_cgroup() {
	cg_name=$1
	shift
	# shellcheck disable=SC2016
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CGROUPS/$cg_name" "$@"
}

# stay_in_cgroup NAME COMMAND...: in the background, for the time of the test; its number is
# CGROUP_PID
stay_in_cgroup() {
	cg_name=$1
	shift
	# shellcheck disable=SC2016
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CGROUPS/$cg_name" "$@" &
	CGROUP_PID=$!
	cleanup kill -9 $CGROUP_PID
	wait_for 5 grep -q "^$CGROUP_PID$" "$CGROUPS/$cg_name/cgroup.procs"
}

# cpu_time NAME: that the cgroup has used, in ms
cpu_time() {
	awk '$1 == "usage_usec" { print int($2 / 1000) }' "$CGROUPS/$1/cpu.stat"
}

# threads NAME: what runs in the cgroup, by name, one a line
threads() {
	while read -r cg_pid; do
		cat "/proc/$cg_pid/comm" 2>/dev/null
	done <"$CGROUPS/$1/cgroup.procs"
}

# no_threads NAME
no_threads() {
	[ -z "$(threads "$1")" ]
}

# workers NAME: how many of the slices' threads work in the name of the cgroup
workers() {
	threads "$1" | grep -c '^mdev_ring:'
}

has_workers() {
	[ "$(workers "$1")" -gt 0 ]
}

has_no_workers() {
	[ "$(workers "$1")" = 0 ]
}

# worker_cpus NAME: the CPUs that they may use, and the one on which each ran last, one a line
worker_cpus() {
	while read -r cg_pid; do
		cg_cpus=$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$cg_pid/status" 2>/dev/null)
		awk -v cpus="$cg_cpus" '$2 ~ /^\(mdev_ring:/ { print cpus, $39 }' \
			"/proc/$cg_pid/stat" 2>/dev/null
	done <"$CGROUPS/$1/cgroup.procs"
}

# workers_time NAME: CPU time that those which are there have used, in ticks of 10 ms
workers_time() {
	while read -r cg_pid; do
		cat "/proc/$cg_pid/stat" 2>/dev/null
	done <"$CGROUPS/$1/cgroup.procs" |
		awk '$2 ~ /^\(mdev_ring:/ { ticks += $14 + $15 } END { print ticks + 0 }'
}

# kernel_memory NAME: the kernel's memory of a cgroup, in KiB. What it counts on a CPU is
# added up later.
kernel_memory() {
	sleep 2.5
	awk '$1 == "kernel" { print int($2 / 1024) }' "$CGROUPS/$1/memory.stat"
}
