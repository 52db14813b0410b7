// SPDX-License-Identifier: GPL-2.0
/* The engine of mdev_ring on memory of a process, which may be missing. */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring */
#include "rig.h"

static struct rig rig;

/*
 * Memory of a process: the n-th access to the ring finds it missing.
 */

static struct {
	struct mdev_as_waiter *waiter;
	unsigned int accesses;
	unsigned int miss;	/* the access that fails, 0 for none */
	unsigned int nr;	/* pieces that were asked for */
	size_t bytes;		/* of them together */
	bool write;		/* and for what */
	bool entered;
} user;

static bool user_missing(const void *va, unsigned long len, bool write)
{
	check(user.entered);
	return ++user.accesses == user.miss;
}

static int user_begin(struct mdev_as *as)
{
	check(!user.entered);
	user.entered = true;
	return 0;
}

static void user_end(struct mdev_as *as)
{
	check(user.entered);
	user.entered = false;
}

static void user_fetch(struct mdev_as *as, struct mdev_as_waiter *waiter,
		       const struct iovec *pieces, unsigned int nr, bool write)
{
	check(!user.waiter && !user.entered);
	check(nr && pieces->iov_len);
	user.waiter = waiter;
	user.nr = nr;
	user.write = write;
	for (user.bytes = 0; nr--; pieces++)
		user.bytes += pieces->iov_len;
}

static void user_forget(struct mdev_as *as, struct mdev_as_waiter *waiter)
{
	user.waiter = NULL;
}

static const struct mdev_as_ops user_ops = {
	.translate = mem_translate,
	.begin = user_begin,
	.end = user_end,
	.fetch = user_fetch,
	.forget = user_forget,
	.release = mem_release,
};

/* Eight chains, the last one by an indirect table, none taken yet. */
static void user_init(u64 features, unsigned int miss)
{
	struct vring_desc table[2] = {
		{ RIG_DATA, 64, VRING_DESC_F_NEXT, 1 },
		{ RIG_DATA + 64, 64, 0, 0 },
	};

	memset(&user, 0, sizeof(user));
	rig_init(&rig, 8, features | F_INDIRECT, 4, 65530);
	rig.mem.as.ops = &user_ops;
	rig.mem.as.user = true;
	user.miss = miss;
	shim_user_missing = user_missing;
	rig_offer(&rig, 7, 0);
	mem_write(&rig.mem, RIG_DATA + 1024, table, sizeof(table));
	drv_desc(&rig.drv, rig.drv.avail_idx % 8, RIG_DATA + 1024,
		 sizeof(table), VRING_DESC_F_INDIRECT, 0);
	drv_add(&rig.drv, rig.drv.avail_idx % 8);
	drv_publish(&rig.drv);
}

static void user_exit(void)
{
	shim_user_missing = NULL;
	rig_exit(&rig);
	check(!user.waiter);
}

/* What the function of a work does. */
static void user_turn(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;

	if (!mdev_ring_begin(ring))
		return;
	mdev_ring_disable_kick(ring);
	do {
		while (mdev_ring_pop(ring, &chain) > 0)
			mdev_ring_push(ring, &chain, 0);
		mdev_ring_flush(ring);
	} while (mdev_ring_running(ring) && mdev_ring_enable_kick(ring));
	mdev_ring_end(ring);
}

static void user_done(int err)
{
	struct mdev_as_waiter *waiter = user.waiter;

	user.waiter = NULL;
	waiter->done(waiter, err);
}

static void user_all_used(void)
{
	u32 id, len;
	int i;

	for (i = 0; i < 8; i++) {
		check(drv_get_used(&rig.drv, &id, &len));
		check_eq(id, (u16)(65530 + i) % 8);
	}
	check(!drv_get_used(&rig.drv, &id, &len));
}

/* Each access in turn is missing once, and nothing is lost or done twice. */
static void test_missing(void)
{
	u64 features[] = { 0, F_EVENT_IDX };
	unsigned int i, miss, kicks;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		miss = 0;
		do {
			user_init(features[i], ++miss);
			user_turn();
			if (user.waiter) {
				/* It gives nothing while it waits. */
				check(!mdev_ring_begin(&rig.ring));
				kicks = work_kicks;
				user_done(0);
				check_eq(work_kicks, kicks + 1);
				user_turn();
			}
			check(!user.waiter);
			check_eq(rig.ring.error, 0);
			user_all_used();
			user_exit();
		} while (user.accesses >= miss);
		check(miss > 20);
	}
	test_end("missing memory: every access once, nothing lost or done twice");
}

static void test_missing_forever(void)
{
	unsigned int miss = 0;

	do {
		user_init(0, ++miss);
		user_turn();
		if (user.waiter) {
			user_done(-EFAULT);
			user_turn();
			check_eq(rig.ring.error, -EFAULT);
			check_eq(rig.ring.stats.errors, 1);
		}
		user_exit();
	} while (user.accesses >= miss);
	test_end("memory that will never be there breaks the ring");
}

/* It stops where the driver can see that it stands, and goes on from there. */
static void test_missing_stop(void)
{
	struct mdev_vq_state state;
	unsigned int miss = 0;

	do {
		user_init(F_EVENT_IDX, ++miss);
		user_turn();
		mdev_ring_stop(&rig.ring);
		check(!user.waiter);
		mdev_ring_get_state(&rig.ring, &state);
		check_eq(state.split.avail_index, rig.drv.used[1]);
		check_eq(mdev_ring_start(&rig.ring, F_VERSION_1 | F_INDIRECT), 0);
		user_turn();
		check_eq(rig.ring.error, 0);
		user_all_used();
		user_exit();
	} while (user.accesses >= miss);
	test_end("missing memory: stopped and started again");
}

