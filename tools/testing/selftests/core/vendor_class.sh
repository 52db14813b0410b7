#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Class vendor: the driver that the parent names takes the slice, or the one that user space
# names, and may say that it is busy; a probe that fails leaves nothing half made.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef
newline='
'
PARAM=/sys/module/mdev_test_vendor/parameters
BUS=/sys/bus/mdev_vendor
driver=$BUS/drivers/mdev_test_vendor
other=$BUS/drivers/mdev_test_other

# bound: how many devices the drivers have by their own count
bound() {
	cat $PARAM/bound
}

need "drivers for tests" modprobe mdev_test_vendor
need "parents for tests" modprobe mdev_test
# Their devices do nothing, so no virtio driver must get them.
need "class virtio is not there" modprobe -r mdev_virtio
types=/sys/bus/mdev_test/devices/mdev_back0/mdev_supported_types
create=$types/mdev_test-rng/create

echo 5 >$PARAM/probe_err
check_fail "a probe that fails makes no slice" "Input/output error" \
	write $uuid $create
check "there is none" test ! -e $SLICES/$uuid
check_eq "nor a device" "$(ls $BUS/devices)" ""
echo 0 >$PARAM/probe_err
check "one that does not makes it" write $uuid $create
check_eq "in the class, whose driver is there" "$(attr $uuid class)" vendor
check_eq "and has it" "$(attr $uuid state)" "ready bound"
check_eq "the driver that the parent names" "$(readlink -f $BUS/devices/$uuid/driver)" $driver
check_eq "the device is below its parent" "$(readlink -f $BUS/devices/$uuid/..)" \
	"$(readlink -f /sys/bus/mdev_test/devices/mdev_back0)"
check_eq "and knows its slice" "$(readlink -f $BUS/devices/$uuid/slice)" \
	"$(readlink -f $SLICES/$uuid)"
check_eq "which knows it" "$(readlink -f $SLICES/$uuid/class_device)" \
	"$(readlink -f $BUS/devices/$uuid)"
check_eq "the driver has one" "$(bound)" 1

check "it is parked" set_class $uuid none
check_eq "the driver has none" "$(bound)" 0
check_eq "nor is there a device" "$(ls $BUS/devices)" ""
echo 12 >$PARAM/probe_err
check_fail "a probe that fails ends the change" "Cannot allocate memory" set_class $uuid vendor
check_eq "it is where it was" "$(attr $uuid class) $(attr $uuid state)" "none ready"
check_eq "without a device" "$(ls $BUS/devices)" ""
echo 0 >$PARAM/probe_err
check "the next one works" set_class $uuid vendor

echo 1 >$PARAM/busy
check_fail "a busy one stays" "busy" set_class $uuid none
check_eq "with its driver" "$(attr $uuid class) $(attr $uuid state)" "vendor ready bound"
check "force takes it away" set_class $uuid "none force"
check "it is back" set_class $uuid vendor
echo 2 >$PARAM/busy
check_fail "unless the driver cannot do that" "busy" set_class $uuid "none force"
check "it can be unbound" write $uuid $driver/unbind
check_eq "and says so" "$(attr $uuid state)" "ready unbound"
check "then nothing is busy" set_class $uuid none
check "it is back" set_class $uuid vendor
check "a busy one can be removed" write 1 $SLICES/$uuid/remove
check_eq "the driver has none" "$(bound)" 0
echo 0 >$PARAM/busy

check "made again" write $uuid $create
rebind() {
	for _ in $(seq "$(repeat 20)"); do
		write $uuid $driver/unbind && write $uuid $driver/bind || return
	done
}
check "it is unbound and bound, again and again" rebind
check_eq "the driver has one" "$(bound)" 1

override=$BUS/devices/$uuid/driver_override
check_eq "user space names no driver" "$(cat $override)" "(null)"
check "unbound" write $uuid $driver/unbind
check_fail "a driver that nobody names is not bound" "No such device" write $uuid $other/bind
check_fail "two lines name none" "Invalid argument" write "a${newline}b" $override
check "user space names it" write mdev_test_other $override
check_eq "which can be read" "$(cat $override)" mdev_test_other
check "then it is bound" write $uuid $other/bind
check_eq "it has the device" "$(readlink -f $BUS/devices/$uuid/driver)" $other
echo 2 >$PARAM/busy
check "it is never busy" set_class $uuid none
echo 0 >$PARAM/busy
check "the wish goes with the device" set_class $uuid vendor
check_eq "the driver is that of the parent" "$(readlink -f $BUS/devices/$uuid/driver)" $driver

check_fail "the class is in use" "in use" rmmod mdev_vendor
check "the driver is not" rmmod mdev_test_vendor
check_eq "the slice has none" "$(attr $uuid class) $(attr $uuid state)" "vendor ready unbound"
check_fail "the class is in use still" "in use" rmmod mdev_vendor
check "it is parked" set_class $uuid none
check_fail "without a driver it does not come back" "not supported" set_class $uuid vendor
check "nor does a new one" write 87654321-90ab-cdef-1234-567890abcdef $create
check_eq "which is parked" "$(attr 87654321-90ab-cdef-1234-567890abcdef class)" none
check "then the class goes" rmmod mdev_vendor
check_fail "and cannot be entered" "not supported" set_class $uuid vendor
check "class and driver come back" modprobe mdev_test_vendor
check "and are entered" set_class $uuid vendor
check "the other one, too" set_class 87654321-90ab-cdef-1234-567890abcdef vendor
check_eq "the driver has both" "$(bound)" 2

# Without a driver for entropy devices class virtio takes a slice that does nothing.
modprobe -r virtio_rng
check "class virtio is there" modprobe mdev_virtio
check "it changes to that" set_class $uuid virtio
check_eq "the driver has one" "$(bound)" 1
echo 5 >$PARAM/probe_err
check_fail "the way back fails" "Input/output error" set_class $uuid vendor
check_eq "it is where it was" "$(attr $uuid class) $(attr $uuid state)" "virtio ready bound"
echo 0 >$PARAM/probe_err
check "the next one works" set_class $uuid vendor
check_eq "the driver has two" "$(bound)" 2
if modprobe virtio_rng; then
	check_fail "a virtio driver that fails ends the change" "" set_class $uuid virtio
	check_eq "it is where it was" "$(attr $uuid class) $(attr $uuid state)" "vendor ready bound"
	check_eq "the driver has two" "$(bound)" 2
else
	skip "a virtio driver that fails ends the change" "this kernel has no virtio_rng"
fi

check "the parent goes with its slices" rmmod mdev_test
check_eq "the driver has none" "$(bound)" 0
check_eq "nor is there a device" "$(ls $BUS/devices)" ""
check "the driver goes" rmmod mdev_test_vendor
check "and the class" rmmod mdev_vendor
