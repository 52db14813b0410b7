#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device that reaches memory through an IOMMU gets to exactly what is mapped: shown by
# DMA of QEMU's edu device behind an emulated IOMMU.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

PARAMETERS=/sys/module/mdev_vhost/parameters

# The VM is made with one: without it nothing here would be tested, and nobody told.
need "there is an IOMMU" sh -c 'test -n "$(ls /sys/class/iommu)"'
need "the modules load" load_vhost
need "a device with DMA of an edu device" wide_slice one memory=iommu queues=2
need "another device" wide_slice other
check "its memory is pinned" test "$(cat "$VDEVS"/one/vhost-vdpa-*/pinned)" = 1
# This IOMMU lets every interrupt through.
check_fail "nobody gets a device that can forge interrupts" "not permitted" \
	sh -c "exec 3<>$(node one)"
echo 1 >$PARAMETERS/allow_unsafe_interrupts
cleanup "echo 0 >$PARAMETERS/allow_unsafe_interrupts"

exec 3<>"$(node one)"
check_fail "while user space has the device, no slice can be in class virtio" "busy" \
	set_class other virtio
exec 3>&-
check "it can when the node is closed" set_class other virtio
check_fail "while one is, nobody gets the device" "busy" sh -c "exec 3<>$(node one)"
check "until it has left" set_class other vhost
before=$(pins)
tap pins_iommu one other
check_eq "every page that was pinned is released" "$(pins)" "$before"
check "the module goes" rmmod mdev_test_wide
