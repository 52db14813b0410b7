#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tracepoints tell the life of a slice, its class changes and what its queues do, with the
# names and fields that the documentation promises.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

TRACE=/sys/kernel/tracing
[ -e $TRACE/trace ] || mount -t tracefs trace $TRACE
need "the modules load" load_nic
need "the tracepoints are there" test -d $TRACE/events/mdev
echo >$TRACE/trace
echo 1 >$TRACE/events/mdev/enable
cleanup sh -c "echo 0 >$TRACE/events/mdev/enable; echo >$TRACE/trace"

new former
nl slice-set name=former new-name=one >/dev/null
nl slice-set name=one class=$VIRTIO >/dev/null
echo 5 >"$FAULT/probe"
nl slice-set name=one class=$NONE >/dev/null
nl slice-set name=one class=$VIRTIO >/dev/null
echo 0 >"$FAULT/probe"
id=$(get one id)
nl slice-set name=one class=$VIRTIO >/dev/null
nl slice-del name=one >/dev/null
echo 0 >$TRACE/events/mdev/enable

sed -n 's/^.*: \(mdev_[a-z_]*: id=.*\)$/\1/p' $TRACE/trace >"$lib_scratch/trace"
cat >"$lib_scratch/expected" <<END
mdev_slice_add: id=$id name=former parent=$NIC class=none
mdev_slice_rename: id=$id name=one from=former
mdev_class_begin: id=$id name=one from=none to=virtio
mdev_class_end: id=$id name=one from=none to=virtio class=virtio err=0
mdev_class_begin: id=$id name=one from=virtio to=none
mdev_class_end: id=$id name=one from=virtio to=none class=none err=0
mdev_class_begin: id=$id name=one from=none to=virtio
mdev_class_end: id=$id name=one from=none to=virtio class=none err=-5
mdev_class_begin: id=$id name=one from=none to=virtio
mdev_class_end: id=$id name=one from=none to=virtio class=virtio err=0
mdev_slice_del: id=$id name=one parent=$NIC class=virtio
END
check_eq "what is traced" "$(cat "$lib_scratch/trace")" "$(cat "$lib_scratch/expected")"

# Queues. The driver asks for something by the control queue, and waits for the answer.
need "queues have tracepoints, too" test -d $TRACE/events/mdev_ring
echo >$TRACE/trace
echo 1 >$TRACE/events/mdev_ring/enable
cleanup sh -c "echo 0 >$TRACE/events/mdev_ring/enable; echo >$TRACE/trace"
new two class=$VIRTIO
ip link set "$(netdev two)" address 02:00:00:00:00:22
echo 0 >$TRACE/events/mdev_ring/enable
queue="id=$(get two id) name=two queue=2"
check "a kick is traced" grep -q "mdev_ring_kick: $queue\$" $TRACE/trace
check "and what is given back" grep -q "mdev_ring_complete: $queue chains=1 notify=[01]\$" $TRACE/trace
check "nothing was wrong" sh -c "! grep -q mdev_ring_error $TRACE/trace"
echo >$TRACE/trace
nl slice-del name=two >/dev/null
new two class=$VIRTIO
check_eq "nothing is traced while nobody listens" "$(grep -c mdev_ring_ $TRACE/trace)" 0
