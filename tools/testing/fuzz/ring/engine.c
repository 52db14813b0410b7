// SPDX-License-Identifier: GPL-2.0
/*
 * The engine, unchanged, against the headers of selftests/ring/shim. A file of its
 * own because it is the only one that is compiled for coverage.
 */
#include "as.c"
#include "ring.c"
#include "walk.c"
#include "split.c"
#include "packed.c"
#include "queue.c"
#include "bounce.c"
#include "iter.c"

unsigned int shim_warnings;
bool (*shim_user_missing)(const void *va, unsigned long len, bool write);
int shim_alloc_fail = -1;

/* No address space here has missing memory, so nothing waits for it. */
void mdev_ring_work_kick(struct mdev_ring_work *work)
{
}
