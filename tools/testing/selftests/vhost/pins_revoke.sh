#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Memory that is pinned when it comes does not hold up the node: it answers, its device
# can be removed, and the process can be killed.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

[ -e /proc/sys/vm/unprivileged_userfaultfd ] ||
	skip_all "this kernel has no userfaultfd"
need "the modules load" load_vhost
need "a parent that maps" modprobe mdev_test_wide memory=map
before=$(pins)

released() {
	[ "$(pins)" = "$before" ]
}

for how in kill remove vhost; do
	need "a device" wide_slice one
	tap pins_revoke one "$how"
	[ "$how" = remove ] || check "it is removed" vdpa dev del one
	check "$how: every page that was pinned is released" wait_for 20 released
done
check "the module goes" rmmod mdev_test_wide
