#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The vfio device and the vhost-vdpa node of a slice are opened, used and closed by several
# processes while others change its class, with and without force, and while it is removed:
# nobody gets an answer that means something else than that the slice is on its way, each kind
# of device has been opened, and in the end the slice goes where it is sent.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

need "the modules load" load_nic
need "class vhost" modprobe mdev_vhost
need "and vfio" load_vfio
remember
need "a slice" add one

# changer WORD: classes in turn
changer() {
	while [ ! -e "$lib_scratch/stop" ]; do
		for class in vfio vhost vfio virtio vhost none; do
			echo "$class${1:+ $1}" >$SLICES/one/class
			sleep 0.02
		done
	done >>"$lib_scratch/changes" 2>&1
}

# opener NUMBER: until "stop" is there
opener() {
	mkfifo "$lib_scratch/input$1"
	"$HELPERS_DIR/open_race" one <"$lib_scratch/input$1" >"$lib_scratch/opened$1" &
	openers="$openers $!"
	eval "exec $1>$lib_scratch/input$1"
}

start() {
	rm -f "$lib_scratch"/stop "$lib_scratch"/input*
	openers=
	opener 7
	opener 8
	changer &
	changers=$!
	changer force &
	changers="$changers $!"
}

# finish: did all openers end well?
finish() {
	touch "$lib_scratch/stop"
	wait $changers
	exec 7>&- 8>&-
	wait_all $openers
}

wait_all() {
	for pid in "$@"; do
		wait "$pid" || return
	done
}

vfio=0
vhost=0
nodes=0
# At most three times: on a slow kernel a process may always come when the other one is there.
for try in 1 2 3; do
	start
	sleep "$(seconds 8)"
	check "$try: no call failed for another reason" finish
	while read -r one two three; do
		vfio=$((vfio + one))
		vhost=$((vhost + two))
		nodes=$((nodes + three))
	done <<-END
		$(cat "$lib_scratch/opened7" "$lib_scratch/opened8")
	END
	[ $vfio = 0 ] || [ $vhost = 0 ] || { [ $nodes = 0 ] && [ -e /dev/iommu ]; } || break
done
comment "vfio devices opened $vfio times, vhost-vdpa nodes $vhost, those of iommufd $nodes"
check "the vfio device was opened" [ $vfio -gt 0 ]
check "and the node" [ $vhost -gt 0 ]
[ ! -e /dev/iommu ] || check "and that for iommufd" [ $nodes -gt 0 ]
for class in vhost vfio virtio; do
	check "it goes to class $class" set_class one $class
	check_eq "with its driver" "$(attr one class) $(attr one state)" "$class ready bound"
done

start
sleep 1
# Not while somebody has its state.
check "it is removed in the middle" wait_for 30 vdpa dev del one
check "no call failed for another reason" finish
check "nothing is left" wait_for 10 nothing_new
