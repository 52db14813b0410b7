// SPDX-License-Identifier: GPL-2.0
/*
 * The engine of mdev_ring with a packed ring: what it starts with, what is malformed,
 * and memory that is missing.
 */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring */
#include "packed_driver.h"

static struct mem mem;
static struct pdrv drv;
static struct mdev_ring ring;
static unsigned int irqs;

#define NEXT		VRING_DESC_F_NEXT
#define WRITE		VRING_DESC_F_WRITE
#define INDIRECT	VRING_DESC_F_INDIRECT
#define TABLE		(RIG_DATA + RIG_PAGE)

static void on_notify(struct mdev_ring *unused)
{
	irqs++;
}

static int begin(u16 num, u64 features, const struct mdev_vq_state *state)
{
	mdev_ring_reset(&ring);
	check_eq(mdev_ring_set_num(&ring, num), 0);
	check_eq(mdev_ring_set_address(&ring, drv.addr[0], drv.addr[1],
				       drv.addr[2]), 0);
	if (state)
		check_eq(mdev_ring_set_state(&ring, state), 0);
	return mdev_ring_start(&ring, F_VERSION_1 | F_PACKED | features);
}

static void init(u16 num, u64 features)
{
	irqs = 0;
	mem_init(&mem);
	pdrv_init(&drv, &mem, num, RIG_BASE, features & F_EVENT_IDX);
	mem_add(&mem, RIG_DATA, RIG_PAGE, MEM_RW);
	mem_add(&mem, TABLE, RIG_PAGE, MEM_RW);
	check_eq(mdev_ring_init(&ring, MDEV_RING_NUM_MAX, on_notify), 0);
	mdev_ring_set_as(&ring, &mem.as);
	check_eq(begin(num, features, NULL), 0);
}

static void finish(void)
{
	mdev_ring_destroy(&ring);
	mdev_as_put(&mem.as);
	mem_free(&mem);
}

static void offer(u16 nr, u16 id)
{
	struct pdesc desc[8] = {};
	u16 i;

	for (i = 0; i < nr; i++) {
		desc[i].addr = RIG_DATA + 64 * i;
		desc[i].len = 64;
		desc[i].flags = WRITE | (i + 1 < nr ? NEXT : 0);
	}
	pdrv_add(&drv, desc, nr, id);
}

static int start_at(u16 avail, bool avail_wrap, u16 used, bool used_wrap)
{
	struct mdev_vq_state state = { .packed = {
		.last_avail_idx = avail,
		.last_avail_counter = avail_wrap,
		.last_used_idx = used,
		.last_used_counter = used_wrap,
	} };
	struct mdev_vq_state got;
	int ret;

	ret = begin(5, 0, &state);
	check_eq(mdev_ring_check(&ring, F_VERSION_1 | F_PACKED), ret);
	mdev_ring_get_state(&ring, &got);
	check(!memcmp(&got, &state, sizeof(got)));
	return ret;
}

static void test_state(void)
{
	struct mdev_vq_state state;

	init(5, 0);
	mdev_ring_get_state(&ring, &state);
	check_eq(mdev_vq_state_encode(&state, true), 0x80008000);
	check_eq(start_at(4, true, 4, true), 0);
	check_eq(start_at(4, false, 4, false), 0);
	check_eq(start_at(5, true, 5, true), -EINVAL);
	check_eq(start_at(0x7fff, true, 0x7fff, true), -EINVAL);
	check_eq(start_at(3, true, 2, true), -EINVAL);
	check_eq(start_at(3, true, 3, false), -EINVAL);
	/* The driver's event structure is aligned to 4. */
	mdev_ring_reset(&ring);
	check_eq(mdev_ring_set_address(&ring, 16, 2, 4), 0);
	check_eq(mdev_ring_start(&ring, F_VERSION_1 | F_PACKED), -EINVAL);
	finish();
	test_end("where a packed ring can begin, and where not");
}

