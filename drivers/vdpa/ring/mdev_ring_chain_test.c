// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of chains, as the kernel has compiled it: what a driver may put
 * into a ring, what it must not, and who is told. In all depth that is tested in
 * user space, where there is a model to compare with.
 */
#include <kunit/test.h>
#include <linux/mdev_as.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "ring.h"

#define NUM		8
#define DESC		0x10000		/* where the areas of the ring are */
#define AVAIL		0x11000
#define USED		0x12000
#define TABLE		0x13000		/* an indirect table */
#define DATA		0x14000
#define SEAM		(DATA - 24)	/* a table on two pages */
#define MEMORY		0x8000		/* bytes from DESC on */
#define READ_ONLY	0x20000		/* one page */
#define PIECES		0x1000000ULL	/* mapped in pieces of 16 bytes */
#define PIECE		16
#define HUGE_BUFFER	SZ_1T		/* 8 GB that nobody looks into */

#define V1	BIT_ULL(VIRTIO_F_VERSION_1)
#define EVENT	(V1 | BIT_ULL(VIRTIO_RING_F_EVENT_IDX))
#define TABLES	(V1 | BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC))

#define D_NEXT	VRING_DESC_F_NEXT
#define D_WRITE	VRING_DESC_F_WRITE
#define D_TABLE	VRING_DESC_F_INDIRECT

struct rig {
	struct mdev_as as;
	struct mdev_ring ring;
	unsigned int notified;
	u64 hole;		/* nothing is mapped here */
	u16 avail;		/* the driver's index */
	u8 memory[MEMORY];
};

struct entry {
	u64 addr;
	u32 len;
	u16 flags;
	u16 next;
};

static int rig_translate(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			 struct mdev_as_range *range)
{
	struct rig *rig = container_of(as, struct rig, as);

	*range = (struct mdev_as_range){
		.perm = MDEV_AS_READ | MDEV_AS_WRITE,
		.va = rig->memory,
		.seq = READ_ONCE(as->seq),
	};
	if (rig->hole && (addr & PAGE_MASK) == rig->hole)
		return -EFAULT;
	if (addr - DESC < MEMORY) {
		range->start = addr & PAGE_MASK;
		range->last = range->start + PAGE_SIZE - 1;
		range->va = rig->memory + (range->start - DESC);
	} else if (addr - READ_ONLY < PAGE_SIZE) {
		range->start = READ_ONLY;
		range->last = READ_ONLY + PAGE_SIZE - 1;
		range->perm = MDEV_AS_READ;
	} else if (addr - PIECES < SZ_64K) {
		range->start = addr & ~(PIECE - 1ULL);
		range->last = range->start + PIECE - 1;
	} else if (addr - HUGE_BUFFER < SZ_8G) {
		range->start = HUGE_BUFFER;
		range->last = HUGE_BUFFER + SZ_8G - 1;
	} else {
		return -EFAULT;
	}
	return 0;
}

/* The memory is the test's. */
static void rig_release(struct mdev_as *as)
{
}

static const struct mdev_as_ops rig_ops = {
	.translate = rig_translate,
	.release = rig_release,
};

static void rig_notify(struct mdev_ring *ring)
{
	container_of(ring, struct rig, ring)->notified++;
}

static void *rig_at(struct rig *rig, u64 addr)
{
	return rig->memory + (addr - DESC);
}

static struct rig *rig_make(struct kunit *test)
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rig);
	mdev_as_init(&rig->as, &rig_ops);
	KUNIT_ASSERT_EQ(test, mdev_ring_init(&rig->ring, NUM, rig_notify), 0);
	mdev_ring_set_as(&rig->ring, &rig->as);
	return rig;
}

static void rig_start(struct kunit *test, struct rig *rig, u64 features)
{
	rig->avail = 0;
	memset(rig->memory, 0, sizeof(rig->memory));
	KUNIT_ASSERT_EQ(test, mdev_ring_set_address(&rig->ring, DESC, AVAIL,
						    USED), 0);
	KUNIT_ASSERT_EQ(test, mdev_ring_start(&rig->ring, features), 0);
}

static void rig_end(struct rig *rig)
{
	mdev_ring_destroy(&rig->ring);
	mdev_as_put(&rig->as);
}

/* What the driver does. */

static void put_table(struct rig *rig, u64 at, const struct entry *entry,
		      unsigned int nr)
{
	struct ring_desc *desc = rig_at(rig, at);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		desc[i].addr = cpu_to_le64(entry[i].addr);
		desc[i].len = cpu_to_le32(entry[i].len);
		desc[i].flags = cpu_to_le16(entry[i].flags);
		desc[i].next = cpu_to_le16(entry[i].next);
	}
}

