#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The eventfd that tells of used buffers can be replaced while it is signalled: no call
# is lost, and the last one is told from then on.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap replace_call one "$(repeat 500)"
check "it has called" test "$(counter one 0 notifications)" -gt 0
