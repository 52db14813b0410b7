#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A doorbell page can be mapped and written, by whoever has the node open and by
# whichever inode, until the device is taken away.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a device with doorbells" wide_slice wide queues=8
need "a slice without doorbells" vhost_slice one
mkdir "$lib_scratch/elsewhere"
mount -t tmpfs doorbell "$lib_scratch/elsewhere"
cleanup umount "$lib_scratch/elsewhere"
tap doorbell wide 8 one /dev "$lib_scratch/elsewhere"
check "the module goes" rmmod mdev_test_wide
