# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of devlink on the software NIC. Sourced after lib-mdev.sh.

HANDLE=platform/$NIC

# port NAME: handle of the devlink port of a slice, by its representor
port() {
	devlink -j port show | jq -r --arg name "$1" \
		'.port | to_entries[] | select(.value.netdev == $name) | .key'
}

# port_says HANDLE JQ-FILTER: something of a port
port_says() {
	devlink -j port show "$1" | jq -r --arg port "$1" ".port[\$port] | $2"
}

# resource NAME KEY: something of a resource of the NIC
resource() {
	devlink -j resource show $HANDLE | jq -r --arg name "$1" --arg key "$2" \
		'.resources[][] | select(.name == $name) | .[$key] // empty'
}

# health HANDLE KEY: what the reporter of a port says
health() {
	devlink -j health show "$1" reporter queues | jq -r --arg key "$2" \
		'.health[][] | .[$key]'
}

# rate HANDLE KEY: of a port or a group, in bytes per second
rate() {
	devlink -j port function rate show "$1" | jq -r --arg key "$2" '.rate[][$key] // 0'
}

# set_rate HANDLE [KEY VALUE]...
set_rate() {
	devlink port function rate set "$@"
}

# within KBITS WANT: by 5 %
within() {
	[ $(($1 * 100)) -ge $(($2 * 95)) ] && [ $(($1 * 100)) -le $(($2 * 105)) ]
}

# sender NAME NUMBER [ATTRIBUTE VALUE]...: a slice whose representor is here and whose interface is
# in namespace sNUMBER. What it sends to 203.0.113.0/24 gets as far as the representor. Frames
# may be long, so that a slow machine can send enough of them.
sender() {
	sender_name=$1
	sender_ns=s$2
	sender_net=198.51.$2
	shift 2
	new_ns "$sender_ns" && add "$sender_name" mtu 65000 "$@" && rep_up "$sender_name" || return 1
	cleanup vdpa dev del "$sender_name"
	sender_dev=$(netdev "$sender_name")
	ip link set "$sender_dev" netns "$sender_ns"
	in_ns "$sender_ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	in_ns "$sender_ns" ip address add "$sender_net.2/24" dev "$sender_dev"
	in_ns "$sender_ns" ip link set "$sender_dev" up
	in_ns "$sender_ns" ip neighbour add "$sender_net.1" dev "$sender_dev" \
		lladdr "$(cat "/sys/class/net/$sender_name/address")"
	in_ns "$sender_ns" ip route add 203.0.113.0/24 via "$sender_net.1"
}

# received NAME: bytes
received() {
	cat "/sys/class/net/$1/statistics/rx_bytes"
}

# blast NAME NUMBER LENGTH: as much as it can, and print how many kbit/s of it arrive
blast() {
	# With this /sys, which in_ns would not leave it.
	nsenter --net="/run/netns/s$2" "$HELPERS_DIR/blast" "/sys/class/net/$1/statistics/rx_bytes" "$3" \
		203.0.113.1 203.0.113.2
}
