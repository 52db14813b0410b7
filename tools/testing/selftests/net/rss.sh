#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each frame goes to the receive queue that the driver's indirection table says for its hash, and
# the driver gets the hash: that of the published verification suite of RSS.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-tap.sh"

need "the modules load" load_nic
need "a slice with four pairs is connected" wire one max_vqp 4
KEY=6d:5a:56:da:25:5b:0e:c2:41:67:25:3d:43:a3:8f:b0:d0:ca:2b:cb:ae:7b:30:b4:77:cb:2d:a3:80:30:f2:0c:6a:42:b7:3b:be:ac:01:fa

received() {
	echo "$(counter one 0 packets) $(counter one 2 packets) $(counter one 4 packets) $(counter one 6 packets)"
}

# spread: how many of 200 datagrams, each of a flow of its own, each queue gets
spread() {
	before=$(received)
	host "$HELPERS_DIR/flows" $GUEST_IP 200
	sleep 0.2
	echo "$before $(received)" |
		awk '{ for (i = 1; i <= 4; i++) printf "%d ", $(i + 4) - $i; print "" }'
}

# used: which of them get more than a few
used() {
	spread | awk '{ for (i = 1; i <= 4; i++) printf "%d", ($i > 10) }'
}

check_match "the features are negotiated" "$(vdpa dev config show one)" "*HASH_REPORT*"
check_match "both of them" "$(vdpa dev config show one)" "*RSS*"
check_match "there is a table of 128 entries" "$(guest ethtool -x "$GUEST_DEV")" "*120:*"
need "the driver takes four" guest ethtool -L "$GUEST_DEV" combined 4
# Else Linux' driver keeps which hashes are wanted to itself.
need "hashes are reported" guest ethtool -K "$GUEST_DEV" rxhash on
guest ethtool -N "$GUEST_DEV" rx-flow-hash udp4 sdfn
check_eq "all queues are used" "$(used)" 1111
check "a table that has two of them" guest ethtool -X "$GUEST_DEV" weight 0 1 0 1
check_eq "these are used" "$(used)" 0101
check "a table that has one" guest ethtool -X "$GUEST_DEV" weight 0 0 1 0
check_eq "that is used" "$(used)" 0010
check "all again" guest ethtool -X "$GUEST_DEV" equal 4
check_eq "all are used" "$(used)" 1111
check "without the ports" guest ethtool -N "$GUEST_DEV" rx-flow-hash udp4 sd
check_eq "two hosts use one queue" "$(used | tr -d 0)" 1
guest ethtool -N "$GUEST_DEV" rx-flow-hash udp4 sdfn

need "another slice" add two max_vqp 2
other=$(netdev two)
for dev in two "$other"; do
	need "$dev is up" rep_up "$dev"
done
need "the key of the verification suite" ethtool -X "$other" hkey $KEY
ethtool -N "$other" rx-flow-hash udp4 sdfn
ethtool -N "$other" rx-flow-hash udp6 sdfn
need "hashes are reported" ethtool -K "$other" rxhash on
need "two queues" ethtool -L "$other" combined 2
# The first of 128 entries for the second queue is the 96th.
need "a table that has the first one three times as often" ethtool -X "$other" weight 3 1
tap rxhash two "$other" 96
check_eq "no command failed" "$(counter one 8 failed) $(counter two 4 failed)" "0 0"
