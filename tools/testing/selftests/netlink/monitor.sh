#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whoever listens hears of each change once, in order, when it is complete: by whichever
# way it was made.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "core and classes are loaded" modprobe -a mdev_core mdev_vhost
need "somebody listens" listen
need "the modules load" load_nic

new one class=$VIRTIO owner=me
set_class one vhost
nl slice-set name=one class=$NONE >/dev/null
nl slice-set name=one config.net.mac=02:00:00:00:00:09 >/dev/null
echo you >"$SLICES/one/owner"
nl slice-set name=one owner=them >/dev/null
echo 22 >"$FAULT/probe"
nl slice-set name=one class=$VIRTIO >"$lib_scratch/failed"
echo 0 >"$FAULT/probe"
nl slice-set name=one class=$NONE >/dev/null
nl slice-del name=one >/dev/null
add two
echo 1 >"$SLICES/two/remove"
new three
rmmod mdev_vdpa
rmmod mdev_net

check_eq "the number of messages" "$(hear 14)" 14
cut -d ' ' -f 1 "$heard" | sed 's/-ntf//' >"$lib_scratch/order"
cat >"$lib_scratch/expected" <<END
listening
parent-ready
slice-add
slice-class
slice-class
slice-config
slice-owner
slice-owner
slice-class
slice-del
slice-add
slice-del
slice-add
slice-del
parent-gone
END
# message NUMBER PATTERN
message() {
	check_match "message $1" "$(sed -n "$(($1 + 1))p" "$heard")" "$2"
}
check_eq "their order" "$(cat "$lib_scratch/order")" "$(cat "$lib_scratch/expected")" 
message 1 "parent-ready-ntf id=* bus=platform name=$NIC driver=mdev_net *event.cause=2 event.pid=* event.comm=modprobe"
message 2 "slice-add-ntf id=* name=one *class=1 *owner=me *endpoint.driver=virtio_vdpa *config.net.mtu=* event.cause=1 event.pid=* event.comm=mdev_nl"
message 3 "slice-class-ntf *name=one *class=2 *endpoint.node=vhost-vdpa-* event.cause=1 event.pid=* event.comm=* event.previous-class=1"
message 4 "slice-class-ntf *name=one *class=0 *event.comm=mdev_nl event.previous-class=2"
message 5 "slice-config-ntf *name=one *config.net.mac=02:00:00:00:00:09 *"
message 6 "slice-owner-ntf *owner=you *"
message 7 "slice-owner-ntf *owner=them *"
message 8 "slice-class-ntf *name=one *class=0 *event.error=22 event.previous-class=0"
message 9 "slice-del-ntf id=* name=one uuid=* parent-bus=platform parent-name=$NIC type=net class=0 state=2 owner=them event.cause=1 *event.comm=mdev_nl event.previous-class=0"
message 10 "slice-add-ntf *name=two *event.comm=vdpa"
message 11 "slice-del-ntf *name=two *class=0 *event.cause=1 * event.previous-class=1"
message 13 "slice-del-ntf *name=three *event.cause=2 *event.comm=rmmod event.previous-class=0"
message 14 "parent-gone-ntf id=* bus=platform name=$NIC event.cause=2 *"
check_eq "each tells how it has ended: nobody changes it any more" \
	"$(sed -n 's/^slice-\(add\|class\|config\|owner\)-ntf .* state=\([0-9]\) .*/\2/p' "$heard" | sort -u)" 0
