# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Part of runner.sh: what a test leaves behind is removed, so that the next one
# starts clean, and counts as its failure. Only our modules may stay loaded; they
# are unloaded here, after every test, and that has to succeed.

netdev_names() {
	ls /sys/class/net | LC_ALL=C sort
}

netns_names() {
	ls /run/netns 2>/dev/null | LC_ALL=C sort
}

shm_names() {
	ls -A /dev/shm | LC_ALL=C sort
}

leftover_before() {
	for kind in netdev netns shm; do
		"${kind}_names" >"$work/$kind"
	done
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

# leftover_names KIND TEXT
leftover_names() {
	"$1_names" | LC_ALL=C comm -13 "$work/$1" - >"$work/left"
	while IFS= read -r name; do
		problem "left behind: $2 $name"
		"$1_remove" "$name" || :
	done <"$work/left"
}

leftover_processes() {
	if grep -q . "$group/cgroup.procs"; then
		while read -r pid; do
			problem "left behind: process $pid ($(tr '\0' ' ' <"/proc/$pid/cmdline"))"
		done <"$group/cgroup.procs"
		echo 1 >"$group/cgroup.kill"
	fi
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		rmdir "$group" 2>/dev/null && return
		sleep 0.1
	done
	problem "left behind: processes that cannot be killed"
}

# Ours are the modules that are not part of the kernel: taint flag O.
module_names() {
	grep -lE 'O' /sys/module/*/taint 2>/dev/null | cut -d / -f 4
}

# One pass removes those that no other module uses; goes on while that helps.
leftover_modules() {
	while [ "$(module_names)" ]; do
		gone=
		for module in $(module_names); do
			[ "$(cat "/sys/module/$module/refcnt" 2>/dev/null)" = 0 ] || continue
			timeout 60 rmmod "$module" 2>>"$work/rmmod" && gone=yes
		done
		[ "$gone" ] || break
	done
	if [ "$(module_names)" ]; then
		problem "modules could not be unloaded: $(module_names | tr '\n' ' ')"
		sed 's/^/#   /' "$work/rmmod" >>"$work/problems"
	fi
}

leftover_after() {
	: >"$work/rmmod"
	leftover_names netns "network namespace"
	leftover_modules
	leftover_names netdev "network interface"
	leftover_names shm "/dev/shm"
}
