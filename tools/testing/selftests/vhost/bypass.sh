#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An interrupt of the device is offered to whoever consumes the call eventfd, while the
# device runs and never longer.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a parent" modprobe mdev_test_wide queues=8
need "a device" vdpa dev add name one mgmtdev mdev_wide0
need "in class vhost" set_class one vhost
tap bypass one
check "the module goes" rmmod mdev_test_wide
