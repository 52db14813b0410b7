#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An interrupt of the device is offered to whoever consumes the call eventfd, while the
# device runs and never longer.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a device" wide_slice one queues=8
tap bypass one
check "the module goes" rmmod mdev_test_wide
