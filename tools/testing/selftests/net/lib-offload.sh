# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
#
# For tests of offloads. Sourced after lib-net.sh.

HOST_IP6=2001:db8::1
GUEST_IP6=2001:db8::2

# Numbers of feature bits, by what they are for. What ECN needs goes with TSO.
MRG_RXBUF=15
CSUM=0
HOST_TSO="11 12 13"
HOST_USO=56
GUEST_CSUM=1
GUEST_TSO="7 8 9"
GUEST_USO="54 55"
PACKED=34
# Makes the header longer, whether the driver wants hashes or not.
HASH_REPORT=57

# A frame of a stream that is not cut has more bytes than this, on average. Of slow streams,
# which those of a slow kernel are, TCP makes shorter ones.
WHOLE=6000
[ "$(repeat 10)" -ge 10 ] || WHOLE=2000

# features BIT...: for device_features. VERSION_1, ACCESS_PLATFORM, MTU, MAC, STATUS, the
# control queue with CTRL_GUEST_OFFLOADS, INDIRECT_DESC and EVENT_IDX are in all of them.
features() {
	features_sum=$((0x330030028 | 1 << 2))
	for features_bit; do
		features_sum=$((features_sum | 1 << features_bit))
	done
	printf '0x%x\n' "$features_sum"
}

# offload_ends NAME: the namespaces, and a server in each, for slices of this name
offload_ends() {
	new_ns host guest || return 1
	# Before the namespaces go, or their end would give the interfaces back.
	cleanup vdpa dev del "$1"
	for net_ns in host guest; do
		# Not by in_ns(), whose process in the background would be another shell.
		nsenter --net=/run/netns/$net_ns "$HELPERS_DIR/packets" serve 4000 &
		cleanup kill $!
		wait_for 5 in_ns $net_ns sh -c 'ss -ltn | grep -q :4000' || return 1
	done
}

# offload_wire NAME FEATURES: as wire(), in these namespaces and with IPv6
offload_wire() {
	add "$1" mtu 65535 device_features "$2" || return 1
	HOST_DEV=$(representor "$1")
	GUEST_DEV=$(netdev "$1")
	offload_end host "$HOST_DEV" $HOST_IP $HOST_IP6 &&
		offload_end guest "$GUEST_DEV" $GUEST_IP $GUEST_IP6 &&
		offload_datagrams guest "$GUEST_DEV" "$2" &&
		wait_for 5 ping_guest
}

# offload_datagrams NAMESPACE DEVICE FEATURES: Linux' driver cuts datagrams itself, unless it is
# told not to
offload_datagrams() {
	[ $(($3 >> HOST_USO & 1)) = 0 ] ||
		in_ns "$1" ethtool -K "$2" tx-udp-segmentation on
}

# offload_end NAMESPACE DEVICE ADDRESS ADDRESS6
offload_end() {
	ip link set "$2" netns "$1" &&
		in_ns "$1" ip address add "$3/24" dev "$2" &&
		in_ns "$1" ip address add "$4/64" dev "$2" nodad &&
		in_ns "$1" ip link set "$2" up
}

# offload_slice SLICE NAMESPACE ADDRESS ADDRESS6 FEATURES: sets offload_dev, its interface,
# which is there with an MTU of 1500
offload_slice() {
	add "$1" mtu 65535 device_features "$5" || return 1
	offload_dev=$(netdev "$1")
	offload_end "$2" "$offload_dev" "$3" "$4" &&
		offload_datagrams "$2" "$offload_dev" "$5" &&
		in_ns "$2" ip link set "$offload_dev" mtu 1500
}

# negotiated DEVICE BIT...: 1 for each that its driver, in the guest, has accepted, 0 for others
negotiated() {
	negotiated_all=$(guest cat "/sys/class/net/$1/device/features")
	shift
	for negotiated_bit; do
		printf '%s' "$negotiated_all" | cut -c $((negotiated_bit + 1))
	done | tr -d '\n'
}

# other_end NAMESPACE: sets to4 and to6, its addresses
other_end() {
	case $1 in
	host) to4=$GUEST_IP to6=$GUEST_IP6 ;;
	*) to4=$HOST_IP to6=$HOST_IP6 ;;
	esac
}

# streams NAMESPACE BYTES: to the other end
streams() {
	other_end "$1"
	in_ns "$1" timeout 60 "$HELPERS_DIR/packets" tcp "$to4" 4000 "$2" &&
		in_ns "$1" timeout 60 "$HELPERS_DIR/packets" tcp "$to6" 4000 "$2"
}

# watched FROM: a stream over IPv4, of whose segments that come to the representor, or to the
# driver's interface, summed have their checksum, unsummed lack it, and the longest has so many
# bytes
watched() {
	case $1 in
	host) there=guest dev=$GUEST_DEV ;;
	guest) there=host dev=$HOST_DEV ;;
	esac
	other_end "$1"
	nsenter --net=/run/netns/$there "$HELPERS_DIR/watch" "$dev" 4000 \
		>"$lib_scratch/watched" &
	watcher=$!
	wait_for 5 grep -q ready "$lib_scratch/watched"
	in_ns "$1" timeout 60 "$HELPERS_DIR/packets" tcp "$to4" 4000 2000000
	kill $watcher
	wait $watcher
	comment "$(tail -n 1 "$lib_scratch/watched")"
	read -r summed unsummed longest <<-END
		$(tail -n 1 "$lib_scratch/watched")
	END
}

# Segments and datagrams with a wrong checksum, at both ends.
csum_errors() {
	for net_ns in host guest; do
		in_ns "$net_ns" nstat -asz TcpInCsumErrors UdpInCsumErrors Udp6InCsumErrors
	done | awk '/CsumErrors/ { n += $2 } END { print n + 0 }'
}
