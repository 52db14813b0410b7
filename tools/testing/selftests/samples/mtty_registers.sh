#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Cards of the sample mtty look like a PCI function with 16550s, every register of which does
# what it should, and no access to their regions, however wrong, does harm.
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-mtty.sh"

need "the modules load" load_mtty
need "a card with one port" card_add 1 1
need "one with two" card_add 2 2
tap mtty_registers "$(card 1)" 1 "$(repeat 1000)"
tap mtty_registers "$(card 2)" 2 "$(repeat 1000)"
check "the cards go" card_remove 1
check "both of them" card_remove 2
