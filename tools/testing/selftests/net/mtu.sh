#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The provisioned MTU is that of both ends, and no longer frame reaches the driver.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one mtu 2000
mtu() {
	in_ns "$1" cat "/sys/class/net/$2/mtu"
}
check_eq "the representor has it" "$(mtu host "$HOST_DEV")" 2000
check_eq "the interface has it" "$(mtu guest "$GUEST_DEV")" 2000
check_eq "the configuration has it" "$(config one mtu)" 2000
check "a frame of that size" host ping -q -c 1 -W 2 -M 'do' -s 1972 $GUEST_IP
check_fail "the interface takes no larger one" "" \
	guest ip link set "$GUEST_DEV" mtu 2001

check "the representor can be set higher" host ip link set "$HOST_DEV" mtu 9000
before=$(counter one 0 drops)
check_fail "a longer frame does not reach the driver" "" \
	host ping -q -c 2 -i 0.05 -W 1 -M 'do' -s 4000 $GUEST_IP
check_eq "it is counted" "$(counter one 0 drops)" $((before + 2))
check_eq "on the representor, too" "$(host_stat tx_dropped)" 2
check_fail "65535 is the highest" "" host ip link set "$HOST_DEV" mtu 65536
check "frames pass as before" ping_guest

check "the smallest one" add small mtu 68
check_eq "is that of the representor" "$(cat /sys/class/net/small/mtu)" 68
check "the largest one" add large mtu 65535
check_eq "is that of the representor" "$(cat /sys/class/net/large/mtu)" 65535
