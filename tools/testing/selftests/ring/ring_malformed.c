// SPDX-License-Identifier: GPL-2.0
/* The engine of mdev_ring believes no driver: what is malformed breaks the ring. */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring */
#include "rig.h"

static struct rig rig;

#define WRITE		VRING_DESC_F_WRITE
#define NEXT		VRING_DESC_F_NEXT
#define INDIRECT	VRING_DESC_F_INDIRECT

/* 4 descriptors, 2 pages of data, an indirect table at the second one. */

#define TABLE	(RIG_DATA + RIG_PAGE)

static void table_desc(u16 i, u64 addr, u32 len, u16 flags, u16 next)
{
	struct vring_desc desc = { addr, len, flags, next };

	mem_write(&rig.mem, TABLE + i * sizeof(desc), &desc, sizeof(desc));
}

static void bad_idx(struct drv *drv)
{
	drv->avail_idx += drv->num + 1;
}

static void bad_idx_back(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 1, 0, 0);
	drv->avail_idx--;
}

static void bad_head(struct drv *drv)
{
	drv_add(drv, 4);
}

static void bad_next(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 1, NEXT, 4);
	drv_add(drv, 0);
}

static void bad_loop(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 1, NEXT, 1);
	drv_desc(drv, 1, RIG_DATA, 1, NEXT, 0);
	drv_add(drv, 0);
}

static void bad_loop_empty(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 0, NEXT, 0);
	drv_add(drv, 0);
}

