#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# ethtool tells of a representor what there is: queue pairs, queue lengths, and counters
# that agree with those of the virtqueues.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice with two pairs is connected" wire one max_vqp 2
# field COMMAND NAME NUMBER: what a line of ethtool says, the first or second time
field() {
	host ethtool "$1" "$HOST_DEV" | sed -n "s/^$2:[[:space:]]*//p" | sed -n "$3p"
}

stat() {
	host ethtool -S "$HOST_DEV" | sed -n "s/^[[:space:]]*$1: //p"
}

check_eq "the driver may use two pairs" "$(field -l Combined 1)" 2
guest ethtool -L "$GUEST_DEV" combined 1
check_eq "and uses one" "$(field -l Combined 2)" 1
guest ethtool -L "$GUEST_DEV" combined 2
check_eq "then two" "$(field -l Combined 2)" 2
check_fail "that is not the representor's to say" "" host ethtool -L "$HOST_DEV" combined 1
check_eq "frames that wait for the driver" "$(field -g TX 2)" 512
check_eq "and for the host" "$(field -g RX 2)" 256

# agree STATISTIC QUEUE COUNTER: though the stacks may send something between the two
agree() {
	[ "$(stat "$1")" = "$(counter one "$2" "$3")" ]
}

host "$HELPERS_DIR/flows" $GUEST_IP 100
check "an answer" ping_guest
sleep 0.3
for pair in 0 1; do
	for key in packets bytes drops kicks notifications suppressed errors; do
		check "tx$pair $key" wait_for 10 agree tx${pair}_$key $((2 * pair)) $key
		check "rx$pair $key" wait_for 10 agree rx${pair}_$key $((2 * pair + 1)) $key
	done
done
check "tx0 filtered" wait_for 10 agree tx0_filtered 0 filtered
check "something was counted" test "$(stat rx0_packets)" -gt 0
