#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A program of 32 bits can use the node like any other.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap compat one
