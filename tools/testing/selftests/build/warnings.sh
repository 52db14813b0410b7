#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All modules build with W=1 and through sparse, and neither the compiler nor sparse
# has anything to say.
# timeout: 300
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-build.sh"

command -v sparse >/dev/null || skip_all "sparse is not installed"

silent() {
	! grep -E '(warning|error):|^WARNING:|^ERROR:' "$lib_scratch/log"
}

build_copy "$lib_scratch/tree"
check "all modules build with W=1 and C=1" build_all "$lib_scratch/tree" W=1 C=1 ||
	comment "$(tail -n 30 "$lib_scratch/log")"
check "without a warning" silent
