#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Commands that wait for other queues, changes of address spaces that wait for queues, and
# kicks: however they meet, none of them holds up another for ever.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one max_vqp 4
tap gate one "$(repeat 5)"