static void put_avail(struct rig *rig, unsigned int offset, u16 val)
{
	*(__le16 *)(rig_at(rig, AVAIL) + offset) = cpu_to_le16(val);
}

static void offer(struct rig *rig, u16 head)
{
	put_avail(rig, RING_ENTRIES + rig->avail % NUM * sizeof(__le16), head);
	put_avail(rig, RING_IDX, ++rig->avail);
}

static u16 used_u16(struct rig *rig, unsigned int offset)
{
	return le16_to_cpu(*(__le16 *)(rig_at(rig, USED) + offset));
}

/* Takes one chain and gives it back used. */
static void serve(struct kunit *test, struct rig *rig, u32 written)
{
	struct mdev_ring_chain chain;

	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 1);
	mdev_ring_push(&rig->ring, &chain, written);
	mdev_ring_flush(&rig->ring);
}

/* What is right. */

static void chain_simple(struct kunit *test)
{
	static const struct entry entries[] = {
		{ DATA, 10, D_NEXT, 2 }, {}, { DATA + 0x100, 0, D_NEXT, 5 }, {}, {},
		{ DATA + 0x200, 20, D_WRITE },
	};
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;
	struct mdev_ring_used *used;
	struct iov_iter iter;

	rig_start(test, rig, V1);
	put_table(rig, DESC, entries, ARRAY_SIZE(entries));
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 0);
	offer(rig, 0);
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 1);
	KUNIT_EXPECT_EQ(test, chain.out_num, 1);
	KUNIT_EXPECT_EQ(test, chain.out_len, 10);
	KUNIT_EXPECT_EQ(test, chain.in_num, 1);
	KUNIT_EXPECT_EQ(test, chain.in_len, 20);
	mdev_ring_out_iter(&rig->ring, &chain, &iter);
	KUNIT_EXPECT_EQ(test, iov_iter_count(&iter), 10);
	mdev_ring_in_iter(&rig->ring, &chain, 1, &iter);
	KUNIT_EXPECT_EQ(test, iov_iter_count(&iter), 20);
	KUNIT_EXPECT_PTR_EQ(test, iter_iov_addr(&iter), rig_at(rig, DATA + 0x200));

	mdev_ring_push(&rig->ring, &chain, 7);
	KUNIT_EXPECT_EQ(test, used_u16(rig, RING_IDX), 0);
	mdev_ring_flush(&rig->ring);
	used = rig_at(rig, USED) + RING_ENTRIES;
	KUNIT_EXPECT_EQ(test, used_u16(rig, RING_IDX), 1);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(used->id), 0);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(used->len), 7);
	KUNIT_EXPECT_EQ(test, rig->notified, 1);
	rig_end(rig);
}

/* Around the end of the ring, and many with one flush. */
static void chain_wraps(struct kunit *test)
{
	static const struct entry entry = { DATA, 100, D_WRITE };
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain[3];
	unsigned int i, round;
	struct iov_iter iter;

	rig_start(test, rig, V1);
	for (i = 0; i < NUM; i++)
		put_table(rig, DESC + i * sizeof(struct ring_desc), &entry, 1);
	for (round = 0; round < 2 * NUM; round++) {
		for (i = 0; i < 3; i++)
			offer(rig, (3 * round + i) % NUM);
		for (i = 0; i < 3; i++)
			KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring,
							    &chain[i]), 1);
		mdev_ring_in_iter(&rig->ring, chain, 3, &iter);
		KUNIT_EXPECT_EQ(test, iov_iter_count(&iter), 300);
		for (i = 0; i < 3; i++)
			mdev_ring_push(&rig->ring, &chain[i], i);
		mdev_ring_flush(&rig->ring);
		KUNIT_EXPECT_EQ(test, used_u16(rig, RING_IDX), 3 * round + 3);
	}
	KUNIT_EXPECT_EQ(test, rig->ring.stats.chains, 6 * NUM);
	rig_end(rig);
}

