#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No consumer of /dev/vhost-vdpa-N, whatever it asks for, maps, takes away or leaves in its
# rings, makes the kernel fault, keeps a slice from being used again or disturbs another.
# kernels: plain debug kcsan
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fuzz.sh"

need "the modules load" load_nic
need "class vhost" modprobe mdev_vhost
need "a parent with doorbells" modprobe mdev_test_wide queues=4
fuzz_test vhost 10
