#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One process can use two slices, and neither disturbs the other.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
need "another one" vhost_slice two
check "their nodes are two" test "$(node one)" != "$(node two)"
tap two_slices one two
