#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice whose driver has broken a queue is reported by the health reporter of its devlink
# port, with the reason; a reset by the driver cures it, and so does a recovery if the ring is in
# order again.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

DRIVERS=/sys/bus/virtio/drivers
PARAMETERS=/sys/module/mdev_test_broken/parameters

need "the modules load" load_nic
need "a slice" add bad
need "another one" add good
port=$(port bad)
good=$(port good)
device=$(basename "$CDEVS"/bad/virtio*)
need "the broken driver loads" modprobe mdev_test_broken slice=bad packed=N
cleanup rmmod mdev_test_broken
write "$device" $DRIVERS/virtio_net/unbind
need "and has the slice" write "$device" $DRIVERS/mdev_test_broken/bind

state_is() {
	[ "$(health "$1" state)" = "$2" ]
}
errors_are() {
	[ "$(health $port error)" = "$1" ] && state_is $port error
}
diagnosis() {
	devlink -j health diagnose "$1" reporter queues | jq -r "$2"
}
needs_reset() {
	[ $(($(cat "/sys/bus/virtio/devices/$device/status") & 0x40)) != 0 ]
}
whole() {
	! needs_reset
}
recover() {
	devlink health recover "$1" reporter queues
}
changes() {
	cat $PARAMETERS/changes
}

# told STATE: last. The port is named once only, which is how the command is.
told() {
	tail -n 1 "$lib_scratch/monitor" | grep -q "state $1"
}

check "it is healthy" state_is $port healthy
check_eq "diagnosis: the slice" "$(diagnosis $port .slice)" bad
check_eq "diagnosis: its class" "$(diagnosis $port .class)" virtio
check_eq "diagnosis: its queues" "$(diagnosis $port '.queues | length')" 3
check_eq "diagnosis: no reset is needed" "$(diagnosis $port .needs_reset)" false
check_eq "diagnosis: no queue is broken" "$(diagnosis $port '[.queues[].broken] | any')" false
check "to recover what is healthy is nothing" recover $port
check_eq "and not counted" "$(health $port recover)" 0
devlink monitor health >"$lib_scratch/monitor" &
monitor=$!
cleanup kill $monitor
sleep 1

write "1 head" $PARAMETERS/write
check "a broken queue is an error" wait_for 5 state_is $port error
check_eq "which is counted" "$(health $port error)" 1
check_eq "diagnosis: a reset is needed" "$(diagnosis $port .needs_reset)" true
check_eq "diagnosis: of queue 1" "$(diagnosis $port '.queues[] | select(.broken) | .index')" 1
check_eq "diagnosis: its driver broke the rules" \
	"$(diagnosis $port '.queues[] | select(.broken) | .errno')" 71
check "listeners are told" wait_for 5 told error
check_eq "the other slice is healthy" "$(health "$good" state)" healthy
dump() {
	devlink -j health dump show $port reporter queues | jq -r "$1"
}
check_eq "what it was like was dumped" "$(dump '.queues[] | select(.broken) | .index')" 1
check "the dump is cleared" devlink health dump clear $port reporter queues
check "the device still needs a reset" needs_reset

check "to recover with the ring as it is" recover $port
check "is in vain" wait_for 5 errors_are 2
check "the device needs a reset" needs_reset

before=$(changes)
write "1 nothing" $PARAMETERS/write
check "a ring in order alone does not help" needs_reset
check "it is recovered" recover $port
check "and stays healthy" sh -c "sleep 1; devlink health show $port reporter queues | grep -q healthy"
check_eq "recoveries are counted" "$(health $port recover)" 2
check "no reset is needed" whole
check_eq "diagnosis: the queue is not broken" "$(diagnosis $port '.queues[1].broken')" false
check "the driver is told" [ "$(changes)" -gt "$before" ]
write "1 head" $PARAMETERS/write
check "the queue runs: it can be broken again" wait_for 5 errors_are 3


# Frames for the receive queue.
rep_up bad
ip address add 198.51.100.1/32 dev bad
ip route add 198.51.100.2/32 dev bad
ip neighbour add 198.51.100.2 dev bad lladdr 02:00:00:00:00:77
send_frames() {
	"$HELPERS_DIR/flows" 198.51.100.2 5
}
receive_breaks() {
	send_frames
	[ "$(diagnosis $port '.queues[0].broken')" = true ]
}
interrupts() {
	cat $PARAMETERS/interrupts
}

write "1 nothing" $PARAMETERS/write
write "0 head" $PARAMETERS/write
check "the receive queue breaks" wait_for 5 receive_breaks
write "0 buffer" $PARAMETERS/write
before=$(interrupts)
echo 1000 >"$FAULT/delay_ms"
recover $port &
recovery=$!
cleanup sh -c "echo 0 >$FAULT/delay_ms"
for _ in $(seq 8); do
	send_frames
	sleep 0.1
done
check "it is recovered, and a frame comes before anybody is told" wait $recovery
echo 0 >"$FAULT/delay_ms"
check_eq "diagnosis: the frame" "$(diagnosis $port '.queues[0].used')" 1
check "its interrupt is not lost" [ "$(interrupts)" -gt "$before" ]

echo 5 >"$FAULT/recover"
write "1 head" $PARAMETERS/write
check "broken again" wait_for 5 state_is $port error
write "1 nothing" $PARAMETERS/write
check_fail "a recovery that fails" "" recover $port
check "the device needs a reset" needs_reset
echo 0 >"$FAULT/recover"
check "another one" recover $port
check "no reset is needed" whole

# Its driver has no interrupt for it: it waits for an answer, until it is told that there will
# be none. The memory of the command is its own again then.
write "2 head" $PARAMETERS/write
check "the control queue breaks" wait_for 5 state_is $port error
write "2 nothing" $PARAMETERS/write
check_fail "it is not recovered" "queue 2: its driver has given it up" recover $port
check "the device needs a reset" needs_reset
check_eq "diagnosis: it is broken" "$(diagnosis $port '.queues[2].broken')" true
write "$device" $DRIVERS/mdev_test_broken/unbind
check "a driver that begins anew" write "$device" $DRIVERS/virtio_net/bind
check "cures it" whole
check "it is healthy" state_is $port healthy
write "$device" $DRIVERS/virtio_net/unbind
need "the broken driver has it again" write "$device" $DRIVERS/mdev_test_broken/bind

errors=$(health $port error)
write "1 head" $PARAMETERS/write
check "broken once more" wait_for 5 errors_are $((errors + 1))
recovered=$(health $port recover)
check "its driver goes, which resets it" write "$device" $DRIVERS/mdev_test_broken/unbind
check "that is a recovery" wait_for 5 state_is $port healthy
check_eq "which is counted" "$(health $port recover)" $((recovered + 1))
check "listeners are told" wait_for 5 told healthy

need "it is broken again" write "$device" $DRIVERS/mdev_test_broken/bind
write "1 head" $PARAMETERS/write
check "and reported" wait_for 5 state_is $port error
check "a broken slice goes" vdpa dev del bad
check_fail "with its reporter" "" devlink health show $port reporter queues
