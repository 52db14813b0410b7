#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice whose node is open keeps its class, unless it is forced, and has one user.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
need "a process uses it" vhost_in_background exchange one run
node=$(node one)

check_fail "it cannot be parked" "busy" set_class one none
check_fail "nor become a virtio device" "busy" set_class one virtio
check_eq "it keeps its class" "$(attr one class)" vhost
check_eq "and its node" "$(node one)" "$node"
check "the class that it has can be written" set_class one vhost
check_fail "the node is not opened twice" "busy" sh -c "exec 3<>$node"
check_fail "a wrong word is no force" "Invalid argument" set_class one "none now"
check_eq "the class is as it was" "$(attr one class)" vhost
before=$(counter one 1 packets)
check "frames go on" wait_for 10 sh -c "! vdpa dev vstats show one qidx 1 | grep -q ' packets $before '"

check "it is parked by force" set_class one "none force"
check_eq "its class is none" "$(attr one class)" none
check "its node is gone" test ! -e "$node"
vhost_stop
check "it comes back" set_class one vhost
check "and can be used" "$HELPERS_DIR/exchange" one 4
check "it is parked without force" set_class one none
check "force is no harm where nobody is" set_class one "vhost force"
check "then it is a virtio device" set_class one virtio
check "which needs no force" set_class one "vhost"