/* Chains of several descriptors are given back across the end of the ring. */
static void test_unpop(void)
{
	struct mdev_ring_chain chain[3];
	struct mdev_vq_state state;
	u32 len;
	u16 id;
	int i, round;

	init(7, 0);
	for (round = 0; round < 20; round++) {
		offer(3, 0);
		offer(1, 1);
		offer(3, 2);
		for (i = 0; i < 3; i++)
			check_eq(mdev_ring_pop(&ring, &chain[i]), 1);
		check_eq(mdev_ring_pop(&ring, &chain[0]), 0);
		mdev_ring_unpop(&ring, 2);
		check(!mdev_ring_enable_kick(&ring));
		check_eq(mdev_ring_pop(&ring, &chain[1]), 1);
		check_eq(chain[1].head, 1);
		mdev_ring_unpop(&ring, 2);
		for (i = 0; i < 2; i++) {
			check_eq(mdev_ring_pop(&ring, &chain[i]), 1);
			check_eq(chain[i].head, i);
			check_eq(chain[i].slots, i ? 1 : 3);
			mdev_ring_push(&ring, &chain[i], 5);
		}
		check(!pdrv_is_used(&drv));
		mdev_ring_flush(&ring);
		for (i = 0; i < 2; i++) {
			check(pdrv_get_used(&drv, &id, &len));
			check_eq(id, i);
			check_eq(len, 5);
		}
		/* The third one is held while another device takes over. */
		check_eq(mdev_ring_pop(&ring, &chain[2]), 1);
		mdev_ring_stop(&ring);
		mdev_ring_get_state(&ring, &state);
		check_eq(mdev_vq_state_encode(&state, true),
			 place_code(&drv.used) * 0x10001U);
		check_eq(begin(7, 0, &state), 0);
		check_eq(mdev_ring_pop(&ring, &chain[2]), 1);
		check_eq(chain[2].head, 2);
		mdev_ring_push(&ring, &chain[2], 0);
		mdev_ring_flush(&ring);
		check(pdrv_get_used(&drv, &id, &len));
		check_eq(drv.nr_free, 7);
	}
	finish();
	test_end("chains that are given back, at any place");
}

static void serve(void)
{
	struct mdev_ring_chain chain;
	u32 len;
	u16 id;

	check_eq(mdev_ring_pop(&ring, &chain), 1);
	mdev_ring_push(&ring, &chain, 0);
	mdev_ring_flush(&ring);
	check(pdrv_get_used(&drv, &id, &len));
}

/* Each side is told of what it has asked for, and sees what came before it asked. */
static void test_events(u64 features, const char *text)
{
	struct mdev_ring_chain chain;
	struct place old;
	unsigned int i;

	init(5, features);
	/* The first one is told of unless the driver forbids it. */
	pdrv_enable_irq(&drv);
	offer(1, 0);
	serve();
	check_eq(irqs, 1);
	check(!mdev_ring_enable_kick(&ring));
	for (i = 0; i < 20; i++) {
		irqs = 0;
		mdev_ring_disable_kick(&ring);
		check_eq(mdev_ring_pop(&ring, &chain), 0);
		old = drv.avail;
		offer(2, 0);
		check(!pdrv_wants_kick(&drv, old) || features & F_EVENT_IDX);
		check(mdev_ring_enable_kick(&ring));
		pdrv_disable_irq(&drv);
		serve();
		check_eq(irqs, 0);
		check(!mdev_ring_enable_kick(&ring));
		check(!pdrv_enable_irq(&drv));
		old = drv.avail;
		offer(2, 1);
		check(pdrv_wants_kick(&drv, old));
		serve();
		check_eq(irqs, 1);
		/* Of an event index it is told once. */
		offer(1, 2);
		serve();
		check_eq(irqs, features & F_EVENT_IDX ? 1 : 2);
	}
	check_eq(ring.error, 0);
	finish();
	test_end(text);
}

static void test_order(void)
{
	struct mdev_ring_chain chain[2];

	init(8, F_IN_ORDER);
	offer(2, 0);
	offer(2, 1);
	check_eq(mdev_ring_pop(&ring, &chain[0]), 1);
	check_eq(mdev_ring_pop(&ring, &chain[1]), 1);
	mdev_ring_push(&ring, &chain[1], 0);
	check_eq(shim_warnings, 1);
	check_eq(ring.error, -EIO);
	finish();
	test_end("an owner that is out of order breaks the ring");
}

