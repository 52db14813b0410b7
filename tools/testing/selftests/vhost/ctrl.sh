#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Commands of a hostile driver: too short, too long, or with what there is not. The control
# queue gets no frames where another driver has a receive queue.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
# All that a network device can offer: some of it has to be asked for in this class.
need "a slice in class vhost" vhost_slice one max_vqp 2 device_features 0x93e0000320ffbbaf
tap ctrl one
