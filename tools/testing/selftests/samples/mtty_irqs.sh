#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The interrupt of a card of the sample mtty is a level as INTx and an edge as MSI, whatever
# raises it, and its eventfds are set up or not, whatever the arguments.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-mtty.sh"

need "the modules load" load_mtty
need "a card" card_add 1 2
tap mtty_irqs "$(card 1)"
check "the card has gone" wait_for 20 test ! -e "$SLICES/$(card 1)"
