#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every ioctl in every state of the device does, or is refused with, what it should.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
tap ioctl_states one
