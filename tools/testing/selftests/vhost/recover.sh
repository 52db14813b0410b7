#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A broken queue that its driver has mended is recovered by devlink: its file has no error any
# more and tells the next one. A queue that is disabled stays so.
# timeout: 100
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
rep_up one
tap recover one
