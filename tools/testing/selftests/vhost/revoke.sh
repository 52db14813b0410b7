#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice can be taken away from the process that uses it, which is told of it in every
# way and does not hold it up.
# timeout: 120
# kernels: plain debug kcsan
# ci: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
comment "by a change of class"
tap revoke one class
check_eq "its class is none" "$(attr one class)" none
check "its node is gone" test -z "$(node one)"
need "it is of class vhost again" set_class one vhost
check "and works" "$HELPERS_DIR/exchange" one 10

comment "by removal"
tap revoke one remove
check "it is gone" test ! -e "$SLICES/one"

comment "by vdpa dev del"
need "another slice" vhost_slice two
tap revoke two delete
check "it is gone" test ! -e "$SLICES/two"

comment "by unbinding its parent"
need "a third one" vhost_slice three
tap revoke three unbind
check "it is gone" test ! -e "$SLICES/three"
need "the parent is bound again" write "$NIC" /sys/bus/platform/drivers/mdev_net/bind

# A process that does not let go of the node delays neither a new slice nor its node.
need "a fourth one" vhost_slice one
need "a process holds it" vhost_in_background exchange one hold
check "it is removed" write 1 "$SLICES/one/remove"
check "its name can be taken again" vhost_slice one
check "the new one works" "$HELPERS_DIR/exchange" one 10
check "it goes" vdpa dev del one
vhost_stop
check "so do the modules" rmmod mdev_vhost mdev_net
