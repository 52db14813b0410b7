#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An open node may be inherited or passed on; who has it is not its owner for that, and
# an owner that ends while others have it takes its memory from the device.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap fd_passing one
