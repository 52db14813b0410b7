#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A card of the sample mtty that is open stays: it is busy, its module is in use, and when it is
# removed its user is asked to let go of it, while others work on.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-mtty.sh"

# hold NUMBER: opens the vfio device of a card, until release NUMBER
hold() {
	mkfifo "$lib_scratch/in-$1"
	"$HELPERS/vfio/hold" "$(card "$1")" <"$lib_scratch/in-$1" >"$lib_scratch/out-$1" 2>&1 &
	sleep 1000 >"$lib_scratch/in-$1" &
	echo $! >"$lib_scratch/holder-$1"
	cleanup kill $!
	wait_for 10 grep -q open "$lib_scratch/out-$1"
}

release() {
	kill "$(cat "$lib_scratch/holder-$1")"
	rm "$lib_scratch/in-$1"
}

gone() {
	[ ! -e "$SLICES/$(card "$1")" ]
}

need "the modules load" load_mtty
need "a card" card_add 1 1
need "another" card_add 2 2
check "a user opens the first" hold 1
check_fail "it is busy" "busy" set_class "$(card 1)" none
check_eq "and where it was" "$(attr "$(card 1)" class) $(attr "$(card 1)" state)" "vfio ready bound"
check_fail "the module is in use" "in use" modprobe -r mdev_mtty
check "the other one can change" set_class "$(card 2)" none
check "and back" set_class "$(card 2)" vfio

check "the first one is removed" timeout 5 sh -c "echo 1 >$MEDIATED/$(card 1)/remove"
check "its user is asked" wait_for 10 grep -q asked "$lib_scratch/out-1"
check_eq "it waits" "$(attr "$(card 1)" state)" "dying bound"
check_eq "with its ports" "$(available 1)" 21
check_fail "nobody else can have its name" "File exists" card_add 1 1
check "the other one can be removed" timeout 5 sh -c "echo 1 >$MEDIATED/$(card 2)/remove"
check_eq "its ports are free" "$(available 1)" 23
release 1
check "when the user lets go it goes" wait_for 10 gone 1
check_eq "and its port is free" "$(available 1)" 24

# The parent waits for who has a card open.
need "a card" card_add 1 2
check "a user opens it" hold 1
sh -c "echo mtty >/sys/bus/platform/drivers/mtty/unbind" &
unbinding=$!
check "the parent goes: the user is asked" wait_for 10 grep -q asked "$lib_scratch/out-1"
check "it waits" kill -0 $unbinding
release 1
check "and goes then" wait $unbinding
check "it comes back" write mtty /sys/bus/platform/drivers/mtty/bind
check_eq "with all ports" "$(available 1)" 24

# A driver that user space wants for it, but does not know it.
need "a card" card_add 1 1
check "another driver is wanted" write vfio_virtio "$MEDIATED/$(card 1)/driver_override"
check "the card is unbound" write "$(card 1)" /sys/bus/mdev/drivers/mtty/unbind
check_fail "the other one refuses it" "" write "$(card 1)" /sys/bus/mdev/drivers/vfio_virtio/bind
check "no wish" write "" "$MEDIATED/$(card 1)/driver_override"
check "its own takes it" write "$(card 1)" /sys/bus/mdev/drivers/mtty/bind
check "the module goes with it" modprobe -r mdev_mtty
