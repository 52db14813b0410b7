#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Messages can be written to the node at any time: poll() says so, and io_uring, which waits
# for poll(), writes them.
# timeout: 60
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap io_uring one
