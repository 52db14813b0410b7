#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The control queue can be given an address space of its own, so that whoever serves the
# guest's commands keeps them from the guest, and the other way round.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one mac 02:00:00:00:00:09
tap groups one