static void bad_loop_table(struct drv *drv)
{
	table_desc(0, RIG_DATA, 1, NEXT, 1);
	table_desc(1, RIG_DATA, 1, NEXT, 0);
	drv_desc(drv, 0, TABLE, 32, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_next_table(struct drv *drv)
{
	table_desc(0, RIG_DATA, 1, NEXT, 2);
	table_desc(2, RIG_DATA, 1, 0, 0);
	drv_desc(drv, 0, TABLE, 32, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_nested(struct drv *drv)
{
	table_desc(0, TABLE, 16, INDIRECT, 0);
	drv_desc(drv, 0, TABLE, 16, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_indirect_next(struct drv *drv)
{
	table_desc(0, RIG_DATA, 1, 0, 0);
	drv_desc(drv, 0, TABLE, 16, INDIRECT | NEXT, 1);
	drv_desc(drv, 1, RIG_DATA, 1, 0, 0);
	drv_add(drv, 0);
}

static void indirect(struct drv *drv)
{
	table_desc(0, RIG_DATA, 1, 0, 0);
	drv_desc(drv, 0, TABLE, 16, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_table_empty(struct drv *drv)
{
	drv_desc(drv, 0, TABLE, 0, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_table_odd(struct drv *drv)
{
	table_desc(0, RIG_DATA, 1, 0, 0);
	drv_desc(drv, 0, TABLE, 24, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_table_long(struct drv *drv)
{
	table_desc(0, RIG_DATA, 1, 0, 0);
	drv_desc(drv, 0, TABLE, 16 * (MDEV_RING_VECS_MAX + 1), INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_table_overflow(struct drv *drv)
{
	drv_desc(drv, 0, ~15ULL, 32, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_table_unmapped(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA - 16, 32, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_table_end(struct drv *drv)
{
	u64 last = RIG_DATA + 2 * RIG_PAGE - 8;

	drv_desc(drv, 0, last, 16, INDIRECT, 0);
	drv_add(drv, 0);
}

static void bad_empty(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 0, NEXT, 1);
	drv_desc(drv, 1, RIG_DATA, 0, WRITE, 0);
	drv_add(drv, 0);
}

static void bad_order(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 1, NEXT | WRITE, 1);
	drv_desc(drv, 1, RIG_DATA, 1, 0, 0);
	drv_add(drv, 0);
}

static void bad_order_table(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA, 1, NEXT | WRITE, 1);
	table_desc(0, RIG_DATA, 1, 0, 0);
	drv_desc(drv, 1, TABLE, 16, INDIRECT, 0);
	drv_add(drv, 0);
}

/* Of 4 GiB at 4 GiB; only as many pages exist as must not be reached. */
static void bad_length(struct drv *drv)
{
	mem_add(drv->mem, 1ULL << 32, RIG_PAGE, MEM_RW);
	drv_desc(drv, 0, 1ULL << 32, 0x800, NEXT, 1);
	drv_desc(drv, 1, 1ULL << 32, U32_MAX - 0x7ff, 0, 0);
	drv_add(drv, 0);
}

static void bad_overflow(struct drv *drv)
{
	mem_add(drv->mem, ~0ULL - 0xfff, 0x1000, MEM_RW);
	drv_desc(drv, 0, ~0ULL - 0xff, 0x101, 0, 0);
	drv_add(drv, 0);
}

static void bad_unmapped(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA - 1, 1, 0, 0);
	drv_add(drv, 0);
}

static void bad_runs_out(struct drv *drv)
{
	drv_desc(drv, 0, RIG_DATA + RIG_PAGE, RIG_PAGE + 1, 0, 0);
	drv_add(drv, 0);
}

/* The read makes the range the remembered one. */
static void bad_read_only(struct drv *drv)
{
	drv_desc(drv, 0, drv->desc_addr, 16, NEXT, 1);
	drv_desc(drv, 1, drv->desc_addr, 16, WRITE, 0);
	drv_add(drv, 0);
}

static void bad_write_only(struct drv *drv)
{
	drv_desc(drv, 0, drv->used_addr, 4, 0, 0);
	drv_add(drv, 0);
}

static const struct {
	const char *text;
	void (*make)(struct drv *drv);
	int error;
	u64 features;
} bad_cases[] = {
	{ "index more than the size ahead", bad_idx, -EPROTO, 0 },
	{ "index goes back", bad_idx_back, -EPROTO, 0 },
	{ "head beyond the table", bad_head, -EPROTO, 0 },
	{ "next beyond the table", bad_next, -EPROTO, 0 },
	{ "loop", bad_loop, -EPROTO, 0 },
	{ "loop of empty buffers", bad_loop_empty, -EPROTO, 0 },
	{ "loop in an indirect table", bad_loop_table, -EPROTO, F_INDIRECT },
	{ "next beyond an indirect table", bad_next_table, -EPROTO, F_INDIRECT },
	{ "indirect within indirect", bad_nested, -EPROTO, F_INDIRECT },
	{ "indirect with next", bad_indirect_next, -EPROTO, F_INDIRECT },
	{ "indirect not negotiated", indirect, -EPROTO, 0 },
	{ "indirect table of length 0", bad_table_empty, -EPROTO, F_INDIRECT },
	{ "indirect table of odd length", bad_table_odd, -EPROTO, F_INDIRECT },
	{ "indirect table too long", bad_table_long, -EMSGSIZE, F_INDIRECT },
	{ "indirect table wraps around", bad_table_overflow, -EOVERFLOW, F_INDIRECT },
	{ "indirect table not mapped", bad_table_unmapped, -EFAULT, F_INDIRECT },
	{ "indirect table ends in a hole", bad_table_end, -EFAULT, F_INDIRECT },
	{ "no buffer at all", bad_empty, -EPROTO, 0 },
	{ "writable before readable", bad_order, -EPROTO, 0 },
	{ "writable before readable in a table", bad_order_table, -EPROTO, F_INDIRECT },
	{ "lengths add up to 2^32", bad_length, -EOVERFLOW, 0 },
	{ "buffer wraps around", bad_overflow, -EOVERFLOW, 0 },
	{ "buffer not mapped", bad_unmapped, -EFAULT, 0 },
	{ "buffer runs out of the mapping", bad_runs_out, -EFAULT, 0 },
	{ "write to read-only memory", bad_read_only, -EACCES, 0 },
	{ "read from write-only memory", bad_write_only, -EACCES, 0 },
};

/* One good chain is held while the bad one comes, and nothing becomes of it. */
static void test_bad(unsigned int i)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain, other;
	u16 used;
	char text[80];

	rig_init(&rig, 4, bad_cases[i].features, 2, 65534);
	rig_offer(&rig, 1, WRITE);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	bad_cases[i].make(&rig.drv);
	drv_publish(&rig.drv);
	check_eq(mdev_ring_pop(ring, &other), bad_cases[i].error);
	check(!mdev_ring_running(ring));
	check_eq(ring->stats.errors, 1);
	used = rig.drv.used[1];
	mdev_ring_push(ring, &chain, 1);
	mdev_ring_flush(ring);
	mdev_ring_unpop(ring, 1);
	check(!mdev_ring_enable_kick(ring));
	mdev_ring_disable_kick(ring);
	mdev_ring_break(ring, -EIO);
	check_eq(mdev_ring_pop(ring, &other), bad_cases[i].error);
	check_eq(rig.drv.used[1], used);
	check_eq(rig.irqs, 0);
	check_eq(ring->stats.errors, 1);
	mdev_ring_stop(ring);
	check_eq(mdev_ring_start(ring, F_VERSION_1), bad_cases[i].error);

	mdev_ring_reset(ring);
	check_eq(ring->num, MDEV_RING_NUM_MAX);
	check_eq(mdev_ring_set_num(ring, 4), 0);
	rig_address(&rig);
	drv_set_idx(&rig.drv, 0);
	check_eq(mdev_ring_start(ring, F_VERSION_1), 0);
	rig_offer(&rig, 1, 0);
	rig_serve(&rig, 1, 0);
	check_eq(shim_warnings, 0);
	rig_exit(&rig);
	snprintf(text, sizeof(text), "broken until reset: %s", bad_cases[i].text);
	test_end(text);
}

int main(void)
{
	unsigned int i;

	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(bad_cases));
	for (i = 0; i < ARRAY_SIZE(bad_cases); i++)
		test_bad(i);
	return !!test_failures;
}
