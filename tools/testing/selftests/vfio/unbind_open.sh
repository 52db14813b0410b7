#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# While the driver of a vfio device is unbound by hand, which waits for whoever has the device's
# node open, a change of class is answered that it is in use, and does not wait for them, too.
# timeout: 90
# kernels: debug coverage
#
# Debian's kernel has no VFIO_DEVICE_CDEV.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one
node=/dev/vfio/devices/$(basename "$(echo "$(mediated one)"/vfio-dev/*)")
need "the slice has a node (CONFIG_VFIO_DEVICE_CDEV)" wait_for 10 test -c "$node"
uuid=$(attr one uuid)

sleep 1000 9<>"$node" &
opener=$!
cleanup kill $opener
opened() {
	[ "$(readlink "/proc/$opener/fd/9")" = "$node" ]
}
need "it is open" wait_for 10 opened
check_fail "a change of class is refused" "Device or resource busy" set_class one none

write "$uuid" /sys/bus/mdev/drivers/vfio_virtio/unbind &
unbind=$!
need "the driver lets go of it" wait_for 10 test ! -e "$node"
check "and waits" kill -0 $unbind
set_class one none >"$lib_scratch/change" 2>&1 &
change=$!
answered() {
	grep -q . "$lib_scratch/change"
}
check "a change of class is answered" wait_for 10 answered
check_match "that it is in use" "$(cat "$lib_scratch/change")" "*Device or resource busy"
check "while the driver still waits" kill -0 $unbind

kill $opener
wait $opener
check "it does not when the node is closed" wait $unbind
wait $change
check_eq "the slice has no driver" "$(attr one class) $(attr one state)" "vfio ready unbound"
check "the slice leaves its class" set_class one none
check "and comes back" set_class one vfio
check_eq "with its driver" "$(attr one state)" "ready bound"
