#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Commands come to a guest as they were sent, whatever former ones have left in the background
# and whenever that ends.
# timeout: 120
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-guest.sh"

# A line takes its time on a serial port, in which several of these end.
text=$(seq 1 300 | tr '\n' ' ')

need "a guest boots" guest_start one
for round in 1 2 3 4 5; do
	check "$round: something is left in the background" guest_run one \
		"for i in \$(seq 1 100); do usleep \$((i * 10000)) & done"
	check_eq "$round: a long command comes whole" "$(guest_run one "echo $text")" "${text% }"
done