static void table(u16 i, u64 addr, u32 len, u16 flags)
{
	struct pdesc desc = { addr, len, 0, flags };

	mem_write(&mem, TABLE + 16 * i, &desc, sizeof(desc));
}

static void head(u64 addr, u32 len, u16 flags)
{
	struct pdesc desc = { addr, len, 0, flags };

	pdrv_add(&drv, &desc, 1, 0);
}

static void bad_endless(void)
{
	struct pdesc desc[3] = { { RIG_DATA, 1, 0, NEXT }, { RIG_DATA, 1, 0, NEXT },
				 { RIG_DATA, 1, 0, NEXT } };

	/* One descriptor is in use, three are there: the chain wants a fourth. */
	pdrv_add(&drv, desc, 3, 0);
}

static void bad_back(void)
{
	struct mdev_ring_chain chain;

	offer(1, 1);
	check_eq(mdev_ring_pop(&ring, &chain), 1);
	mdev_ring_unpop(&ring, 1);
	drv.ring[1].flags ^= P_AVAIL;
}

static void bad_overfull(void)
{
	struct mdev_ring_chain chain;

	offer(3, 1);
	check_eq(mdev_ring_pop(&ring, &chain), 1);
	/* Available once more, in the next round, though it is in use. */
	drv.ring[0].flags = P_USED;
}

static void bad_chain_table(void)
{
	struct pdesc desc[2] = { { RIG_DATA, 1, 0, NEXT }, { TABLE, 16, 0, INDIRECT } };

	table(0, RIG_DATA, 1, 0);
	pdrv_add(&drv, desc, 2, 0);
}

static void bad_table_next(void)
{
	table(0, RIG_DATA, 1, 0);
	head(TABLE, 16, INDIRECT | NEXT);
}

static void not_negotiated(void)
{
	table(0, RIG_DATA, 1, 0);
	head(TABLE, 16, INDIRECT);
}

static void bad_table_empty(void) { head(TABLE, 0, INDIRECT); }
static void bad_table_odd(void) { head(TABLE, 24, INDIRECT); }
static void bad_table_long(void) { head(TABLE, 16 * (MDEV_RING_VECS_MAX + 1), INDIRECT); }
static void bad_table_wraps(void) { head(~15ULL, 32, INDIRECT); }
static void bad_table_hole(void) { head(RIG_DATA - 16, 32, INDIRECT); }
static void bad_empty(void) { head(RIG_DATA, 0, 0); }
static void bad_hole(void) { head(RIG_DATA - 1, 1, 0); }
static void bad_wraps(void) { head(~0ULL - 0xff, 0x101, 0); }
static void bad_read_only(void) { head(drv.addr[1], 4, WRITE); }
static void bad_write_only(void) { head(drv.addr[2], 4, 0); }

static void bad_order(void)
{
	struct pdesc desc[2] = { { RIG_DATA, 1, 0, NEXT | WRITE }, { RIG_DATA, 1, 0, 0 } };

	pdrv_add(&drv, desc, 2, 0);
}

static void bad_length(void)
{
	table(0, RIG_DATA, 0x800, 0);
	table(1, RIG_DATA, U32_MAX - 0x7ff, 0);
	head(TABLE, 32, INDIRECT);
}

static const struct {
	const char *text;
	void (*make)(void);
	int error;
	u64 features;
} bad_cases[] = {
	{ "longer than the ring", bad_endless, -EPROTO, 0 },
	{ "taken back", bad_back, -EPROTO, 0 },
	{ "more than the ring holds", bad_overfull, -EPROTO, 0 },
	{ "indirect table in a chain", bad_chain_table, -EPROTO, F_INDIRECT },
	{ "indirect with next", bad_table_next, -EPROTO, F_INDIRECT },
	{ "indirect not negotiated", not_negotiated, -EPROTO, 0 },
	{ "indirect table of length 0", bad_table_empty, -EPROTO, F_INDIRECT },
	{ "indirect table of odd length", bad_table_odd, -EPROTO, F_INDIRECT },
	{ "indirect table too long", bad_table_long, -EMSGSIZE, F_INDIRECT },
	{ "indirect table wraps around", bad_table_wraps, -EOVERFLOW, F_INDIRECT },
	{ "indirect table not mapped", bad_table_hole, -EFAULT, F_INDIRECT },
	{ "no buffer at all", bad_empty, -EPROTO, 0 },
	{ "writable before readable", bad_order, -EPROTO, 0 },
	{ "lengths add up to 2^32", bad_length, -EOVERFLOW, F_INDIRECT },
	{ "buffer wraps around", bad_wraps, -EOVERFLOW, 0 },
	{ "buffer not mapped", bad_hole, -EFAULT, 0 },
	{ "write to read-only memory", bad_read_only, -EACCES, 0 },
	{ "read from write-only memory", bad_write_only, -EACCES, 0 },
};

