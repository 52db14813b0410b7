#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice whose vfio device is open stays in its class. When it is removed nobody waits:
# its user is asked to let go of it, others work on, and it goes when the user has let go.
# timeout: 120
# ci: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef
MEDIATED=/sys/bus/mdev/devices

# hold SLICE: opens its vfio device, until release SLICE
hold() {
	rm -f "$lib_scratch/in-$1"
	mkfifo "$lib_scratch/in-$1"
	"$HELPERS_DIR/hold" "$(attr "$1" uuid)" <"$lib_scratch/in-$1" \
		>"$lib_scratch/out-$1" 2>&1 &
	sleep 1000 >"$lib_scratch/in-$1" &
	echo $! >"$lib_scratch/holder-$1"
	cleanup kill $!
	wait_for 10 grep -q open "$lib_scratch/out-$1"
}

release() {
	kill "$(cat "$lib_scratch/holder-$1")"
}

asked() {
	[ "$(grep -c asked "$lib_scratch/out-$1")" -ge "$2" ]
}

gone() {
	[ ! -e "$SLICES/$1" ]
}

need "the modules load" load_nic
need "and vfio" modprobe -a vfio vfio_iommu_type1
remember
need "a slice" add one
check "another" add two
check "enters class vfio" set_class one vfio
check "as does the other" set_class two vfio
check "a user opens the first" hold one

check_fail "it is busy" "busy" set_class one none
check_fail "force does not help" "busy" set_class one "virtio force"
check_eq "it is where it was" "$(attr one class) $(attr one state)" "vfio ready bound"
check "the other one can change" set_class two none
check "and back" set_class two vfio
check_fail "the module of its parent is in use" "in use" modprobe -r mdev_net
check "nobody has asked its user" test "$(grep -c asked "$lib_scratch/out-one")" = 0

class_device=$(readlink -f "$MEDIATED/$(attr one uuid)")
check "it is removed all the same" timeout 5 vdpa dev del one
check "its user is asked" wait_for 10 asked one 1
check_eq "it waits" "$(attr one state)" "dying bound"
check "nobody finds it" sh -c "! vdpa dev show one"
check_fail "it cannot be removed twice" "No such device" write 1 "$class_device/remove"
check_fail "nor change" "No such device" set_class one none
check_fail "its name is not free" "File exists" add one
check "the other one can be removed" timeout 5 vdpa dev del two
check "and made" add two
check "its user is asked again" wait_for 30 asked one 2
release one
check "when it lets go the slice has gone" wait_for 10 gone one
check "the name is free" add one

# By the attribute of the class device, as mdevctl does it.
check "in class vfio" set_class one vfio
check "a user" hold one
check "it is removed" timeout 5 sh -c "echo 1 >$MEDIATED/$(attr one uuid)/remove"
check "its user is asked" wait_for 10 asked one 1
release one
check "and it goes" wait_for 10 gone one

# The parent waits for its users, but tells all of them first.
check "two slices" add one
check "in class vfio" sh -c "echo vfio >$SLICES/one/class && echo vfio >$SLICES/two/class"
check "with users" hold one
check "both of them" hold two
sh -c "echo $NIC >/sys/bus/platform/drivers/mdev_net/unbind" &
unbinding=$!
check "the NIC goes: the first user is asked" wait_for 10 asked one 1
check "so is the second" wait_for 10 asked two 1
check "there is nothing new on it" sh -c "! vdpa dev add name three mgmtdev $NIC"
release two
check "the second slice goes before the first" wait_for 10 gone two
check "the NIC waits" kill -0 $unbinding
release one
check "and then it goes" wait $unbinding
check "it comes back" write $NIC /sys/bus/platform/drivers/mdev_net/bind

# Unbinding the driver waits for its user as Linux does; so does binding it again.
check "a slice by its UUID" sh -c "echo $uuid >/sys/class/mdev_bus/$NIC/mdev_supported_types/mdev_net-net/create"
driver=/sys/bus/mdev/drivers/vfio_virtio
for round in 1 2 3; do
	check "unbound, round $round" write $uuid $driver/unbind
	check_eq "that can be seen" "$(attr $uuid state)" "ready unbound"
	check "and bound" write $uuid $driver/bind
done
check "a driver that is not there" write nobody $MEDIATED/$uuid/driver_override
check "unbound" write $uuid $driver/unbind
check_fail "the other one is not wanted" "No such device" write $uuid $driver/bind
check_eq "the name can be read" "$(cat $MEDIATED/$uuid/driver_override)" nobody
check "no wish" write "" $MEDIATED/$uuid/driver_override
check "it is bound again" write $uuid $driver/bind
check "a user" hold $uuid
sh -c "echo $uuid >$driver/unbind" &
unbinding=$!
check "its user is asked" wait_for 10 asked $uuid 1
check "it is removed meanwhile" timeout 5 sh -c "echo 1 >$SLICES/$uuid/remove"
release $uuid
check "it goes" wait_for 10 gone $uuid
wait $unbinding
check "nothing is left" nothing_new
