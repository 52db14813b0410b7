#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Eventfds in the place of doorbells of a slice in class vfio kick its queues, until they
# are taken away or the device is closed.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one
tap ioeventfd one "$(repeat 200)"
check "the slice leaves its class" set_class one none
