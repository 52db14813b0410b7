#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# enter.sh ROOT [--bind SOURCE PLACE]... -- COMMAND...
#
# Runs COMMAND in the root file system ROOT. It is called as root of a mount
# namespace made for this one command, so there is nothing to unmount later.
# PLACE is made on a tmpfs at /run, the root file system itself stays as it is.
set -eu

root=$1
shift

# A root of a user namespace cannot make device nodes, but it can bind them.
make_dev() {
	mount -t tmpfs -o mode=755 dev "$root/dev"
	for node in null zero full random urandom tty kvm; do
		[ -c "/dev/$node" ] || continue
		: >"$root/dev/$node"
		mount --bind "/dev/$node" "$root/dev/$node"
	done
	mkdir "$root/dev/shm" "$root/dev/pts"
	mount -t devpts -o newinstance,ptmxmode=666 pts "$root/dev/pts" 2>/dev/null || :
	ln -s pts/ptmx "$root/dev/ptmx"
	ln -s /proc/self/fd "$root/dev/fd"
	ln -s /proc/self/fd/0 "$root/dev/stdin"
	ln -s /proc/self/fd/1 "$root/dev/stdout"
	ln -s /proc/self/fd/2 "$root/dev/stderr"
}

# Binding is not recursive: ROOT bound to a place below itself shows the tree
# without the mounts made here.
bind() {
	if [ -d "$1" ]; then
		mkdir -p "$root$2"
	else
		mkdir -p "$root${2%/*}"
		: >"$root$2"
	fi
	mount --bind "$1" "$root$2"
}

mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t proc proc "$root/proc"
make_dev

while [ "$1" != -- ]; do
	case $1 in
	--bind)
		bind "$2" "$3"
		shift 3
		;;
	*)
		echo "enter.sh: unknown option $1" >&2
		exit 2
		;;
	esac
done
shift

# Not exec: the first process of a pid namespace is not ended by a signal that it sends to
# itself, which is how make ends, and would go on for ever.
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	HOME=/root LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" \
	chroot "$root" "$@"
