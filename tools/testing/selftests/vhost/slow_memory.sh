#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Memory that does not come, because a userfaultfd holds it back, delays only the queue
# that wants it: neither another slice nor a reset, a revocation or removal.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

[ -e /proc/sys/vm/unprivileged_userfaultfd ] ||
	skip_all "this kernel has no userfaultfd"
need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice slow
need "another one" vhost_slice fast
tap slow_memory slow fast
check "the slice is gone" test ! -e "$SLICES/slow"
