#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A virtio driver that writes garbage into a ring breaks that queue: it is counted, the
# driver is told, another slice does not notice, and a reset cures it.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

DRIVERS=/sys/bus/virtio/drivers
PARAMETERS=/sys/module/mdev_test_broken/parameters

need "the modules load" load_nic
need "a slice is connected" wire one
need "another one is there" add bad
rep_up bad
cleanup vdpa dev del bad
device=$(basename "$CDEVS"/bad/virtio*)
need "the broken driver loads" modprobe mdev_test_broken slice=bad
cleanup rmmod mdev_test_broken

# Frames of the other slice, all the time.
host ping -i 0.01 $GUEST_IP >"$lib_scratch/pings" 2>&1 &
pinger=$!

give() {
	write "$device" "$DRIVERS/$1/bind"
}

take() {
	write "$device" "$DRIVERS/$1/unbind"
}

# to ADDRESS DEVICE: frames that nobody answers leave by it
to() {
	ip route replace "$1/32" dev "$2"
	ip neighbour replace "$1" dev "$2" lladdr 02:00:00:00:00:77
	"$HELPERS_DIR/flows" "$1" 5
}
ip address add 198.51.100.1/32 dev bad

# The status bit 0x40 is DEVICE_NEEDS_RESET.
needs_reset() {
	[ $(($(cat "/sys/bus/virtio/devices/$device/status") & 0x40)) != 0 ]
}

whole() {
	! needs_reset
}

told() {
	[ "$(cat $PARAMETERS/changes)" -gt 0 ]
}

# Something for the receive queue to do.
needs_reset_of_frames() {
	to 198.51.100.2 bad
	needs_reset
}

# Errors of all its queues.
errors() {
	echo "$(counter bad 0 errors) $(counter bad 1 errors) $(counter bad 2 errors)"
}

# plus_one ERRORS QUEUE
plus_one() {
	echo "$1" | awk -v q="$2" '{ $(q + 1)++; print }'
}

# breaks QUEUE KIND
breaks() {
	text="queue $1, $2"
	need "$text: the driver is bound" give mdev_test_broken
	before=$(errors)
	check "$text: it is whole" whole
	check "$text: written" write "$1 $2" $PARAMETERS/write
	if [ "$1" = 0 ]; then
		check "$text: the device needs a reset" wait_for 5 needs_reset_of_frames
	else
		check "$text: the device needs a reset" wait_for 5 needs_reset
	fi
	check "$text: which its driver is told" wait_for 5 told
	check_eq "$text: one error is counted there" "$(errors)" "$(plus_one "$before" "$1")"
	check "$text: the driver goes" take mdev_test_broken
}

# works TEXT: with the driver that is not broken
works() {
	need "$1: virtio_net is bound" give virtio_net
	check "$1: it is whole" whole
	ip link set "$(netdev bad)" up
	seen=$(counter bad 1 packets)
	check "$1: frames leave it" wait_for 10 sent_more "$seen"
	check "$1: virtio_net goes" take virtio_net
}

sent_more() {
	to 198.51.100.3 "$(netdev bad)"
	[ "$(counter bad 1 packets)" -gt "$1" ]
}

need "virtio_net lets go of it" take virtio_net
# layout KIND...
layout() {
	for kind in "$@"; do
		for queue in 1 2 0; do
			breaks $queue "$kind"
		done
	done
}

# garbage TEXT: any bytes at all
garbage() {
	need "random garbage, $1: the driver is bound" give mdev_test_broken
	for _ in $(seq "$(repeat 20)"); do
		for queue in 0 1 2; do
			write "$queue random" $PARAMETERS/write
		done
		to 198.51.100.2 bad
		take mdev_test_broken
		give mdev_test_broken
	done
	check "random garbage, $1, is survived" take mdev_test_broken
	works "after garbage in $1"
}

write N $PARAMETERS/packed
layout index head next loop nowhere length table
works "after all that"

garbage "split rings"

need "commands: the driver is bound" give mdev_test_broken
check "commands of any kind are written" write "2 commands" $PARAMETERS/write
check_eq "each is answered" "$(cat $PARAMETERS/answers)" 256
check "which needs no reset" whole
check "and counted" [ "$(counter bad 2 commands)" -ge 256 ]
check "the driver goes" take mdev_test_broken
works "after commands"

if [ "$(vdpa -j mgmtdev show | jq '[.mgmtdev[].dev_features[]?] | index("RING_PACKED") != null')" = true ]; then
	write Y $PARAMETERS/packed
	layout loop nowhere length table
	works "after packed rings"
	garbage "packed rings"
fi

pkill -INT -x ping
wait $pinger
comment "$(tail -n 2 "$lib_scratch/pings" | head -n 1)"
# The last one may have been on its way when it was stopped.
lost=$(awk '/packets transmitted/ { print $1 - $4 }' "$lib_scratch/pings")
check "the other slice has lost nothing" [ "$lost" -le 1 ]
for vq in 0 1 2; do
	check_eq "its queue $vq has met no error" "$(counter one $vq errors)" 0
done
