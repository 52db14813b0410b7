#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# While the kernel's own vdpa.ko has the netlink family, mdev_vdpa says so and does
# not load; afterwards it does.
# expect-log: mdev_vdpa: .*family "vdpa" belongs to the kernel's vdpa.ko.*unload
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

modprobe vdpa 2>/dev/null || skip_all "this kernel has no vdpa.ko"
check_fail "mdev_vdpa does not load" "Device or resource busy" modprobe mdev_vdpa
check "it is not there" test ! -e /sys/module/mdev_vdpa
check "the NIC is not disturbed" modprobe mdev_net
check_eq "the kernel's family answers" "$(vdpa mgmtdev show)" ""

need "the kernel's module goes" rmmod vdpa
check "mdev_vdpa loads" modprobe mdev_vdpa
check_match "and answers" "$(vdpa mgmtdev show)" "platform/$NIC:*"

modprobe vdpa 2>/dev/null
check "the kernel's does not load beside it" test ! -e /sys/module/vdpa
check_match "ours goes on answering" "$(vdpa mgmtdev show)" "platform/$NIC:*"
