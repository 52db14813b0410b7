#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The eventfds of a slice in class vfio are set up whole or not at all, whatever the
# arguments, and signalled as INTx, MSI-X and the request to let go of the device are.
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one
tap irqs one
check "the slice has gone" wait_for 20 test ! -e "$SLICES/one"