/* A table and a buffer that lie in pieces: the second entry is on two pages. */
static void chain_table(struct kunit *test)
{
	static const struct entry head = { SEAM, 2 * 16, D_TABLE };
	static const struct entry entries[] = {
		{ PIECES + 8, 40, D_NEXT, 1 }, { DATA, 5, D_WRITE },
	};
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;

	rig_start(test, rig, TABLES);
	put_table(rig, DESC, &head, 1);
	put_table(rig, SEAM, entries, ARRAY_SIZE(entries));
	offer(rig, 0);
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 1);
	KUNIT_EXPECT_EQ(test, chain.out_num, 3);
	KUNIT_EXPECT_EQ(test, chain.out_len, 40);
	KUNIT_EXPECT_EQ(test, chain.in_len, 5);
	mdev_ring_stop(&rig->ring);
	rig_end(rig);
}

/* What is taken and given back is taken again. */
static void chain_given_back(struct kunit *test)
{
	static const struct entry entries[] = {
		{ PIECES, 600 * PIECE, D_WRITE }, { PIECES, 600 * PIECE, D_WRITE },
	};
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain one, two;

	rig_start(test, rig, V1);
	put_table(rig, DESC, entries, ARRAY_SIZE(entries));
	offer(rig, 0);
	offer(rig, 1);
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &one), 1);
	/* There is no room for both, so it waits. */
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &two), -ENOBUFS);
	KUNIT_EXPECT_TRUE(test, mdev_ring_running(&rig->ring));
	mdev_ring_unpop(&rig->ring, 0);
	mdev_ring_unpop(&rig->ring, 1);
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &one), 1);
	KUNIT_EXPECT_EQ(test, one.head, 0);
	mdev_ring_push(&rig->ring, &one, 0);
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &two), 1);
	KUNIT_EXPECT_EQ(test, two.head, 1);
	mdev_ring_stop(&rig->ring);
	KUNIT_EXPECT_EQ(test, used_u16(rig, RING_IDX), 1);
	rig_end(rig);
}

/* What is wrong. */

static const struct bad {
	const char *what;
	u64 features;
	int error;
	u16 head;
	struct entry entry[3];
	struct entry table[2];
} bad[] = {
	{ "head outside", V1, -EPROTO, NUM },
	{ "next outside", V1, -EPROTO, 0, { { DATA, 1, D_NEXT, NUM } } },
	{ "circle", V1, -EPROTO, 0, { { DATA, 1, D_NEXT, 1 }, { DATA, 1, D_NEXT, 0 } } },
	{ "read after write", V1, -EPROTO, 0,
	  { { DATA, 1, D_WRITE | D_NEXT, 1 }, { DATA, 1 } } },
	{ "empty", V1, -EPROTO, 0, { { DATA, 0 } } },
	{ "end of addresses", V1, -EOVERFLOW, 0, { { U64_MAX, 2 } } },
	{ "4 GB", V1, -EOVERFLOW, 0,
	  { { HUGE_BUFFER, SZ_2G, D_NEXT, 1 }, { HUGE_BUFFER, SZ_2G } } },
	{ "nothing there", V1, -EFAULT, 0, { { 0x1000, 1 } } },
	{ "read only", V1, -EACCES, 0, { { READ_ONLY, 1, D_WRITE } } },
	{ "1025 pieces", V1, -EMSGSIZE, 0, { { PIECES, 1025 * PIECE } } },
	{ "table that was not agreed on", V1, -EPROTO, 0, { { TABLE, 16, D_TABLE } } },
	{ "table with more to come", TABLES, -EPROTO, 0,
	  { { TABLE, 16, D_TABLE | D_NEXT, 1 } } },
	{ "empty table", TABLES, -EPROTO, 0, { { TABLE, 0, D_TABLE } } },
	{ "half an entry", TABLES, -EPROTO, 0, { { TABLE, 24, D_TABLE } } },
	{ "long table", TABLES, -EMSGSIZE, 0, { { TABLE, 1025 * 16, D_TABLE } } },
	{ "table at the end of addresses", TABLES, -EOVERFLOW, 0,
	  { { U64_MAX - 3, 16, D_TABLE } } },
	{ "table that is not there", TABLES, -EFAULT, 0, { { 0x1000, 16, D_TABLE } } },
	{ "table in a table", TABLES, -EPROTO, 0, { { TABLE, 32, D_TABLE } },
	  { { TABLE, 16, D_TABLE } } },
	{ "next outside of the table", TABLES, -EPROTO, 0,
	  { { TABLE, 32, D_TABLE } }, { { DATA, 1, D_NEXT, 2 } } },
};

