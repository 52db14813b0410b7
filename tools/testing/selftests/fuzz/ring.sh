#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No driver side, whatever it writes between any two calls, makes the ring engine leave
# its memory, break its invariants or take a chain that the specification forbids.
# place: chroot
# timeout: 90
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-fuzz.sh"

fuzz_test ring 10
