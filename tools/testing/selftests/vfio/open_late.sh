#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who opens the node of a vfio device when its slice is about to leave the class is not waited
# for without end: the request is answered, by attribute and by netlink, modules with a family
# come and go, and when the node is closed the change goes on and is told.
# timeout: 300
# kernels: debug coverage
#
# Debian's kernel has no VFIO_DEVICE_CDEV.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

HELPERS_NETLINK=$HELPERS/netlink

begin one
need "class vhost" modprobe mdev_vhost
node=/dev/vfio/devices/$(basename "$(echo "$(mediated one)"/vfio-dev/*)")
need "the slice has a node (CONFIG_VFIO_DEVICE_CDEV)" wait_for 10 test -c "$node"

"$HELPERS_NETLINK/mdev_nl" -m >"$lib_scratch/heard" &
cleanup kill $!
need "somebody listens" wait_for 10 grep -q listening "$lib_scratch/heard"

by_attribute() {
	set_class one vhost
}

by_netlink() {
	"$HELPERS_NETLINK/mdev_nl" slice-set name=one class=2
}

# leave COMMAND...: into class vhost, and how that has ended
leave() {
	"$@" >"$lib_scratch/answer" 2>&1
	echo "ended" >>"$lib_scratch/answer"
}

caught() {
	grep -q open "$lib_scratch/late"
}

answered() {
	grep -q ended "$lib_scratch/answer"
}

# Changes, one after the other, until one meets somebody.
catch() {
	catch_end=$(($(date +%s) + 60))
	until caught; do
		[ "$(date +%s)" -lt $catch_end ] || return
		if [ "$(attr one class)" != vfio ]; then
			set_class one vfio || return
			sleep 0.1
		fi
		: >"$lib_scratch/answer"
		leave "$@" &
		leaver=$!
		until answered || caught; do
			sleep 0.05
		done
		caught || wait $leaver
	done
}

family() {
	modprobe -r mdev_vdpa && modprobe mdev_vdpa
}

# That it has come to class vhost, by whoever asked for it.
told() {
	grep "^slice-class-ntf .*name=one .*class=2 .*event.comm=$late_comm event.previous-class=3" \
		"$lib_scratch/heard"
}

# late COMMAND...
late() {
	[ "$(attr one class)" = vfio ] || set_class one vfio
	"$HELPERS_DIR/open_late" "$node" $SLICES/one/state >"$lib_scratch/late" &
	opener=$!
	cleanup kill $opener
	need "somebody is late" catch "$@"
	family >"$lib_scratch/family" 2>&1 &
	family=$!
	check "the request is answered meanwhile" wait_for 10 answered
	check_match "that the change goes on" "$(head -n 1 "$lib_scratch/answer")" "$late_answer"
	check_match "which it does" "$(attr one class) $(attr one state)" "vfio changing *"
	check_fail "nobody else can change the slice" "Device or resource busy" set_class one none
	check "a family comes and goes" wait $family
	kill $opener
	wait $opener
	check "the slice gets there when the node is closed" \
		wait_for 20 grep -q ready $SLICES/one/state
	check_eq "with its driver" "$(attr one class) $(attr one state)" "vhost ready bound"
	check "as the work of who asked, that is told" wait_for 10 told
}

comment "by attribute"
late_answer="*Operation now in progress"
late_comm="printf"
late by_attribute
comment "by netlink"
late_answer="error EINPROGRESS * the slice is still leaving its class*"
late_comm=mdev_nl
late by_netlink
check "the slice goes back" set_class one vfio
check_eq "and has its driver" "$(attr one class) $(attr one state)" "vfio ready bound"
