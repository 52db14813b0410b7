#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# 1 GiB can be mapped page by page, contiguous or scattered in memory, in one batch or
# in none: there is no limit, and it takes no more than its time.
# timeout: 240
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap map_pieces one "$(repeat 262144)"
