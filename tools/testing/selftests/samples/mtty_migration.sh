#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A card of the sample mtty goes through every state of migration, another one goes on where it
# was, with bytes in the FIFO, and no stream that no card could have sent is loaded.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-mtty.sh"

need "the modules load" load_mtty
need "a card" card_add 1 2
need "another" card_add 2 2
need "one with a single port" card_add 3 1
tap mtty_migration "$(card 1)" "$(card 2)" "$(card 3)" "$(repeat 3000)"
check "the last card goes" card_remove 3
check "its module goes" modprobe -r mdev_mtty
