#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice in class vfio looks like a PCI function with virtio's structures, and no access
# to its regions, however wrong, does harm.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one mac 02:00:00:00:00:0c
tap regions one "$(repeat 3000)"
