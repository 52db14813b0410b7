#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Nothing that two processes write to the attributes of slices, to bind and unbind or to
# the fault knobs makes the kernel fault or keeps a slice from being removed.
# kernels: plain debug
# timeout: 150
# ci: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fuzz.sh"

need "the modules load" load_nic
fuzz_test sysfs 10