/* One good chain is held while the bad one comes, and nothing becomes of it. */
static void test_bad(unsigned int i)
{
	struct mdev_ring_chain chain, other;
	char text[80];

	init(4, bad_cases[i].features);
	offer(1, 3);
	check_eq(mdev_ring_pop(&ring, &chain), 1);
	bad_cases[i].make();
	check_eq(mdev_ring_pop(&ring, &other), bad_cases[i].error);
	mdev_ring_push(&ring, &chain, 1);
	mdev_ring_flush(&ring);
	check(!pdrv_is_used(&drv));
	check_eq(irqs, 0);
	check_eq(ring.stats.errors, 1);
	check_eq(shim_warnings, 0);
	finish();
	snprintf(text, sizeof(text), "broken until reset: %s", bad_cases[i].text);
	test_end(text);
}

/* Memory of a process: the n-th access to the ring finds it missing. */

static struct {
	struct mdev_as_waiter *waiter;
	unsigned int accesses, miss;
	bool entered;
} user;

/* An address at which memory is cut: it is not one piece though it looks like one. */
static u64 cut;

/* What is behind it has gone. */
static bool cut_off;

static int cut_translate(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			 struct mdev_as_range *range)
{
	int ret = mem_translate(as, addr, len, perm, range);

	if (cut_off && addr >= cut)
		return -EFAULT;
	if (ret || range->start >= cut || range->last < cut)
		return ret;
	if (addr < cut) {
		range->last = cut - 1;
	} else {
		range->va += cut - range->start;
		range->start = cut;
	}
	return 0;
}

static bool user_missing(const void *va, unsigned long len, bool write)
{
	check(user.entered);
	return ++user.accesses == user.miss;
}

static int user_begin(struct mdev_as *as)
{
	user.entered = true;
	return 0;
}

static void user_end(struct mdev_as *as)
{
	user.entered = false;
}

static void user_fetch(struct mdev_as *as, struct mdev_as_waiter *waiter,
		       const struct iovec *pieces, unsigned int nr, bool write)
{
	check(!user.waiter && !user.entered && nr && pieces->iov_len);
	user.waiter = waiter;
}

static void user_forget(struct mdev_as *as, struct mdev_as_waiter *waiter)
{
	user.waiter = NULL;
}

static const struct mdev_as_ops user_ops = {
	.translate = cut_translate,
	.begin = user_begin,
	.end = user_end,
	.fetch = user_fetch,
	.forget = user_forget,
	.release = mem_release,
};

static void turn(void)
{
	struct mdev_ring_chain chain;

	if (!mdev_ring_begin(&ring))
		return;
	mdev_ring_disable_kick(&ring);
	do {
		while (mdev_ring_pop(&ring, &chain) > 0)
			mdev_ring_push(&ring, &chain, 9);
		mdev_ring_flush(&ring);
	} while (mdev_ring_running(&ring) && mdev_ring_enable_kick(&ring));
	mdev_ring_end(&ring);
}

/* A ring in one piece or in two, each access missing once; stopped or waiting then. */
static bool miss_once(unsigned int miss, u64 features, bool stop, u32 cut_at)
{
	static const u16 slots[] = { 2, 1, 3, 1 };
	struct mdev_vq_state state;
	u16 id, i;
	u32 len;

	memset(&user, 0, sizeof(user));
	init(8, features);
	cut = drv.addr[0] + cut_at;
	mem.as.ops = &user_ops;
	mem.as.user = true;
	user.miss = miss;
	shim_user_missing = user_missing;
	for (i = 0; i < 4; i++)
		offer(slots[i], i);
	turn();
	if (stop) {
		mdev_ring_stop(&ring);
		mdev_ring_get_state(&ring, &state);
		check_eq(begin(8, features, &state), 0);
		turn();
	} else if (user.waiter) {
		struct mdev_as_waiter *waiter = user.waiter;

		user.waiter = NULL;
		check(!mdev_ring_begin(&ring));
		waiter->done(waiter, 0);
		turn();
	}
	check_eq(ring.error, 0);
	check_eq(!ring.desc.va, !!cut_at);
	for (i = 0; i < 4; i++) {
		check(pdrv_get_used(&drv, &id, &len));
		check_eq(id, i);
		check_eq(len, 9);
	}
	check(!pdrv_is_used(&drv));
	shim_user_missing = NULL;
	finish();
	return user.accesses >= miss;
}

