# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of samples/vendor: two ports, and what lies between them.
#
#   namespace "host"                    namespace "guest"
#   $ONE, 192.0.2.1/24 ---------------- $TWO, 192.0.2.2/24
#
# Sourced after lib-mdev.sh and lib-net.sh.

ONE=11111111-90ab-cdef-1234-567890abcdef
TWO=22222222-90ab-cdef-1234-567890abcdef
THREE=33333333-90ab-cdef-1234-567890abcdef
NIC=mdev_pair0
PORTS=/sys/bus/platform/devices/$NIC/mdev_supported_types/mdev_pair-port
VENDOR=/sys/bus/mdev_vendor
CDEVS=$VENDOR/devices
PAIR_NET=$VENDOR/drivers/mdev_pair_net
PAIR=/sys/bus/platform/drivers/mdev_pair

# port UUID: make one
port() {
	write "$1" $PORTS/create
}

remove_port() {
	write 1 "$SLICES/$1/remove"
}

# port_dev UUID: its interface, while that is in this namespace
port_dev() {
	ls "$CDEVS/$1/net" 2>/dev/null
}

# use_port NAMESPACE ADDRESS UUID
use_port() {
	port_name=$(port_dev "$3")
	[ "$port_name" ] || return 1
	ip link set "$port_name" netns "$1" &&
		in_ns "$1" ip address add "$2/24" dev "$port_name" &&
		in_ns "$1" ip link set "$port_name" up
}

# connect: both ports, as above
connect() {
	HOST_DEV=$(port_dev $ONE)
	GUEST_DEV=$(port_dev $TWO)
	use_port host $HOST_IP $ONE && use_port guest $GUEST_IP $TWO &&
		wait_for 10 ping_guest
}

# spaces: namespaces in which nobody speaks unasked
spaces() {
	new_ns host guest || return 1
	for pair_ns in host guest; do
		in_ns $pair_ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
}

# Floods that end by themselves when the interfaces are gone.
flood() {
	host timeout 60 ping -q -f -s 1400 $GUEST_IP >/dev/null 2>&1 &
	guest timeout 60 ping -q -f -s 1400 $HOST_IP >/dev/null 2>&1 &
	guest timeout 60 "$HELPERS/net/flows" $HOST_IP 10000000 &
	host timeout 60 "$HELPERS/net/flows" $GUEST_IP 10000000 &
	sleep 0.5
}

quiet() {
	pkill -x ping
	pkill -x flows
	wait
}
