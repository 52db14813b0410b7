#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Modules stay while a node is open, and go when it is closed.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
remember
need "a slice in class vhost" vhost_slice one
check_fail "the class stays while a slice is in it" "in use" rmmod mdev_vhost
need "a process uses it" vhost_in_background exchange one run
check_fail "the class stays" "in use" rmmod mdev_vhost
check_fail "the NIC stays" "in use" rmmod mdev_net
check_fail "the ring stays" "in use" rmmod mdev_ring
check "frames go on" kill -0 "$VHOST_PID"
vhost_stop
check "the NIC goes with its slice" rmmod mdev_net
check "then the class" rmmod mdev_vhost
check "both come back" load_vhost
check "nothing is left" nothing_new
check "and work" vhost_slice one
check "frames go" "$HELPERS_DIR/exchange" one 4

check "the slice is parked" set_class one none
check "without slices the class goes" rmmod mdev_vhost
check_fail "then it cannot be entered" "not supported" set_class one vhost
check "it comes back" modprobe mdev_vhost
check "and is entered" set_class one vhost
check "frames go" "$HELPERS_DIR/exchange" one 4