static void test_missing(void)
{
	/* Not at all, between two descriptors, and within one: what the device writes is whole. */
	static const u32 cuts[] = { 0, 3 * 16, 3 * 16 + 8 };
	unsigned int mode, miss;

	for (mode = 0; mode < 4 * ARRAY_SIZE(cuts); mode++) {
		miss = 0;
		while (miss_once(++miss, mode & 1 ? F_EVENT_IDX : 0, mode & 2,
				 cuts[mode / 4]) && !test_failed)
			;
		check(miss > 20);
	}
	test_end("missing memory: every access once, waited for or left to another device");
}

static const struct mdev_as_ops cut_ops = {
	.translate = cut_translate,
	.release = mem_release,
};

/* Several rounds of a ring one of whose areas is cut somewhere. */
static void pieces(unsigned int area, u32 at)
{
	static const u16 slots[] = { 2, 1, 2 };
	const struct mdev_ring_area *areas[] = { &ring.desc, &ring.avail, &ring.used };
	struct place old;
	u16 id, i, round;
	u32 len;

	init(7, F_EVENT_IDX);
	mem.as.ops = &cut_ops;
	cut = drv.addr[area] + at;
	for (round = 0; round < 10; round++) {
		irqs = 0;
		old = drv.avail;
		for (i = 0; i < 3; i++)
			offer(slots[i], i);
		check(!round || pdrv_wants_kick(&drv, old));
		pdrv_enable_irq(&drv);
		turn();
		check_eq(irqs, 1);
		check(!areas[area]->va);
		for (i = 0; i < 3; i++) {
			check(pdrv_get_used(&drv, &id, &len));
			check_eq(id, i);
			check_eq(len, 9);
		}
	}
	check_eq(ring.error, 0);
	finish();
}

static void test_pieces(void)
{
	unsigned int area;
	u32 at;

	for (area = 0; area < 3; area++)
		for (at = 1; at < (area ? 4 : 7 * 16); at++)
			pieces(area, at);
	test_end("areas in two pieces, cut at each byte");
}

/* Of three chains that are used at once the last one's place has gone. */
static void test_cut_off(void)
{
	static const u16 slots[] = { 2, 1, 2 };
	struct mdev_ring_chain chain;
	struct pdesc before[7];
	u16 i;

	init(7, 0);
	mem.as.ops = &cut_ops;
	cut = drv.addr[0] + 3 * sizeof(*before);
	for (i = 0; i < 3; i++)
		offer(slots[i], i);
	memcpy(before, drv.ring, sizeof(before));
	check(mdev_ring_begin(&ring));
	for (i = 0; i < 3; i++) {
		check_eq(mdev_ring_pop(&ring, &chain), 1);
		mdev_ring_push(&ring, &chain, 9);
	}
	cut_off = true;
	mdev_ring_flush(&ring);
	mdev_ring_end(&ring);
	cut_off = false;
	check_eq(ring.error, -EFAULT);
	check(!memcmp(before, drv.ring, sizeof(before)));
	finish();
	test_end("what cannot be published as a whole is taken back as it was");
}

int main(void)
{
	unsigned int i;

	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(bad_cases) + 8);
	test_state();
	test_unpop();
	test_events(0, "who is told of what, by flags");
	test_events(F_EVENT_IDX, "who is told of what, by event index");
	test_order();
	for (i = 0; i < ARRAY_SIZE(bad_cases); i++)
		test_bad(i);
	test_missing();
	test_pieces();
	test_cut_off();
	return !!test_failures;
}
