# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What both sides of the comparison are measured with, in the VM. Values go to
# $VALUES, a line "NAME VALUE" each; table.sh knows the names.

PACE=$BENCH/pace
scratch=$(mktemp -d)

value() {
	echo "$1 $2" >>"$VALUES"
	echo "$1 = $2"
}

die() {
	echo "bench: $*" >&2
	exit 1
}

milliseconds() {
	date +%s%3N
}

# kernel_ms COMMAND...: what the kernel works for it, in ms
kernel_ms() {
	bash -c 'TIMEFORMAT="%S"; time "$@" >"$0"' "$scratch/output" "$@" 2>"$scratch/time" ||
		die "failed: $*"
	awk 'END { printf "%d\n", $1 * 1000 }' "$scratch/time"
}

# least N COMMAND...: of N times; whatever else goes on only adds to it
least() {
	least_of=$1
	shift
	for _ in $(seq "$least_of"); do
		"$@" || die "failed: $*"
	done | sort -n | head -n 1
}

# In KiB, without what is cached of files.
used() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 2
	awk '{ m[$1] = $2 } END { print m["MemTotal:"] - m["MemFree:"] - m["Buffers:"] - m["Cached:"] }' \
		/proc/meminfo
}

# bytes_each BEFORE COUNT: of memory that is used more than BEFORE, for each
bytes_each() {
	echo $((($(used) - $1) * 1024 / $2))
}

# netdevs_gone: all dummies, at once
netdevs_gone() {
	ip -o link show type dummy | sed 's/^[0-9]*: \([^:]*\):.*/link set \1 group 77/' >"$scratch/group"
	ip -batch "$scratch/group" && ip link del group 77 || die "the dummies stay"
}
