#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who opens the node of a vfio device when its slice is about to leave the class is not waited
# for without end: the request is answered, by attribute and by netlink, modules with a family
# come and go, and when the node is closed the change goes on and is told, or the slice ends that
# was removed meanwhile.
# timeout: 300
# kernels: debug coverage
#
# Debian's kernel has no VFIO_DEVICE_CDEV.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

HELPERS_NETLINK=$HELPERS/netlink

need "the modules load" load_nic
need "and those of vfio" load_vfio
remember
need "a slice in class vfio" vfio_slice one
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
	"$HELPERS_NETLINK/mdev_nl" slice-set name=one class=2 owner=late
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

# late COMMAND...: until somebody is waited for
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
}

# goes_on COMMAND...
goes_on() {
	late "$@"
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
goes_on by_attribute
comment "by netlink"
late_answer="error EINPROGRESS * the slice is still leaving its class*"
late_comm=mdev_nl
goes_on by_netlink
check_eq "with the owner that was asked for, too" "$(attr one owner)" late
check "the slice goes back" set_class one vfio
check_eq "and has its driver" "$(attr one class) $(attr one state)" "vfio ready bound"

# removal_told WORD COMM: in class vfio, since it has come into no other
removal_told() {
	grep "^slice-$1-ntf .*name=one .*event.comm=$2 event.previous-class=3" "$lib_scratch/heard"
}

# ends TEXT COMMAND...: while somebody is waited for
ends() {
	ends_text=$1
	shift
	late by_netlink
	check "$ends_text" "$@"
	check_match "the slice is dying" "$(attr one state)" "dying *"
	check_fail "nobody finds it" "No such device" vdpa dev show one
	check_fail "its name is taken" "File exists" add one
	kill $opener
	wait $opener
	check "it has gone when the node is closed" wait_for 20 nothing_new
}

comment "removed meanwhile"
ends "it can be removed" vdpa dev del one
check "that was told at once" removal_told leave vdpa
check "and in the end" removal_told del vdpa

comment "removed by its attribute"
need "another slice" add one
ends "it can be removed" write 1 $SLICES/one/remove

# The only slice that there is.
flush() {
	"$HELPERS_NETLINK/mdev_nl" slice-flush owner=late | grep "removed=1 busy=0"
}
comment "flushed meanwhile"
need "another slice" add one
ends "it can be flushed" flush

comment "the parent goes meanwhile"
need "another slice" add one
late by_netlink
modprobe -r mdev_vdpa mdev_net &
gone=$!
dying() {
	grep -q dying $SLICES/one/state
}
check "the slice is told" wait_for 10 dying
check "and waited for" kill -0 $gone
kill $opener
check "until the node is closed" wait $gone