static void chain_bad(struct kunit *test)
{
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		rig_start(test, rig, bad[i].features);
		put_table(rig, DESC, bad[i].entry, ARRAY_SIZE(bad[i].entry));
		put_table(rig, TABLE, bad[i].table, ARRAY_SIZE(bad[i].table));
		offer(rig, bad[i].head);
		KUNIT_EXPECT_EQ_MSG(test, mdev_ring_pop(&rig->ring, &chain),
				    bad[i].error, "%s", bad[i].what);
		/* Until it is reset it says so, and does nothing. */
		KUNIT_EXPECT_FALSE(test, mdev_ring_running(&rig->ring));
		KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), bad[i].error);
		KUNIT_EXPECT_FALSE(test, mdev_ring_enable_kick(&rig->ring));
		mdev_ring_disable_kick(&rig->ring);
		mdev_ring_unpop(&rig->ring, 1);
		mdev_ring_push(&rig->ring, &chain, 0);
		mdev_ring_flush(&rig->ring);
		mdev_ring_stop(&rig->ring);
		KUNIT_EXPECT_EQ(test, mdev_ring_start(&rig->ring, V1), bad[i].error);
		KUNIT_EXPECT_EQ(test, used_u16(rig, RING_IDX), 0);
		mdev_ring_reset(&rig->ring);
	}
	KUNIT_EXPECT_EQ(test, rig->ring.stats.errors, ARRAY_SIZE(bad));
	KUNIT_EXPECT_EQ(test, rig->notified, 0);
	rig_end(rig);
}

/* An index that the driver cannot have come to. */
static void index_bad(struct kunit *test)
{
	static const struct entry entry = { DATA, 1, D_WRITE };
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;

	rig_start(test, rig, V1);
	put_avail(rig, RING_IDX, NUM + 1);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), -EPROTO);
	mdev_ring_reset(&rig->ring);

	rig_start(test, rig, V1);
	put_table(rig, DESC, &entry, 1);
	offer(rig, 0);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 1);
	put_avail(rig, RING_IDX, 0);
	KUNIT_EXPECT_TRUE(test, mdev_ring_enable_kick(&rig->ring));
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), -EPROTO);
	rig_end(rig);
}

/* Areas that are not there, or not at possible addresses; they may lie in pieces. */
static void area_bad(struct kunit *test)
{
	static const u64 holes[] = { DESC, AVAIL, USED };
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(holes); i++) {
		rig->hole = holes[i];
		rig_start(test, rig, V1);
		KUNIT_EXPECT_TRUE(test, mdev_ring_enable_kick(&rig->ring));
		KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), -EFAULT);
		mdev_ring_reset(&rig->ring);
	}
	rig->hole = 0;

	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(&rig->ring, DESC, PIECES, USED), 0);
	KUNIT_EXPECT_EQ(test, mdev_ring_start(&rig->ring, V1), 0);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 0);
	mdev_ring_reset(&rig->ring);

	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(&rig->ring, DESC, AVAIL,
						    U64_MAX - 3), 0);
	KUNIT_EXPECT_EQ(test, mdev_ring_start(&rig->ring, V1), 0);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), -EOVERFLOW);
	rig_end(rig);
}

/* A mapping that goes is noticed with the next access. */
static void area_goes(struct kunit *test)
{
	static const struct entry entry = { DATA, 1, D_WRITE };
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;

	rig_start(test, rig, V1);
	put_table(rig, DESC, &entry, 1);
	offer(rig, 0);
	serve(test, rig, 1);
	WRITE_ONCE(rig->as.seq, 1);
	offer(rig, 0);
	serve(test, rig, 1);
	offer(rig, 0);
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 1);
	mdev_ring_push(&rig->ring, &chain, 0);
	rig->hole = USED;
	WRITE_ONCE(rig->as.seq, 2);
	mdev_ring_flush(&rig->ring);
	KUNIT_EXPECT_EQ(test, used_u16(rig, RING_IDX), 2);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(&rig->ring, &chain), -EFAULT);
	rig_end(rig);
}

/* Who is told. */

