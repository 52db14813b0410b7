#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All modules build through sparse, and it has nothing to say.
# timeout: 300
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-build.sh"

command -v sparse >/dev/null || skip_all "sparse is not installed"

silent() {
	! grep -E '(warning|error):' "$lib_scratch/log"
}

build_copy "$lib_scratch/tree"
check "all modules build with C=2" build_all "$lib_scratch/tree" C=2 ||
	comment "$(tail -n 30 "$lib_scratch/log")"
check "without a word from sparse" silent
