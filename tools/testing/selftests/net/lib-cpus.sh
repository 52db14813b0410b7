# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests on the CPUs that slices use. Sourced after lib-net.sh.

need_two_cpus() {
	[ "$(cat /sys/devices/system/cpu/online)" = 0-1 ] || skip_all "two CPUs are needed"
}

# join NAME NUMBER: a slice in class virtio; its driver can send to 192.0.NUMBER.9, for which
# nobody answers
join() {
	ip link set "$(netdev "$1")" netns guest name "guest$2" &&
		guest sysctl -qw "net.ipv6.conf.guest$2.disable_ipv6=1" &&
		guest ip address add "192.0.$2.2/24" dev "guest$2" &&
		guest ip link set "guest$2" up &&
		guest ip neighbour replace "192.0.$2.9" dev "guest$2" \
			lladdr "$(cat "/sys/class/net/$1/address")" &&
		rep_up "$1"
}

# frames_sent NUMBER
frames_sent() {
	guest cat "/sys/class/net/guest$1/statistics/tx_packets"
}

# send NUMBER CPU: as fast as it can on that CPU, in the background, for the time of the test; the
# process is SENDING. Where it does not take time from the worker that has many short turns,
# which are worth a thread.
send() {
	ip netns exec guest taskset -c "$2" "$HELPERS/net/flows" "192.0.$1.9" 1000000000 &
	SENDING=$!
	cleanup kill -9 $SENDING
}

# hush PID...: until these processes have ended
hush() {
	kill -9 "$@"
	wait "$@"
	:
} 2>/dev/null

# turns CPU: how often its worker has run
turns() {
	awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$(pgrep -x "mdev_ring/$1")/status"
}
