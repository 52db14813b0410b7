#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The system goes to sleep, as far as its devices do, and wakes up, while streams run over
# a slice, another one is in use by a process, and others come and go: all go on.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

POWER=/sys/power

need "the modules load" load_nic
need "and that of class vhost" modprobe mdev_vhost
[ -w $POWER/pm_test ] || skip_all "a kernel that can try to sleep is needed"
need "it is only tried, as far as devices go" write devices $POWER/pm_test
cleanup write none $POWER/pm_test
write 1 /sys/module/suspend/parameters/pm_test_delay

# Devices sleep for a second, and everyone with them.
nap() {
	write freeze $POWER/state
}

need "a slice with two pairs is connected" wire one max_vqp 2
check "both are used" guest ethtool -L "$GUEST_DEV" combined 2
need "one whose interface is down" add down
need "one that has no driver" add lone
lone=$(basename "$CDEVS"/lone/virtio*)
write "$lone" /sys/bus/virtio/drivers/virtio_net/unbind
need "one in class vhost" add held
need "which it enters" set_class held vhost
rep_up held
need "one in no class" add parked
need "which it is in" set_class parked none
for name in down lone held parked; do
	cleanup vdpa dev del $name
done
"$HELPERS/vhost/exchange" held run >"$lib_scratch/held" 2>&1 &
user=$!
cleanup kill -9 $user
need "a process uses the one in class vhost" wait_for 20 grep -q ready "$lib_scratch/held"

pairs() {
	guest ethtool -l "$GUEST_DEV" | sed -n "s/^Combined:[[:space:]]*//p" | sed -n 2p
}

# sizes: of the rings
sizes() {
	guest ethtool -g "$GUEST_DEV" | awk '/^(RX|TX):/ { s = s " " $2 } END { print s }'
}

# held_goes_on: it sends all the time
held_goes_on() {
	held_before=$(counter held 1 packets)
	wait_for 10 held_has_sent
}

held_has_sent() {
	[ "$(counter held 1 packets)" -gt $((held_before + 100)) ]
}

# everything TEXT
everything() {
	check "$1: frames pass" wait_for 10 ping_guest
	check_eq "$1: by both pairs" "$(pairs)" 2
	check "$1: the process goes on" held_goes_on
	check_eq "$1: the others are where they were" \
		"$(attr down state), $(attr lone state), $(attr parked class)" \
		"ready bound, ready bound, none"
}

check "rings get a size" guest ethtool -G "$GUEST_DEV" rx 64 tx 128
everything "before"
check_eq "which they have" "$(sizes)" " 1024 1024 64 128"
check "the system naps" nap
everything "after a nap"
check_eq "the driver has set its device up anew" "$(sizes)" " 1024 1024 256 256"

size=$(repeat 20000000)
[ "$size" -le 20000000 ] || size=20000000
head -c $((size + 1)) /dev/urandom >"$lib_scratch/here"

# copy FROM TO ADDRESS PORT: a file from one namespace to the other, again and again
copy() {
	while [ ! -e "$lib_scratch/stop" ]; do
		in_ns "$2" timeout 120 "$HELPERS_DIR/stream" receive "$4" >"$lib_scratch/$4" &
		receiver=$!
		wait_for 5 in_ns "$2" sh -c "ss -ltn | grep -q :$4"
		in_ns "$1" timeout 120 "$HELPERS_DIR/stream" send "$3" "$4" <"$lib_scratch/here"
		wait $receiver
		cmp "$lib_scratch/here" "$lib_scratch/$4" || return
		echo x >>"$lib_scratch/copies"
	done
	touch "$lib_scratch/good-$4"
}

# Slices in all classes come and go.
churn() {
	while [ ! -e "$lib_scratch/stop" ]; do
		for class in virtio vhost none; do
			add brief max_vqp 2 && set_class brief $class
			vdpa dev del brief || return
		done
	done
	touch "$lib_scratch/good-churn"
}

copy host guest $GUEST_IP 4000 >/dev/null 2>&1 &
copy guest host $HOST_IP 4001 >/dev/null 2>&1 &
churn >"$lib_scratch/churn" 2>&1 &
for i in 1 2 3; do
	sleep 0.$i
	check "nap $i, under streams, while slices come and go" nap
done
touch "$lib_scratch/stop"
wait_for 60 test -e "$lib_scratch/good-4000" -a -e "$lib_scratch/good-4001"
comment "$(wc -l <"$lib_scratch/copies") files were copied"
check "data from the host is right" test -e "$lib_scratch/good-4000"
check "data from the guest is right" test -e "$lib_scratch/good-4001"
wait_for 20 test -e "$lib_scratch/good-churn"
check "slices have come and gone" test -e "$lib_scratch/good-churn" ||
	sed 's/^/# /' "$lib_scratch/churn"
everything "in the end"
check "the lone one gets its driver" write "$lone" /sys/bus/virtio/drivers/virtio_net/bind
check "and an interface" wait_for 5 test -n "$(netdev lone)"
