#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device with packed rings that is suspended under traffic tells where it stands, wrap
# counters included; it, or another slice, goes on from there without a frame lost or doubled.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one device_features "$PACKED_FEATURES"
need "another one" vhost_slice two device_features "$PACKED_FEATURES"
tap suspend_resume one two "$(repeat 100)" packed
