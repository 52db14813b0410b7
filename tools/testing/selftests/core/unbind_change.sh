#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# While a parent that goes waits for a slice that is being changed, no slice of it is changed
# any more: it would have to wait for that one, too.
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
for name in one two; do
	need "slice $name" add $name
	need "is parked" set_class $name none
done

echo 60000 >"$FAULT/delay_ms"
end_delay() {
	echo 0 >"$FAULT/delay_ms"
	echo 1 >"$FAULT/wake"
}
cleanup end_delay
set_class one virtio &
change=$!
begun() {
	[ "$(cat "$FAULT/delayed")" -gt 0 ]
}
need "the first one is being changed" wait_for 10 begun

write $NIC /sys/bus/platform/drivers/mdev_net/unbind &
unbind=$!
gone() {
	! vdpa mgmtdev show platform/$NIC
}
need "the NIC goes" wait_for 10 gone
check_match "and waits for it" "$(attr one state)" "changing*"
check "the other one is still there" test -e $SLICES/two
check_fail "but is not changed any more" "No such device" set_class two none
check_fail "nor configured" "No such device" vdpa dev set name two mac 02:00:00:00:00:01

end_delay
wait $change
check "the NIC has gone when the change has ended" wait $unbind
check "with both of them" test ! -e $SLICES/two
