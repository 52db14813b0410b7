#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whatever a process is doing with a slice when it is killed, the next one finds the
# slice as new.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap kill_holder one "$(repeat 100)"
check "it can be parked" set_class one none
check "and goes" vdpa dev del one
