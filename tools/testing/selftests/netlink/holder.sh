#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Family mdev tells who has a slice's node open, for as long as they have, and takes it away
# from them when it is told to.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic
need "class vhost is there" modprobe mdev_vhost
need "a slice" new one class=$VHOST
node=/dev/$(get one 'endpoint\.node')
holder() {
	get one 'endpoint\.holder-pid'
}

need "it has a node" wait_for 10 test -c "$node"
check_eq "nobody holds it" "$(holder)" ""
exec 9<>"$node"
check_eq "its holder" "$(holder)" $$
check_eq "and the name of that" "$(get one 'endpoint\.holder-comm')" "$(cat /proc/$$/comm)"
answer "the class cannot be changed" "error EBUSY attr=7 miss=0: $node is open in *(pid $$)" \
	slice-set name=one class=$NONE
exec 9<&-
check_eq "nobody any more" "$(holder)" ""

exec 9<>"$node"
answer "it is taken away" ok slice-set name=one class=$NONE force=
check_eq "it is parked" "$(get one class)" $NONE
answer "it gets a node again" ok slice-set name=one class=$VHOST
check_eq "which nobody holds" "$(holder)" ""
exec 9<&-
check_eq "also when the old one is closed" "$(holder)" ""

node=/dev/$(get one 'endpoint\.node')
need "the new node is there" wait_for 10 test -c "$node"
exec 9<>"$node"
check_eq "it is held" "$(holder)" $$
check "its driver is unbound by hand" write one /sys/bus/mdev_vhost/drivers/vhost_vdpa/unbind
check_eq "nobody holds it then" "$(holder)" ""
check "it is bound" write one /sys/bus/mdev_vhost/drivers/vhost_vdpa/bind
check_eq "nobody holds the new node" "$(holder)" ""
exec 9<&-
check_eq "also when the old one is closed" "$(holder)" ""

node=/dev/$(get one 'endpoint\.node')
need "the new node is there" wait_for 10 test -c "$node"
sh -c "exec 9<>$node; sleep 60 <&9 & echo \$! >$lib_scratch/pid"
cleanup kill "$(cat "$lib_scratch/pid")"
check_eq "a holder that has ended has no number" "$(holder)" ""
check_match "but a name" "$(get one 'endpoint\.holder-comm')" "?*"
