#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The sizes of the rings of a virtio interface change while streams run, whose data
# arrives as it was sent; when the device refuses, the interface goes on or is cured by
# the next change.
# timeout: 180
# kernels: plain debug kcsan
# expect-log: virtqueue 0 failed: -EIO
# expect-log: virtqueue 0 again failed: -EIO
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice with two pairs is connected" wire one max_vqp 2

# sizes: largest and present, of receive and transmit rings
sizes() {
	guest ethtool -g "$GUEST_DEV" | awk '/^(RX|TX):/ { printf "%s%s", sep, $2; sep = " " }'
}

resize() {
	guest ethtool -G "$GUEST_DEV" "$@"
}

check_eq "rings can have 1024 entries and have 256" "$(sizes)" "1024 1024 256 256"
for want in "64 64" "1024 1024" "32 128" "512 32" "100 999" "1024 256"; do
	check "rings of $want entries" resize rx "${want% *}" tx "${want#* }"
	check_eq "are what is told" "$(sizes)" "1024 1024 $want"
	check "and frames pass" wait_for 5 ping_guest
done
check_fail "no ring has more" "" resize rx 2048
check "which does no harm" wait_for 5 ping_guest
need "a slice with split rings" add split device_features 0x10330030028
check "whose size changes" ethtool -G "$(netdev split)" rx 128
check_fail "to a power of two only" "" ethtool -G "$(netdev split)" rx 100

size=$(repeat 6000000)
[ "$size" -le 6000000 ] || size=6000000
head -c $((size + 1)) /dev/urandom >"$lib_scratch/here"

# copy FROM TO ADDRESS PORT: a file from one namespace to the other
copy() {
	in_ns "$2" timeout 120 "$HELPERS_DIR/stream" receive "$4" >"$lib_scratch/$4" &
	receiver=$!
	wait_for 5 in_ns "$2" sh -c "ss -ltn | grep -q :$4"
	in_ns "$1" timeout 120 "$HELPERS_DIR/stream" send "$3" "$4" <"$lib_scratch/here"
	wait $receiver
	cmp "$lib_scratch/here" "$lib_scratch/$4"
}

# Streams both ways until both have ended; then the file stop is there.
streams() {
	copy host guest $GUEST_IP 4000 &
	there=$!
	copy guest host $HOST_IP 4001
	back=$?
	wait $there && [ $back = 0 ]
}

streams_end() {
	streams >"$lib_scratch/streams" 2>&1 && touch "$lib_scratch/good"
	touch "$lib_scratch/stop"
}

# At least a few, however fast the streams are.
resizes() {
	changes=0
	while [ ! -e "$lib_scratch/stop" ] || [ $changes -lt 5 ]; do
		for n in 64 1024 32 512; do
			resize rx $n tx $n || return
			sleep 0.02
		done
		changes=$((changes + 1))
	done
}

streams_end &
ender=$!
check "sizes change as long as streams run" resizes
comment "$changes rounds of four changes"
wait $ender
check "and their data is right" test -e "$lib_scratch/good"
for vq in 0 1 2 3; do
	check_eq "queue $vq has met no error" "$(counter one $vq errors)" 0
done
check "the number of pairs changes, too" guest ethtool -L "$GUEST_DEV" combined 2
check "and sizes of both" resize rx 128 tx 128
check "frames pass" wait_for 5 ping_guest

echo 5 >"$FAULT/reset_vq"
check_fail "the device refuses to reset a queue" "Input/output error" resize rx 256
check "frames pass as before" wait_for 5 ping_guest
echo 0 >"$FAULT/reset_vq"

guest ethtool -L "$GUEST_DEV" combined 1
echo 5 >"$FAULT/set_vq_num"
check_fail "it refuses to set one up again" "Device or resource busy" resize rx 256
echo 0 >"$FAULT/set_vq_num"
check "which the next change cures" resize rx 512
check "and frames pass" wait_for 5 ping_guest
