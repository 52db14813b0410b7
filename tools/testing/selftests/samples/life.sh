#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices of the sample displays are made by their types until no more can be had, change
# class while nobody uses them, and are removed while somebody does.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-samples.sh"

# types PARENT: what it offers
types() {
	ls "/sys/class/mdev_bus/$1/mdev_supported_types" | tr '\n' ' '
}

# class NUMBER [CLASS]: of a slice
class() {
	if [ "${2-}" ]; then
		set_class "$(uuid "$1")" "$2"
	else
		attr "$(uuid "$1")" class
	fi
}

# life PARENT TYPE NUMBER: a slice there
life() {
	check "$1: a slice" make "$1" "$2" "$3"
	check_eq "$1: it is a mediated device" "$(class "$3") $(attr "$(uuid "$3")" state)" \
		"vfio ready bound"
	check_eq "$1: of the sample's own driver" \
		"$(readlink "$MEDIATED/$(uuid "$3")/driver")" "../../../../bus/mdev/drivers/$1"
	check_fail "$1: it is no virtio device" "not supported" class "$3" virtio
	check "$1: it is parked" class "$3" none
	check "$1: the device is gone" test ! -e "$MEDIATED/$(uuid "$3")"
	check "$1: and back" class "$3" vfio
	check "$1: a user" hold "$3"
	check_fail "$1: it is busy" "busy" class "$3" none
	check_fail "$1: its module is in use" "in use" modprobe -r "mdev_$1"
	check "$1: it is removed all the same" timeout 5 \
		sh -c "echo 1 >$MEDIATED/$(uuid "$3")/remove"
	check "$1: its user is asked" wait_for 10 asked "$3"
	check_match "$1: it waits" "$(attr "$(uuid "$3")" state)" "dying*"
	release "$3"
	check "$1: when the user lets go it is gone" wait_for 10 gone "$3"
}

# strange NUMBER OWN OTHER: a wish of user space can bring a slice to a driver that does not
# know it. That is no failure of the slice, so the log has nothing of it.
strange() {
	write "$3" "$MEDIATED/$(uuid "$1")/driver_override"
	write "$(uuid "$1")" "/sys/bus/mdev/drivers/$2/unbind"
	check_fail "$3 refuses a slice of $2" "No such device" \
		write "$(uuid "$1")" "/sys/bus/mdev/drivers/$3/bind"
	check_eq "$3: which can be seen" "$(attr "$(uuid "$1")" state)" "ready probe-failed -19"
	check "$3: and does not complain" sh -c "! dmesg | grep '$(uuid "$1").*failed'"
	write "" "$MEDIATED/$(uuid "$1")/driver_override"
	check "$2: its own driver takes it" write "$(uuid "$1")" "/sys/bus/mdev/drivers/$2/bind"
}

need "mdpy loads" load_sample mdpy count=3
need "mbochs loads" load_sample mbochs mem=24
check_eq "mdpy has its types" "$(types mdpy)" "mdpy-hd mdpy-vga mdpy-xga "
check_eq "mbochs too" "$(types mbochs)" "mbochs-large mbochs-medium mbochs-small "
for type in mdpy:vga mdpy:xga mdpy:hd mbochs:small mbochs:medium mbochs:large; do
	parent=${type%:*}
	check_eq "$type: its name" "$(cat "$(supported $parent "${type#*:}")/name")" \
		"$parent-${type#*:}"
	check_eq "$type: its interface" \
		"$(cat "$(supported $parent "${type#*:}")/device_api")" vfio-pci
done
life mdpy xga 1
life mbochs medium 2

need "mtty loads" load_sample mtty
check "a slice for the wrong drivers" make mdpy vga 20
strange 20 mdpy mbochs
strange 20 mdpy mtty
check "it is removed" unmake 20
check "another one" make mbochs small 21
strange 21 mbochs mdpy
check "it is removed" unmake 21
modprobe -r mdev_mtty

# Displays of any type count.
check_eq "three displays of each type" "$(left mdpy vga) $(left mdpy xga) $(left mdpy hd)" "3 3 3"
check "one" make mdpy vga 3
check "two" make mdpy xga 4
check "three" make mdpy hd 5
check_eq "are all" "$(left mdpy vga) $(left mdpy xga) $(left mdpy hd)" "0 0 0"
check_fail "there is no other" "Too many users" make mdpy vga 6
check "one is parked" class 3 none
check_fail "it counts" "Too many users" make mdpy vga 6
check "one is removed" unmake 4
check "another is made" make mdpy vga 6

# So does memory: of 24 MB.
check_eq "memory for so many" "$(left mbochs small) $(left mbochs medium) $(left mbochs large)" \
	"6 1 0"
check_fail "too large" "Too many users" make mbochs large 7
check "a medium one" make mbochs medium 7
check_eq "leaves 8 MB" "$(left mbochs small) $(left mbochs medium)" "2 0"
check "a small one" make mbochs small 8
check "another" make mbochs small 9
check_fail "that is all" "Too many users" make mbochs small 10
check "the medium one goes" unmake 7
check_eq "its memory is back" "$(left mbochs small) $(left mbochs medium)" "4 1"

# Parents go with their slices, and wait for those that are used.
check "mdpy goes, with slices in any class" modprobe -r mdev_mdpy
check "they are gone" gone 3
check "a user of another slice" hold 8
sh -c "echo mbochs >/sys/bus/platform/drivers/mbochs/unbind" &
unbinding=$!
check "mbochs goes: its user is asked" wait_for 10 asked 8
check "it waits for that" kill -0 $unbinding
release 8
check "and goes then" wait $unbinding
check "all are gone" sh -c "! ls -d $SLICES/*"
check "it comes back" write mbochs /sys/bus/platform/drivers/mbochs/bind
check_eq "with all of its memory" "$(left mbochs small)" 6

modprobe -r mdev_mbochs
check_fail "mdpy: more than can be counted" "Invalid argument" modprobe mdev_mdpy count=3000000000
check_fail "mbochs: likewise" "Invalid argument" modprobe mdev_mbochs mem=3000000000
