#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The tool finds its netlink family without anybody loading a module for it.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

check "no module is loaded" test ! -e /sys/module/mdev_vdpa
check "the tool lists management devices" vdpa mgmtdev show
check "module mdev_vdpa is there" test -e /sys/module/mdev_vdpa
check_eq "there is no management device yet" "$(vdpa mgmtdev show)" ""

need "a NIC comes" modprobe mdev_net
check "class virtio came with the NIC" test -e /sys/module/mdev_virtio
check_match "the tool lists it" "$(vdpa mgmtdev show)" "platform/$NIC:*"
