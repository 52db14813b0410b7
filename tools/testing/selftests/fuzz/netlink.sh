#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No sequence of netlink messages makes the kernel fault, stops a family or leaves
# anything behind, and every request that is refused is told why.
# kernels: plain debug
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fuzz.sh"

need "the modules load" load_nic
fuzz_test netlink 10
