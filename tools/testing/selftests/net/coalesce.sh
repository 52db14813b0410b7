#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver that asks for fewer interrupts gets fewer, and no frame waits for longer than
# it has said.
# alone:
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
coalesce() {
	guest ethtool -c "$GUEST_DEV" | sed -n "s/^$1:[[:space:]]*//p"
}

# interrupts NUMBER [QUEUE]: how many come for that many frames, one every 2 ms
interrupts() {
	before=$(counter one "${2:-0}" notifications)
	host ping -q -c "$1" -i 0.002 -W 1 $GUEST_IP >/dev/null
	echo $(($(counter one "${2:-0}" notifications) - before))
}

# slowest: of some answers, one after the other, in ms
slowest() {
	host ping -q -c 10 -i 0.3 -W 5 $GUEST_IP |
		sed -n 's,^rtt [^=]*= [^/]*/[^/]*/\([0-9]*\)\..*,\1,p'
}

check_match "the feature is negotiated" "$(vdpa dev config show one)" "*bit_53*"
without=$(interrupts 200)
check "receive interrupts are coalesced" guest ethtool -C "$GUEST_DEV" rx-usecs 100000 rx-frames 50
check_eq "the interface says so" "$(coalesce rx-usecs) $(coalesce rx-frames)" "100000 50"
with=$(interrupts 200)
comment "$without interrupts without, $with with"
check "fewer of them come" test $((2 * with)) -lt "$without"
slow=$(slowest)
comment "slowest answer: $slow ms"
check "a frame alone waits for the time" test "$slow" -ge 90
check "and not for longer" test "$slow" -lt $((1000 * ${RUN_PATIENCE:-1}))

# Only time: there is no number of frames that would be enough.
check "with no frames to wait for" guest ethtool -C "$GUEST_DEV" rx-usecs 1000000 rx-frames 0
slow=$(slowest)
check "nothing waits" test "$slow" -lt 500

check "with all that are there" guest ethtool -C "$GUEST_DEV" rx-usecs 4000000 rx-frames 1000
before=$(counter one 0 notifications)
host "$HELPERS_DIR/flows" $GUEST_IP 5
sleep 0.3
check_eq "what is pending waits" "$(counter one 0 notifications)" "$before"
check "until the driver asks for less" guest ethtool -C "$GUEST_DEV" rx-usecs 0 rx-frames 0
check_eq "then it comes" "$(counter one 0 notifications)" $((before + 1))
check "frames pass as before" ping_guest

# What it has sent concerns the driver alone.
without=$(interrupts 200 1)
check "transmit interrupts are coalesced" \
	guest ethtool -C "$GUEST_DEV" tx-usecs 1000000 tx-frames 50
check_eq "the interface says so" "$(coalesce tx-usecs) $(coalesce tx-frames)" "1000000 50"
with=$(interrupts 200 1)
comment "$without interrupts of transmission without, $with with"
check "fewer of them come" test $((2 * with)) -lt "$without"
slow=$(slowest)
comment "slowest answer: $slow ms"
check "no frame that is received waits" test "$slow" -lt 500
check "as before" guest ethtool -C "$GUEST_DEV" tx-usecs 0 tx-frames 1
check "frames pass as before" ping_guest
check_eq "no command failed" "$(counter one 2 failed)" 0

check "a driver goes that has asked for it" guest ethtool -C "$GUEST_DEV" rx-usecs 4000000 rx-frames 1000
need "the slice is parked" set_class one none
need "the slice is back" set_class one virtio
need "it is connected again" connect_guest
check "it ends with the driver" test "$(slowest)" -lt 500
