# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that send through slices of the software NIC. Sourced after
# lib-mdev.sh. What they use:
#
#   namespace "host"                    namespace "guest"
#   representor, 192.0.2.1/24 --------- virtio-net interface, 192.0.2.2/24
#   $HOST_DEV                           $GUEST_DEV

HOST_IP=192.0.2.1
GUEST_IP=192.0.2.2

# host COMMAND...; guest COMMAND...: there
host() {
	in_ns host "$@"
}

guest() {
	in_ns guest "$@"
}

# representor NAME: the netdev of a slice, whatever it is called
representor() {
	for net_dev in /sys/class/net/*; do
		# Only representors have a switch id.
		cat "$net_dev/phys_switch_id" >/dev/null 2>&1 || continue
		if [ "${net_dev##*/}" = "$1" ] || [ "$(cat "$net_dev/ifalias")" = "$1" ]; then
			echo "${net_dev##*/}"
			return
		fi
	done
}

# wire NAME [ATTRIBUTE VALUE]...: make a slice and connect it as above
wire() {
	add "$@" || return 1
	HOST_DEV=$(representor "$1")
	GUEST_DEV=$(netdev "$1")
	new_ns host guest || return 1
	# IPv6 speaks unasked, and would be counted.
	for net_ns in host guest; do
		in_ns $net_ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
	# Before the namespaces go, or their end would give the interfaces back.
	cleanup vdpa dev del "$1"
	ip link set "$HOST_DEV" netns host
	host ip address add $HOST_IP/24 dev "$HOST_DEV"
	host ip link set "$HOST_DEV" up
	connect_guest
}

# connect_guest: after the slice came back to class virtio, too
connect_guest() {
	ip link set "$GUEST_DEV" netns guest
	guest ip address add $GUEST_IP/24 dev "$GUEST_DEV"
	guest ip link set "$GUEST_DEV" up
	# Its address may be another one now.
	host ip neighbour flush all
	wait_for 5 ping_guest
}

ping_guest() {
	host ping -q -c 1 -W "${RUN_PATIENCE:-1}" $GUEST_IP
}

# host_stat NAME: a counter of the representor; guest_stat of the other end
host_stat() {
	host cat "/sys/class/net/$HOST_DEV/statistics/$1"
}

guest_stat() {
	guest cat "/sys/class/net/$GUEST_DEV/statistics/$1"
}

# carrier NAMESPACE DEVICE: 1 or 0
carrier() {
	in_ns "$1" cat "/sys/class/net/$2/carrier"
}

carrier_is() {
	[ "$(carrier "$1" "$2")" = "$3" ]
}

# link NAME: what the configuration says of it
link() {
	vdpa dev config show "$1" | sed -n 's/.* link \([a-z]*\) .*/\1/p'
}

# send_to MAC: 5 frames from the host, to a link layer address of our choice
send_to() {
	host ip neighbour replace 192.0.2.9 lladdr "$1" dev "$HOST_DEV"
	host "$HELPERS_DIR/flows" 192.0.2.9 5
	sleep 0.05
}

# carries SLICE: waits until its driver has sent some frames more
carries() {
	carries_from=$(counter "$1" 1 packets)
	wait_for 10 carried "$1" $((carries_from + 10))
}

carried() {
	[ "$(counter "$1" 1 packets)" -ge "$2" ]
}

# iperf_server: on the host, for the time of the test
iperf_server() {
	host iperf3 -s -D -I "$lib_scratch/iperf3.pid" &&
		wait_for 5 host sh -c 'ss -ltn | grep -q 5201' &&
		cleanup sh -c "kill $(tr -d '\0' <"$lib_scratch/iperf3.pid")"
}
