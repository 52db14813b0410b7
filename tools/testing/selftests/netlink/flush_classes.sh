#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices that are removed together stop to work one after the other, and not with the last of
# them.
# timeout: 240
# kernels: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

nr=$(repeat 16)

need "the modules load" load_nic
need "class vhost is there" modprobe mdev_vhost

need "slices in class virtio" nl -r "$nr" slice-new parent-name=$NIC name=v{} class=$VIRTIO
need "one in class vhost" new vhost class=$VHOST
need "and a last one" new last
flush parent-name=$NIC >"$lib_scratch/flush" &
flush=$!
until_dying last
check "a slice has stopped to work before the next one is looked at" \
	test ! -e /sys/bus/mdev_vhost/devices/vhost
wait $flush
check_match "all were removed" "$(cat "$lib_scratch/flush")" "removed=$((nr + 2)) busy=0 *"
