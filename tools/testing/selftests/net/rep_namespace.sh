#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A representor is moved to other network namespaces, which end while the slice lives, and
# the slice's own interface to another one: frames pass, counters and names stay, everybody
# tells where it is, and what ends leaves nothing behind.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

# end NAMESPACE DEVICE ADDRESS: in that namespace already
end() {
	in_ns "$1" ip address add "$3/24" dev "$2" && in_ns "$1" ip link set "$2" up
}

# ifindex NAMESPACE DEVICE
ifindex() {
	ip -n "$1" -j link show dev "$2" | jq '.[0].ifindex'
}

# told: where the representor is, as the command tells it
told() {
	tribus -j slice show one | jq -c '.[0].representor'
}

# in_namespace NAME: does the command tell that it is there, under the index it has there?
in_namespace() {
	# It gets its id when it is first told of.
	here=$(told)
	there=$(ip -j netns list-id | jq "map(select(.name == \"$1\"))[0].nsid")
	check_eq "it is told where it is" "$here" \
		"{\"ifindex\":$(ifindex "$1" "$HOST_DEV"),\"netnsid\":$there}"
}

# same NAMESPACE: have the queue, the representor and the slice's interface counted the same
# frames? While the representor was on its way those of the slice were dropped.
same() {
	same_packets=$(counter one 1 packets)
	[ "$same_packets" -gt 0 ] && [ "$(guest_stat tx_packets)" = "$same_packets" ] &&
		[ $(($(in_ns "$1" cat "/sys/class/net/$HOST_DEV/statistics/rx_packets") +
			$(counter one 1 drops))) = "$same_packets" ]
}

ping_from() {
	in_ns "$1" ping -q -c 1 -W "${RUN_PATIENCE:-1}" $GUEST_IP
}

# Short frames both ways and long ones to the representor, until quiet. A process would keep
# its namespace from ending, so none of them is in the representor's.
flood() {
	guest timeout 20 ping -q -f -s 1400 $HOST_IP >/dev/null 2>&1 &
	guest timeout 20 "$HELPERS_DIR/packets" flood $HOST_IP 9 60000 1000 >/dev/null 2>&1 &
	carries one
}

quiet() {
	pkill -x ping
	pkill -x packets
	wait
}

# back NAME: the representor is an interface of this namespace
back() {
	[ -e "/sys/class/net/$1" ]
}

need "the modules load" load_nic
remember
need "a slice is connected" wire one
check_eq "its name came along" "$HOST_DEV" one
in_namespace host
check "another name" ip -n host link property add dev one altname vm-one-uplink

# What another namespace has under the same index makes it get another one.
new_ns other
ip -n other link add taken index "$(ifindex host one)" type bridge
check "it moves on" ip -n host link set one netns other
need "and is connected" end other one $HOST_IP
guest ip neighbour flush all
check "frames pass" wait_for 5 ping_from other
in_namespace other
check "the other name came along" ip -n other link show dev vm-one-uplink
check "every counter has as many frames" wait_for 5 same other
check_eq "it is a port of the NIC" "$(ip -n other -j -d link show dev one | jq -r '.[0].phys_port_name')" pf0sf0
check_match "the graph has no wrong name" "$(tribus slice show one --graph | grep -c represents)" 0
check_eq "the slice is in the list" "$(vdpa -j dev show one | jq -r '.dev.one.mgmtdev')" "platform/mdev_net0"

comment "the class changes meanwhile"
check "parked" set_class one none
check "without a carrier" wait_for 5 carrier_is other one 0
in_namespace other
check "and back" set_class one virtio
GUEST_DEV=$(netdev one)
ip link set "$GUEST_DEV" netns guest
need "its interface is connected" end guest "$GUEST_DEV" $GUEST_IP
ip -n other neighbour flush all
check "frames pass" wait_for 5 ping_from other

comment "its namespace ends under traffic"
need "frames flow" flood
check "it ends" ip netns delete other
check "the representor comes back" wait_for 10 back one
quiet
check "with its other name" ip link show dev vm-one-uplink
check_eq "as is told" "$(told)" "{\"ifindex\":$(cat /sys/class/net/one/ifindex),\"ifname\":\"one\"}"
check_eq "the slice is as it was" "$(attr one class) $(attr one state)" "virtio ready bound"
check "its link is down" wait_for 5 carrier_is guest "$GUEST_DEV" 0
ip link set one netns host
need "it is connected again" end host one $HOST_IP
check "frames pass" wait_for 5 ping_guest

comment "another interface has taken its names"
ip link add one type bridge
cleanup ip link delete one
ip link property add dev one altname vm-one-uplink
index=$(ifindex host one)
need "frames flow" flood
check "its namespace ends" ip netns delete host
check "it comes back under another name" wait_for 10 back "dev$index"
quiet
check_eq "which is told" "$(told)" "{\"ifindex\":$index,\"ifname\":\"dev$index\"}"
ip link delete one
ip link set "dev$index" name one
new_ns host
ip link set one netns host
need "it is connected" end host one $HOST_IP
check "frames pass" wait_for 5 ping_guest

comment "the namespace of the slice's own interface ends"
check "it ends" ip netns delete guest
check "the interface comes back" wait_for 10 back "$GUEST_DEV"
check_eq "the slice is as it was" "$(attr one class) $(attr one state)" "virtio ready bound"
new_ns guest
need "it is connected" connect_guest

comment "the slice is removed from under both"
need "frames flow" flood
check "it is" vdpa dev del one
quiet
check "the representor has gone" sh -c "! ip -n host link show dev one"
check "and the interface" sh -c "! ip -n guest link show dev $GUEST_DEV"
check "nothing is left" nothing_new

comment "all at once"
# round NUMBER: every other one under traffic
round() {
	new_ns host guest && add one || return
	GUEST_DEV=$(netdev one)
	ip link set one netns host && ip link set "$GUEST_DEV" netns guest &&
		end host one $HOST_IP && end guest "$GUEST_DEV" $GUEST_IP || return
	[ $(($1 % 2)) = 0 ] || flood || return
	ip netns delete host &
	ip netns delete guest &
	vdpa dev del one || return
	quiet
	wait_for 10 nothing_new
}
ip netns delete host
ip netns delete guest
for i in $(seq "$(repeat 8)"); do
	check "$i: namespaces end while the slice is removed" round "$i"
done
