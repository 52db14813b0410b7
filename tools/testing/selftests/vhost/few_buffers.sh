#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A frame that is longer than all the buffers that a driver has added is cut after a moment,
# and does not wait for ever.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap few_buffers one
