#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each end sees whether the other is there: the representor's carrier follows the
# driver, the driver's link follows the representor.
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
check_eq "the representor has a carrier" "$(carrier host "$HOST_DEV")" 1
check_eq "the interface has a carrier" "$(carrier guest "$GUEST_DEV")" 1
check_eq "its configuration says so" "$(link one)" up

host ip link set "$HOST_DEV" down
check "a representor that goes down takes the link down" \
	wait_for 2 carrier_is guest "$GUEST_DEV" 0
check_eq "the configuration says so" "$(link one)" down
host ip link set "$HOST_DEV" up
check "and up" wait_for 2 carrier_is guest "$GUEST_DEV" 1
check "frames pass again" wait_for 2 ping_guest

need "the slice is parked" set_class one none
check_eq "without a driver there is no carrier" "$(carrier host "$HOST_DEV")" 0
check "frames to nobody are dropped" test "$(host ping -q -c 2 -i 0.1 -W 1 $GUEST_IP |
	sed -n 's/.* \([0-9]*\) received.*/\1/p')" = 0
need "the slice is back" set_class one virtio
check "with a driver there is" wait_for 2 carrier_is host "$HOST_DEV" 1
need "it is connected again" connect_guest
