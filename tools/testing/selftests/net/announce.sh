#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver whose representor comes up, or becomes a port of a bridge, is asked to announce
# itself, and does: so the bridge knows it before it has sent anything else. In class virtio
# that is so if the slice was made for it.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one device_features 0x330a78028
GUEST_MAC=$(guest cat "/sys/class/net/$GUEST_DEV/address")

# What the bridge has learned of the port.
learned() {
	host bridge fdb show dev "$HOST_DEV" | grep -q "^$GUEST_MAC .*master br0 *$"
}

announces() {
	vdpa dev config show one | sed -n 's/.* link_announce \([a-z]*\).*/\1/p'
}

announced() {
	[ "$(announces)" = false ]
}

check_match "the feature is negotiated" "$(vdpa dev config show one)" "*GUEST_ANNOUNCE*"
check_eq "nothing is asked for" "$(announces)" false
need "a bridge" host ip link add br0 type bridge
host ip link set br0 up
sent=$(counter one 2 commands)
check "the representor becomes a port of it" host ip link set "$HOST_DEV" master br0
check "which knows the driver" wait_for 5 learned
check "the driver has said so" test "$(counter one 2 commands)" -gt "$sent"
check "nothing more is asked for" wait_for 5 announced

host ip link set "$HOST_DEV" down
host bridge fdb flush dev br0
check_eq "a port that is down knows nobody" "$(learned && echo somebody)" ""
host ip link set "$HOST_DEV" up
check "when it comes up it does" wait_for 5 learned
check "nothing more is asked for" wait_for 5 announced
check_eq "no command failed" "$(counter one 2 failed)" 0

need "a slice without the feature" add plain
host ip link set "$HOST_DEV" nomaster
need "its driver is not asked" ip link set "$(representor plain)" up
check_match "and its link is up" "$(vdpa dev config show plain)" "*link up*"