static void notify_flags(struct kunit *test)
{
	static const struct entry entry = { DATA, 1, D_WRITE };
	struct rig *rig = rig_make(test);

	rig_start(test, rig, V1);
	put_table(rig, DESC, &entry, 1);
	put_avail(rig, RING_FLAGS, VRING_AVAIL_F_NO_INTERRUPT);
	offer(rig, 0);
	serve(test, rig, 1);
	KUNIT_EXPECT_EQ(test, rig->notified, 0);
	put_avail(rig, RING_FLAGS, 0);
	offer(rig, 0);
	serve(test, rig, 1);
	KUNIT_EXPECT_EQ(test, rig->notified, 1);
	KUNIT_EXPECT_EQ(test, rig->ring.stats.suppressed, 1);

	KUNIT_EXPECT_FALSE(test, mdev_ring_enable_kick(&rig->ring));
	KUNIT_EXPECT_FALSE(test, mdev_ring_enable_kick(&rig->ring));
	KUNIT_EXPECT_EQ(test, used_u16(rig, RING_FLAGS), 0);
	mdev_ring_disable_kick(&rig->ring);
	KUNIT_EXPECT_EQ(test, used_u16(rig, RING_FLAGS), VRING_USED_F_NO_NOTIFY);
	offer(rig, 0);
	KUNIT_EXPECT_TRUE(test, mdev_ring_enable_kick(&rig->ring));
	rig_end(rig);
}

static void notify_events(struct kunit *test)
{
	static const struct entry entry = { DATA, 1, D_WRITE };
	struct rig *rig = rig_make(test);
	struct mdev_ring_chain chain;

	rig_start(test, rig, EVENT);
	put_table(rig, DESC, &entry, 1);
	offer(rig, 0);
	serve(test, rig, 1);
	/* The first time nobody can have said when. */
	KUNIT_EXPECT_EQ(test, rig->notified, 1);
	put_avail(rig, RING_ENTRIES + NUM * sizeof(__le16), 2);
	offer(rig, 0);
	serve(test, rig, 1);
	KUNIT_EXPECT_EQ(test, rig->notified, 1);
	offer(rig, 0);
	serve(test, rig, 1);
	KUNIT_EXPECT_EQ(test, rig->notified, 2);

	KUNIT_EXPECT_FALSE(test, mdev_ring_enable_kick(&rig->ring));
	KUNIT_EXPECT_EQ(test, used_u16(rig, ring_avail_event(&rig->ring)), 3);
	mdev_ring_disable_kick(&rig->ring);
	offer(rig, 0);
	KUNIT_EXPECT_TRUE(test, mdev_ring_enable_kick(&rig->ring));
	/* What was given back was seen. */
	KUNIT_ASSERT_EQ(test, mdev_ring_pop(&rig->ring, &chain), 1);
	mdev_ring_unpop(&rig->ring, 1);
	KUNIT_EXPECT_FALSE(test, mdev_ring_enable_kick(&rig->ring));
	rig_end(rig);
}

/* Life. */

static void ring_begins(struct kunit *test)
{
	struct mdev_vq_state state = { .split.avail_index = 5 };
	struct rig *rig = rig_make(test);
	struct mdev_ring *ring = &rig->ring;
	struct mdev_ring_chain chain;

	KUNIT_EXPECT_EQ(test, mdev_ring_start(ring, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, mdev_ring_start(ring, V1), -EINVAL);
	mdev_ring_set_as(ring, NULL);
	KUNIT_EXPECT_EQ(test, mdev_ring_start(ring, V1), -ENXIO);
	mdev_ring_set_as(ring, &rig->as);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(ring, &chain), 0);
	mdev_ring_stop(ring);

	rig_start(test, rig, V1);
	KUNIT_EXPECT_EQ(test, mdev_ring_start(ring, V1), -EBUSY);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_num(ring, 4), -EBUSY);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(ring, DESC, AVAIL, USED), -EBUSY);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_state(ring, &state), -EBUSY);
	mdev_ring_break(ring, -EILSEQ);
	/* The first one stays. */
	mdev_ring_break(ring, -EIO);
	KUNIT_EXPECT_EQ(test, mdev_ring_pop(ring, &chain), -EILSEQ);
	KUNIT_EXPECT_EQ(test, ring->stats.errors, 1);
	rig_end(rig);
}

static struct kunit_case chain_cases[] = {
	KUNIT_CASE(chain_simple),
	KUNIT_CASE(chain_wraps),
	KUNIT_CASE(chain_table),
	KUNIT_CASE(chain_given_back),
	KUNIT_CASE(chain_bad),
	KUNIT_CASE(index_bad),
	KUNIT_CASE(area_bad),
	KUNIT_CASE(area_goes),
	KUNIT_CASE(notify_flags),
	KUNIT_CASE(notify_events),
	KUNIT_CASE(ring_begins),
	{}
};

static struct kunit_suite chain_suite = {
	.name = "mdev_ring_chain",
	.test_cases = chain_cases,
};

kunit_test_suite(chain_suite);

MODULE_DESCRIPTION("KUnit tests of chains through rings of mdev_ring");
MODULE_LICENSE("GPL");
