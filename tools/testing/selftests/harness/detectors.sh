#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The debugging kernels find a bug of each kind, and the runner fails the test that makes it:
# a detector that is off, or whose words nobody knows, would let everything pass.
# kernels: debug kcsan
# timeout: 240
# append: kasan_multi_shot
# allow-log: .
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-verdict.sh"

BUGS=/sys/kernel/debug/mdev_test_bugs

# found BUG REASON
found() {
	verdict "$1 is found" fail "$2" \
		"modprobe mdev_test_bugs; echo 123456789 >$BUGS/$1; modprobe -r mdev_test_bugs"
}

if [ -e /sys/kernel/debug/kcsan ]; then
	found race "BUG: KCSAN"
	exit
fi
verdict "what has no bug passes" pass "ok 1" "modprobe mdev_test_bugs"
found rcu_usage "suspicious RCU usage"
found inversion "possible circular locking dependency"
# Any report of KASAN would have had that effect, too.
check "lockdep has given up" grep -q "debug_locks: *0" /proc/lockdep_stats
verdict "which fails what comes then" fail "lockdep has given up" true
found use_after_free "BUG: KASAN: slab-use-after-free"
found out_of_bounds "BUG: KASAN: slab-out-of-bounds"
found copy "BUG: KASAN: slab-out-of-bounds in _copy_from_user"
RUN_KMEMLEAK=
found leak "lost memory, of this test"
RUN_KMEMLEAK=/none
found atomic_sleep "sleeping function called from invalid context"
found active_timer "ODEBUG: free active"
found shift "UBSAN: shift-out-of-bounds"
found refcount "refcount_t: addition on 0"
found list "list_del corruption"
