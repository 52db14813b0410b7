# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Part of runner.sh: what a test leaves behind is removed, so that the next one
# starts clean, and counts as its failure. Only our modules may stay loaded; they
# are unloaded here, after every test, and that has to succeed.

# names DIRECTORY: sets names to what is in it
names() {
	names=
	for file in "$1"/* "$1"/.[!.]*; do
		[ ! -e "$file" ] || names="$names ${file##*/}"
	done
}

leftover_before() {
	names /sys/class/net
	netdev_before=$names
	names /run/netns
	netns_before=$names
	names /dev/shm
	shm_before=$names
}

netns_remove() {
	ip netns delete "$1"
}

netdev_remove() {
	ip link delete "$1" 2>/dev/null
}

shm_remove() {
	rm -rf "/dev/shm/${1:?}"
}

# leftover_names KIND DIRECTORY BEFORE TEXT
leftover_names() {
	names "$2"
	for name in $names; do
		case "$3 " in
		*" $name "*) continue ;;
		esac
		problem "left behind: $4 $name"
		"$1_remove" "$name" || :
	done
}

# What each task does that runs or waits in the kernel, ourselves not counted: why a process
# does not go. One that nobody has told to run on a CPU that sleeps looks as if it ran.
busy_tasks() {
	for task in /proc/[0-9]*/task/[0-9]*; do
		read -r line 2>/dev/null <"$task/stat" || continue
		# shellcheck disable=SC2086 # fields
		set -- ${line##*) }
		case $1 in
		R | D) [ "${task##*/}" != $$ ] || continue ;;
		*) continue ;;
		esac
		echo "# $1 on CPU ${37}: ${line%)*})"
		sed 's/^/#   /' "$task/stack"
	done 2>/dev/null
}

# A process that the test has just killed is given the time to go. Threads of ours that
# work in the cgroup's name leave when they have had nothing to do for a while; they have
# no command line.
leftover_processes() {
	! read -r pid <"$group/cgroup.procs" || sleep 0.3
	while read -r pid; do
		line=$(tr '\0' ' ' <"/proc/$pid/cmdline")
		[ -z "$line" ] || problem "left behind: process $pid ($line)"
	done <"$group/cgroup.procs"
	echo 1 >"$group/cgroup.kill"
	for _ in $(seq 100); do
		rmdir "$group" 2>/dev/null && return
		sleep 0.1
	done
	problem "left behind: processes that cannot be killed"
	busy_tasks >>"$work/problems"
	# Into the console's file, which is kept: what each CPU does
	echo l >"${RUN_SYSRQ:-/proc/sysrq-trigger}"
	unkillable=yes
}

# Ours are the modules that are not part of the kernel: taint flag O. The kernel names
# those first that were loaded last, so none of them is used by one that comes later.
module_names() {
	modules=
	while read -r module _ _ _ _ _ taint; do
		case $taint in
		*O*) modules="$modules $module" ;;
		esac
	done </proc/modules
}

# Goes on while that helps: what uses a module may be about to go.
leftover_modules() {
	module_names
	while [ "$modules" ]; do
		loaded=$modules
		timeout 60 rmmod $modules 2>"$work/rmmod" || :
		module_names
		[ "$modules" != "$loaded" ] || break
	done
	if [ "$modules" ]; then
		problem "modules could not be unloaded:$modules"
		sed 's/^/#   /' "$work/rmmod" >>"$work/problems"
	fi
}

# A test that was killed could not have the kernel prove again that locks cannot wait for one
# another.
leftover_locks() {
	[ ! -w /proc/sys/kernel/prove_locking ] || echo 1 >/proc/sys/kernel/prove_locking
}

leftover_after() {
	leftover_names netns /run/netns "$netns_before" "network namespace"
	leftover_modules
	leftover_locks
	leftover_names netdev /sys/class/net "$netdev_before" "network interface"
	leftover_names shm /dev/shm "$shm_before" "/dev/shm"
}
