#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A node that is open says ENODEV when its slice has gone, and the parent with its module.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap orphan one mdev_net
for memory in none map; do
	need "a device (memory: $memory)" wide_slice one memory=$memory
	tap orphan one mdev_test_wide
done
