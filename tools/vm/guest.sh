#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The first process of the VM, started by early.sh: finishes the system, runs the
# job that the host has left in /run/host/ctl, and powers off. With "init=/lib/systemd/systemd"
# systemd follows it as the first process, and starts it again, "guest.sh job", for the rest.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C.UTF-8 TERM=dumb

# Not /tmp: that may be a directory of the host, which cannot do all that programs
# want of files for a moment.
export TMPDIR=/var/tmp
ctl=/run/host/ctl

mount_system() {
	mkdir -p /dev/pts /dev/shm
	mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
	mount -t tmpfs -o mode=1777 shm /dev/shm
	mount -t debugfs debug /sys/kernel/debug
	mount -t tracefs trace /sys/kernel/tracing
	mount -t cgroup2 cgroup /sys/fs/cgroup
	ln -sf /proc/self/fd /dev/fd
	ln -sf /proc/self/fd/0 /dev/stdin
	ln -sf /proc/self/fd/1 /dev/stdout
	ln -sf /proc/self/fd/2 /dev/stderr
	mkdir -p /run/netns /run/lock
}

# Directories of the host's user appear at the path that they have there.
mount_shares() {
	while read -r number path; do
		mkdir -p "$path"
		mount --bind "/run/share/$number" "$path"
	done <"$ctl/shares"
}

# A pipe and a cat for each stream: the job sees a pipe, which it may open again as
# /dev/stdout, and the file on the host is only ever appended to.
run_job() {
	mkfifo /run/out /run/err
	cat </run/out >>"$ctl/out" &
	writers=$!
	if [ -e "$ctl/merge" ]; then
		setsid sh "$ctl/job" </dev/null >/run/out 2>&1
	else
		cat </run/err >>"$ctl/err" &
		writers="$writers $!"
		setsid sh "$ctl/job" </dev/null >/run/out 2>/run/err
	fi
	status=$?
	wait_writers
}

# They end when the last writer is gone. What the job has left running in the
# background is not waited for.
wait_writers() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 $writers 2>/dev/null || return
		sleep 0.05
	done
}

if [ "${1-}" != job ]; then
	mount_system
	ip link set lo up
	hostname tribus-vm
	mount_shares
	# Without what a debugging kernel tells of each kobject.
	echo 6 >/proc/sys/kernel/printk
	if grep -qw init=/lib/systemd/systemd /proc/cmdline; then
		# shellcheck source=tools/vm/systemd.sh
		. /tribus/tools/vm/systemd.sh
	fi
fi
cd /root || exit
if [ -e "$ctl/terminal" ]; then
	# shellcheck source=/dev/null
	. /tribus/tools/vm/terminal.sh
else
	run_job
fi
echo "$status" >"$ctl/status"
sync
busybox poweroff -f
