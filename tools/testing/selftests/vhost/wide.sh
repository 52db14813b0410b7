#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device with a thousand virtqueues: each has its kick, its call and its state.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
for queues in 4 1024; do
	need "a parent for devices with $queues queues" modprobe mdev_test_wide queues=$queues
	need "a device" vdpa dev add name wide mgmtdev mdev_wide0
	need "in class vhost" set_class wide vhost
	tap wide wide $queues
	check "the module goes" rmmod mdev_test_wide
done
