#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A flush does not wait for whoever opens the node of a vfio device while it is removed.
# timeout: 240
# kernels: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

nr=$(repeat 16)

need "the modules load" load_nic
need "and vfio" modprobe -a mdev_vfio vfio vfio_iommu_type1
remember

# The node can be open without anybody who uses the device.
need "slices in class vfio" nl -r "$nr" slice-new parent-name=$NIC name=f{} class=$VFIO
need "and a last one" new last class=$VFIO
node=$(basename "$(echo /sys/bus/mdev/devices/"$(attr last uuid)"/vfio-dev/*)")
need "it has a node (CONFIG_VFIO_DEVICE_CDEV)" wait_for 10 test -c "/dev/vfio/devices/$node"
{
	until_dying last
	exec 9<>"/dev/vfio/devices/$node" && exec sleep 100
} 2>/dev/null &
opener=$!
cleanup kill $opener
lib_clock
start=$lib_now
flush parent-name=$NIC >"$lib_scratch/flush"
lib_clock
comment "$((lib_now - start)) hundredths of a second"
check_match "all were removed" "$(cat "$lib_scratch/flush")" "removed=$((nr + 1)) busy=0 *"
check "nobody was waited for" test $((lib_now - start)) -lt 8000
kill $opener 2>/dev/null
wait $opener
check "nothing is left when the node is closed" wait_for 20 nothing_new
