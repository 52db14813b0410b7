#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Ten thousand slices of mdev_net, in the VM: see table.sh for what is printed of it.
. "${0%/*}/lib.sh"

NONE=0 VIRTIO=1
many=$BENCH_MANY
few=100

# pace FILE ARGUMENT...: what it has printed is kept
pace() {
	pace_file=$scratch/$1
	shift
	"$PACE" "$@" >"$pace_file" || die "failed: pace $*"
	echo "pace $*: $(cat "$pace_file")"
}

# remove_all NAME PARENT COUNT
remove_all() {
	remove_start=$(milliseconds)
	tribus slice flush parent "$2" >"$scratch/flush" || die "flush of $2"
	remove_ms=$(($(milliseconds) - remove_start))
	value "$1_remove_ms" $remove_ms
	value "$1_remove_us" $((remove_ms * 1000 / $3))
}

# A parent whose slices are nothing but what the core has of them.
core_memory() {
	modprobe mdev_test || die "mdev_test"
	pace warm mdev mdev_multi0 $NONE w $few
	before=$(used)
	pace core mdev mdev_multi0 $NONE c "$many"
	value core_bytes "$(bytes_each "$before" "$many")"
	remove_all core mdev_multi0 "$((many + few))"
	modprobe -r mdev_test
}

bare_memory() {
	before=$(used)
	for i in $(seq 1000); do
		echo "link add bared$i type dummy"
	done >"$scratch/bare"
	ip -batch "$scratch/bare" || die "dummy interfaces"
	value netdev_bytes "$(bytes_each "$before" 1000)"
	netdevs_gone
}

# Interfaces are made between the slices, so that both are measured at the same time.
make_parked() {
	before=$(used)
	pace first mdev mdev_net0 $NONE sa 50
	pace early mdev mdev_net0 $NONE sb $few netdevs
	pace bulk mdev mdev_net0 $NONE sc $((many - 2 * few - 50))
	pace late mdev mdev_net0 $NONE sd $few netdevs
	netdevs_gone
	value parked_bytes "$(bytes_each "$before" "$many")"
	value parked "$(ls /sys/class/mdev_slice | wc -l)"
	read -r early early_netdev <"$scratch/early"
	read -r late late_netdev <"$scratch/late"
	value parked_early_us $((early / 1000))
	value parked_late_us $((late / 1000))
	value netdev_early_us $((early_netdev / 1000))
	value netdev_late_us $((late_netdev / 1000))
	value parked_growth "$(awk "BEGIN { printf \"%.2f\",
		($late - ($late_netdev - $early_netdev)) / $early }")"
}

tribus_names() {
	tribus -o slice show >"$scratch/shown" || return
	sed 's/: .*//' "$scratch/shown"
}

vdpa_names() {
	vdpa dev show >"$scratch/shown" || return
	sed -n 's/^\([^ :]*\): type .*/\1/p' "$scratch/shown"
}

churn() {
	while [ ! -e "$scratch/stop" ]; do
		"$PACE" mdev mdev_net0 $NONE "$1" 5 >"$scratch/churn-$1" &&
			for i in 0 1 2 3 4; do
				tribus slice del "$1$i"
			done
	done
}

# dumps_wrong LIST: how many of five do not have each slice just once
dumps_wrong() {
	wrong=0
	for _ in 1 2 3 4 5; do
		"$1" | grep '^s[a-d][0-9]*$' | sort >"$scratch/list"
		[ "$(wc -l <"$scratch/list")" = "$many" ] &&
			[ "$(uniq "$scratch/list" | wc -l)" = "$many" ] || wrong=$((wrong + 1))
	done
	echo $wrong
}

dumps() {
	value dump_tribus_ms "$(least 3 kernel_ms tribus -o slice show)"
	value dump_vdpa_ms "$(least 3 kernel_ms vdpa dev show)"
	value dump_stats_ms "$(least 3 kernel_ms tribus -o slice stats)"
	churn churna &
	churn churnb &
	sleep 1
	value dump_tribus_wrong "$(dumps_wrong tribus_names)"
	value dump_vdpa_wrong "$(dumps_wrong vdpa_names)"
	touch "$scratch/stop"
	wait
}

# Sets slowest to how long the slowest of ten pairs of requests takes.
slowest_request() {
	slowest=0
	for i in $(seq 10); do
		start=$(milliseconds)
		tribus slice add name "other$i" parent mdev_net0 class none && tribus slice del "other$i" ||
			die "another slice"
		took=$(($(milliseconds) - start))
		[ $took -le $slowest ] || slowest=$took
	done
}

# One removal takes its time in the driver: how long does the slowest other request take, and
# how long when nothing is stuck?
stuck() {
	fault=/sys/kernel/debug/mdev_net/mdev_net0/fault
	slowest_request
	value stuck_usual_ms $slowest
	value stuck_limit_ms $((3 * slowest + 300))
	pace stuck mdev mdev_net0 $VIRTIO stuck 1
	echo 20000 >$fault/delay_ms
	tribus slice del stuck0 &
	until [ "$(cat $fault/delayed)" = 1 ]; do
		sleep 0.1
	done
	echo 0 >$fault/delay_ms
	slowest_request
	[ "$(cat $fault/delayed)" = 1 ] || die "the removal was not stuck for so long"
	value stuck_other_ms $slowest
	echo 1 >$fault/wake
	wait
}

# Slices are made with a monitor that does not read, and without one.
deaf() {
	pace alone mdev mdev_net0 $NONE alone 500
	"$HELPERS/netlink/mdev_nl" -m -w "$scratch/read" >"$scratch/heard" &
	monitor=$!
	until grep -q listening "$scratch/heard"; do
		sleep 0.1
	done
	pace deaf mdev mdev_net0 $NONE deaf 500
	touch "$scratch/read"
	sleep 3
	kill $monitor
	read -r alone _ <"$scratch/alone"
	read -r deaf _ <"$scratch/deaf"
	value deaf_told "$(grep -c lost "$scratch/heard")"
	value deaf_ratio "$(awk "BEGIN { printf \"%.2f\", $deaf / $alone }")"
}

virtio() {
	before=$(used)
	pace virtio mdev mdev_net0 $VIRTIO v "$BENCH_VIRTIO"
	read -r one _ <"$scratch/virtio"
	value virtio_us $((one / 1000))
	value virtio "$(ls /sys/bus/mdev_virtio/devices | wc -l)"
	value virtio_bytes "$(bytes_each "$before" "$BENCH_VIRTIO")"
	remove_all virtio mdev_net0 "$BENCH_VIRTIO"
}

core_memory
modprobe mdev_net && modprobe mdev_vdpa || die "the modules"
modprobe dummy numdummies=0 || die "dummy"
bare_memory
make_parked
dumps
stuck
remove_all parked mdev_net0 "$many"
deaf
remove_all deaf mdev_net0 1000
virtio
modprobe -r mdev_vdpa mdev_net mdev_virtio || die "the modules do not go"