static void test_missing_buffers(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[3];
	int i;

	user_init(0, 0);
	check(mdev_ring_begin(ring));
	for (i = 0; i < 3; i++)
		check_eq(mdev_ring_pop(ring, &chain[i]), 1);
	mdev_ring_push(ring, &chain[0], 0);
	mdev_ring_push(ring, &chain[1], 0);
	mdev_ring_out_missing(ring, &chain[2], 64);
	check_eq(mdev_ring_pop(ring, &chain[0]), -EAGAIN);
	check(!mdev_ring_enable_kick(ring));
	mdev_ring_flush(ring);
	check_eq((u16)(rig.drv.used[1] - 65530), 2);
	mdev_ring_end(ring);
	check(user.waiter);
	check_eq(user.nr, 1);
	user_done(0);
	user_turn();
	user_all_used();
	user_exit();

	/* It can be brought in and not be used: that ends. */
	user_init(0, 0);
	for (i = 0; mdev_ring_running(ring) && i < 10000; i++) {
		check(mdev_ring_begin(ring));
		check_eq(mdev_ring_pop(ring, &chain[0]), 1);
		mdev_ring_out_missing(ring, &chain[0], 64);
		mdev_ring_end(ring);
		if (user.waiter)
			user_done(0);
	}
	check_eq(ring->error, -EFAULT);
	user_exit();
	test_end("missing memory of buffers");
}

/* The first two chains are of this much, in pages that do not follow each other. */
#define PART_CHAIN	(2 * RIG_PAGE)

static void part_init(u16 flags)
{
	unsigned int i;

	user_init(0, 0);
	for (i = 0; i < 2; i++)
		drv_desc(&rig.drv, (u16)(65530 + i) % 8, RIG_DATA + 100, PART_CHAIN,
			 flags, 0);
}

/* So many chains are taken, @len bytes are wanted and @nr pieces of @bytes brought in. */
static void part_check(bool in, unsigned int chains, size_t len, unsigned int nr,
		       size_t bytes)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[2];
	unsigned int i;

	part_init(in ? VRING_DESC_F_WRITE : 0);
	check(mdev_ring_begin(ring));
	for (i = 0; i < chains; i++)
		check_eq(mdev_ring_pop(ring, &chain[i]), 1);
	if (in)
		mdev_ring_in_missing(ring, chain, chains, len);
	else
		mdev_ring_out_missing(ring, chain, len);
	mdev_ring_end(ring);
	check_eq(user.nr, nr);
	check_eq(user.bytes, bytes);
	check_eq(user.write, in);
	user_done(0);

	/* What is taken again is whole. */
	check(mdev_ring_begin(ring));
	check_eq(mdev_ring_pop(ring, &chain[0]), 1);
	check_eq(in ? chain[0].in_len : chain[0].out_len, PART_CHAIN);
	for (i = 0, bytes = 0; i < 3; i++)
		bytes += ring->vecs[i].iov_len;
	check_eq(bytes, PART_CHAIN);
	mdev_ring_unpop(ring, 1);
	mdev_ring_end(ring);
	user_turn();
	user_all_used();
	user_exit();
}

static void test_missing_part(void)
{
	unsigned int first = RIG_PAGE - 100;
	int in;

	for (in = 0; in < 2; in++) {
		part_check(in, 1, 1, 1, 1);
		part_check(in, 1, first, 1, first);
		part_check(in, 1, first + 1, 2, first + 1);
		part_check(in, 1, PART_CHAIN - 1, 3, PART_CHAIN - 1);
		part_check(in, 1, PART_CHAIN, 3, PART_CHAIN);
		part_check(in, 1, SIZE_MAX, 3, PART_CHAIN);
	}
	part_check(true, 2, PART_CHAIN, 3, PART_CHAIN);
	part_check(true, 2, PART_CHAIN + 1, 4, PART_CHAIN + 1);
	part_check(true, 2, 2 * PART_CHAIN, 6, 2 * PART_CHAIN);
	test_end("of missing buffers only as much as is wanted is brought in");
}

/* The used ring is missing first, then a buffer in several pieces. */
static void test_missing_both(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[2];

	part_init(0);
	check(mdev_ring_begin(ring));
	check_eq(mdev_ring_pop(ring, &chain[0]), 1);
	check_eq(mdev_ring_pop(ring, &chain[1]), 1);
	mdev_ring_push(ring, &chain[0], 0);
	user.miss = user.accesses + 1;
	mdev_ring_flush(ring);
	mdev_ring_out_missing(ring, &chain[1], PART_CHAIN);
	mdev_ring_end(ring);
	check_eq(user.nr, 1);
	check_eq(user.bytes, sizeof(struct mdev_ring_used));
	check_eq(user.write, true);
	user_done(0);
	user_turn();
	user_all_used();
	user_exit();
	test_end("what was missing first is brought in first");
}

/* An owner that wants nothing would wait for ever. */
static void test_missing_nothing(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;

	user_init(0, 0);
	check(mdev_ring_begin(ring));
	check_eq(mdev_ring_pop(ring, &chain), 1);
	mdev_ring_out_missing(ring, &chain, 0);
	mdev_ring_end(ring);
	check_eq(ring->error, -EFAULT);
	check_eq(shim_warnings, 1);
	user_exit();
	test_end("nothing of a missing buffer breaks the ring");
}

static void (* const tests[])(void) = {
	test_missing, test_missing_forever, test_missing_stop,
	test_missing_buffers, test_missing_part, test_missing_both,
	test_missing_nothing,
};

int main(void)
{
	unsigned int i;

	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		tests[i]();
	return !!test_failures;
}
