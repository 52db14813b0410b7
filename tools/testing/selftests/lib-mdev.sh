# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that use slices of the software NIC. Sourced after lib.sh.

SLICES=/sys/class/mdev_slice
CDEVS=/sys/bus/mdev_virtio/devices
NIC=mdev_net0
FAULT=/sys/kernel/debug/mdev_net/$NIC/fault

# load_nic [PARAMETER=VALUE]...: the NIC, and the family that makes slices on it
load_nic() {
	modprobe mdev_net "$@" && modprobe mdev_vdpa
}

# add NAME [ATTRIBUTE VALUE]...
add() {
	add_name=$1
	shift
	vdpa dev add name "$add_name" mgmtdev "$NIC" "$@"
}

# attr NAME ATTRIBUTE: what a slice's attribute says
attr() {
	cat "$SLICES/$1/$2"
}

# set_class NAME CLASS
set_class() {
	write "$2" "$SLICES/$1/class"
}

# netdev NAME: the network interface that a slice in class virtio has on this host
netdev() {
	ls "$CDEVS/$1"/virtio*/net 2>/dev/null
}

# rep NAME: the representor of a slice whose name is not too long for a netdev
rep() {
	[ -e "/sys/class/net/$1" ] && echo "$1"
}

# rep_up NAME: without what IPv6 says unasked
rep_up() {
	sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1" && ip link set "$1" up
}

# config NAME KEY: a field of "vdpa dev config show"
config() {
	vdpa -j dev config show "$1" | jq -r ".config.\"$1\".\"$2\""
}

# counter NAME QUEUE KEY: a counter of a virtqueue. Often asked for, so not by jq, which
# takes in emulation as long as all the rest.
counter() {
	vdpa -j dev vstats show "$1" qidx "$2" | sed -n "s/.*\"$3\":\([0-9]*\).*/\1/p"
}

# What there is that a slice brings.
slices_and_netdevs() {
	ls "$SLICES" "$CDEVS" /sys/class/net 2>/dev/null
	find "/sys/bus/platform/devices/$NIC/" -maxdepth 1 | LC_ALL=C sort
}

# remember: what there is now; nothing_new: there is still just that. The
# directory of slices below the NIC comes with the first and goes with the last.
remember() {
	slices_and_netdevs >"$lib_scratch/remembered"
}

nothing_new() {
	slices_and_netdevs | diff "$lib_scratch/remembered" -
}

# same_lines FILE NUMBER: the file has NUMBER lines, and no line twice
same_lines() {
	[ "$(wc -l <"$1")" = "$2" ] && [ "$(LC_ALL=C sort -u "$1" | wc -l)" = "$2" ]
}

# What the counters of the whole system say just now.
pins_now() {
	cat /proc/sys/vm/stat_refresh
	awk '/nr_foll_pin_(acquired|released)/ { n[$1] = $2 }
		END { print n["nr_foll_pin_acquired"] - n["nr_foll_pin_released"] }' /proc/vmstat
}

# pins: how often pages are pinned, in the whole system. Others pin one for a moment now
# and then, therefore the least of some.
pins() {
	for _ in 1 2 3 4 5; do
		pins_now
		sleep 0.1
	done | sort -n | head -n 1
}
