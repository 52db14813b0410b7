#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device that is suspended under traffic stands still and says exactly where; it, or
# another slice, goes on from there without a frame lost or doubled.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
need "another one" vhost_slice two
tap suspend_resume one two "$(repeat 100)" split
