#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices that are removed together stop to work at the same time: none has to wait until those
# before it have stopped, and none until the last one is looked at.
# timeout: 240
# kernels: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

nr=16

need "the modules load" load_nic
need "class vhost is there" modprobe mdev_vhost

need "slices in class virtio" nl -r "$nr" slice-new parent-name=$NIC name=v{} class=$VIRTIO
need "one in class vhost" new vhost class=$VHOST
need "and a last one" new last
flush parent-name=$NIC >"$lib_scratch/flush" &
flush=$!
until_dying last

# The drivers of the others have several times as much to wait for.
stops_first() {
	while [ -e /sys/bus/mdev_vhost/devices/vhost ]; do :; done
	left=$(find /sys/bus/virtio/devices/ -name 'virtio*' | wc -l)
	comment "$left slices of class virtio are still stopping"
	[ "$left" -gt 0 ]
}
check "one that stops soon does not wait for those before it" stops_first
wait $flush
check_match "all were removed" "$(cat "$lib_scratch/flush")" "removed=$((nr + 2)) busy=0 *"
