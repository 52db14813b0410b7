// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of address spaces and of arithmetic with ring indices. What goes
 * through rings is tested in user space.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/dma-direct.h>
#include <linux/mdev_as.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/virtio_config.h>

#include "ring.h"
#include "ram.c"

/* The table of this module, not that of mdev_ring, so nobody has cached it. */
void direct_invalidate(void)
{
}

/* The table of RAM. */

static struct ram_table *table_alloc(struct kunit *test, unsigned int nr)
{
	struct ram_table *table;

	table = kunit_kzalloc(test, struct_size(table, extent, nr), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, table);
	table->nr = nr;
	return table;
}

/* Runs that touch become one. */
static void ram_merges(struct kunit *test)
{
	struct ram_walk walk = { .table = table_alloc(test, 3) };
	const struct ram_extent *extent = walk.table->extent;

	ram_walk_add(&walk, 0x1000, 0x1fff);
	ram_walk_add(&walk, 0x2000, 0x4fff);
	ram_walk_add(&walk, 0x6000, 0x6fff);
	ram_walk_add(&walk, 0x8000, 0xffff);
	ram_walk_close(&walk);
	ram_walk_close(&walk);
	KUNIT_ASSERT_EQ(test, walk.nr, 3);
	KUNIT_EXPECT_EQ(test, extent[0].first, 0x1000);
	KUNIT_EXPECT_EQ(test, extent[0].last, 0x4fff);
	KUNIT_EXPECT_EQ(test, extent[1].first, 0x6000);
	KUNIT_EXPECT_EQ(test, extent[1].last, 0x6fff);
	KUNIT_EXPECT_EQ(test, extent[2].first, 0x8000);
	KUNIT_EXPECT_EQ(test, extent[2].last, 0xffff);
}

/* Machines change between the two walks: what does not fit is counted only. */
static void ram_overflows(struct kunit *test)
{
	struct ram_walk walk = { .table = table_alloc(test, 1) };
	unsigned int i;

	for (i = 0; i < 4; i++)
		ram_walk_add(&walk, i * 0x2000, i * 0x2000 + 0xfff);
	ram_walk_close(&walk);
	KUNIT_EXPECT_EQ(test, walk.nr, 4);
	KUNIT_EXPECT_EQ(test, walk.table->extent[0].last, 0xfff);
}

static void ram_finds(struct kunit *test)
{
	static const struct {
		phys_addr_t phys;
		int extent;
	} cases[] = {
		{ 0, -1 }, { 0xfff, -1 }, { 0x1000, 0 }, { 0x1fff, 0 },
		{ 0x2000, -1 }, { 0x3000, 1 }, { 0x3001, 1 }, { 0x4fff, 1 },
		{ 0x5000, -1 }, { 0xffff, -1 }, { 0x10000, 2 },
		{ 0x10fff, 2 }, { 0x11000, -1 }, { ~(phys_addr_t)0, -1 },
	};
	struct ram_table *table = table_alloc(test, 3);
	struct ram_extent found;
	unsigned int i;

	table->extent[0] = (struct ram_extent){ 0x1000, 0x1fff };
	table->extent[1] = (struct ram_extent){ 0x3000, 0x4fff };
	table->extent[2] = (struct ram_extent){ 0x10000, 0x10fff };
	KUNIT_EXPECT_FALSE(test, ram_find(0x1000, &found));
	rcu_assign_pointer(ram_table, table);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool is = ram_find(cases[i].phys, &found);

		KUNIT_EXPECT_EQ_MSG(test, is, cases[i].extent >= 0, "%pa",
				    &cases[i].phys);
		if (is && cases[i].extent >= 0)
			KUNIT_EXPECT_MEMEQ(test, &found,
					   &table->extent[cases[i].extent],
					   sizeof(found));
	}
	rcu_assign_pointer(ram_table, NULL);
}

/* The real one: what this machine has, and what is leaving. */
static void ram_builds(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct ram_table *table;
	struct ram_extent found;
	unsigned long section;
	phys_addr_t phys;
	bool here, gone;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	phys = virt_to_phys(buf);
	section = ALIGN_DOWN(PFN_DOWN(phys), PAGES_PER_SECTION);
	mutex_lock(&ram_lock);
	KUNIT_EXPECT_EQ(test, ram_build(0, 0), 0);
	here = ram_find(phys, &found);
	KUNIT_EXPECT_EQ(test, ram_build(section, PAGES_PER_SECTION), 0);
	gone = !ram_find(phys, &found);
	mutex_unlock(&ram_lock);
	KUNIT_EXPECT_TRUE(test, here);
	KUNIT_EXPECT_TRUE(test, gone);
	KUNIT_EXPECT_FALSE(test, ram_find(~(phys_addr_t)0, &found));
	table = rcu_dereference_protected(ram_table, true);
	rcu_assign_pointer(ram_table, NULL);
	kvfree_rcu(table, rcu);
	rcu_barrier();
}

/* The direct backend, through the functions that others use. */

static struct device *direct_dev(struct kunit *test, const char *name)
{
	struct device *dev = kunit_device_register(test, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	return dev;
}

static struct mdev_as *direct_as(struct kunit *test, struct device *dev)
{
	struct mdev_as *as = mdev_as_direct_create(dev);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, as);
	return as;
}

static void direct_translates(struct kunit *test)
{
	struct device *dev = direct_dev(test, "mdev_ring_translates");
	u8 *buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct mdev_as *as = direct_as(test, dev);
	struct mdev_as_range range = {};
	u64 addr;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	addr = phys_to_dma(dev, virt_to_phys(buf));
	KUNIT_EXPECT_EQ(test, as->ops->translate(as, addr, PAGE_SIZE,
						 MDEV_AS_WRITE, &range), 0);
	KUNIT_EXPECT_LE(test, range.start, addr);
	KUNIT_EXPECT_GE(test, range.last, addr + PAGE_SIZE - 1);
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)range.va + (addr - range.start), buf);
	KUNIT_EXPECT_EQ(test, range.perm, MDEV_AS_READ | MDEV_AS_WRITE);
	mdev_as_put(as);
}

static void direct_refuses(struct kunit *test)
{
	static const struct {
		u64 addr;
		u64 len;
	} cases[] = {
		{ U64_MAX, 1 }, { U64_MAX, 2 }, { U64_MAX - 4095, 4096 },
		{ U64_MAX - 4095, 4097 }, { 1ULL << 60, 4096 },
		/* The local APIC, where there is one. */
		{ 0xfee00000, 4096 },
	};
	struct device *dev = direct_dev(test, "mdev_ring_refuses");
	u8 *buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct mdev_as *as = direct_as(test, dev);
	struct mdev_as_range range = {};
	unsigned int i;
	u64 addr;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	addr = phys_to_dma(dev, virt_to_phys(buf));
	KUNIT_EXPECT_EQ(test, as->ops->translate(as, addr, 0, MDEV_AS_READ,
						 &range), -EFAULT);
	KUNIT_EXPECT_EQ(test, as->ops->translate(as, addr, U64_MAX,
						 MDEV_AS_READ, &range), -EFAULT);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, as->ops->translate(as, cases[i].addr,
							     cases[i].len,
							     MDEV_AS_READ,
							     &range), -EFAULT,
				    "%llx+%llx", cases[i].addr, cases[i].len);
	mdev_as_put(as);
}

/* A bus with an offset: what lies outside its windows is refused. */
static void direct_offset(struct kunit *test)
{
	static const u64 offset = 1ULL << 40;
	struct bus_dma_region map[2] = {};
	struct mdev_as_range range = {};
	struct device *dev;
	struct mdev_as *as;
	phys_addr_t phys;
	u8 *buf;

	buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	phys = ALIGN_DOWN(virt_to_phys(buf), PAGE_SIZE);
	map[0].cpu_start = phys;
	map[0].dma_start = phys + offset;
	map[0].size = PAGE_SIZE;

	dev = direct_dev(test, "mdev_ring_offset");
	dev->dma_range_map = map;
	as = direct_as(test, dev);

	KUNIT_EXPECT_EQ(test, as->ops->translate(as, phys + offset, 16,
						 MDEV_AS_READ, &range), 0);
	KUNIT_EXPECT_EQ(test, range.start, phys + offset);
	KUNIT_EXPECT_EQ(test, range.last, phys + offset + PAGE_SIZE - 1);
	KUNIT_EXPECT_PTR_EQ(test, range.va, phys_to_virt(phys));
	KUNIT_EXPECT_EQ(test, as->ops->translate(as, phys, 16, MDEV_AS_READ,
						 &range), -EFAULT);
	KUNIT_EXPECT_EQ(test, as->ops->translate(as, phys + offset + PAGE_SIZE,
						 1, MDEV_AS_READ, &range),
			-EFAULT);
	dev->dma_range_map = NULL;
	mdev_as_put(as);
}

/* User memory, through the functions that others use. */

#define P	((u64)PAGE_SIZE)
#define VA	(1024 * P)	/* a user address, by which nothing is touched */
#define R	MDEV_AS_READ
#define RW	(MDEV_AS_READ | MDEV_AS_WRITE)
#define TOP	((u64)ULONG_MAX)

#define MAP(start, size, va, perm, err)	{ start, size, va, perm, err }
#define UNMAP(start, size, err)		{ start, size, 0, 0, err }

struct user_step {
	u64 start;
	u64 size;
	u64 va;
	u32 perm;		/* 0: unmap */
	int err;
};

struct user_range {
	u64 start;
	u64 last;
	u64 va;
	u32 perm;		/* 0: there are no more */
};

/* What is mapped after the steps; everything else is not. */
struct user_case {
	const char *name;
	struct user_step steps[5];
	struct user_range ranges[4];
};

/* Whoever loads the module: nobody looks into its memory. */
static struct mm_struct *user_mm;

static int user_suite_init(struct kunit_suite *suite)
{
	user_mm = current->mm;
	if (!user_mm)
		return -ENODEV;
	mmgrab(user_mm);
	return 0;
}

static void user_suite_exit(struct kunit_suite *suite)
{
	if (user_mm)
		mmdrop(user_mm);
}

static void user_put(void *as)
{
	mdev_as_user_kill(as);
	mdev_as_put(as);
}

static struct mdev_as *user_as(struct kunit *test)
{
	struct mdev_as *as = mdev_as_user_create(user_mm);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, as);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, user_put, as), 0);
	return as;
}

static bool user_mapped(struct mdev_as *as, u64 addr)
{
	struct mdev_as_range range = {};

	return !as->ops->translate(as, addr, 1, MDEV_AS_READ, &range);
}

static void user_step(struct kunit *test, struct mdev_as *as,
		      const struct user_case *c, const struct user_step *step)
{
	u32 seq = as->seq;
	int err;

	if (step->perm)
		err = mdev_as_user_map(as, step->start, step->size, step->va,
				       step->perm);
	else
		err = mdev_as_user_unmap(as, step->start, step->size);
	KUNIT_EXPECT_EQ_MSG(test, err, step->err, "%s: 0x%llx+0x%llx", c->name,
			    step->start, step->size);
	/* Whoever has looked before has to look again. */
	if (!step->perm && !err)
		KUNIT_EXPECT_NE_MSG(test, as->seq, seq, "%s", c->name);
}

static void expect_user_range(struct kunit *test, struct mdev_as *as,
			      const struct user_case *c,
			      const struct user_range *want, u64 addr)
{
	struct mdev_as_range range = {};

	KUNIT_EXPECT_EQ_MSG(test, as->ops->translate(as, addr, 1, MDEV_AS_READ,
						     &range), 0,
			    "%s: 0x%llx", c->name, addr);
	KUNIT_EXPECT_EQ_MSG(test, range.start, want->start, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, range.last, want->last, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, (unsigned long)range.va, want->va, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, range.perm, want->perm, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, range.seq, as->seq, "%s", c->name);
}

/* Seen from both ends of all ranges and of all gaps between them. */
static void expect_user_ranges(struct kunit *test, struct mdev_as *as,
			       const struct user_case *c)
{
	const struct user_range *want = c->ranges;
	u64 free = 0;

	for (; want->perm; want++) {
		expect_user_range(test, as, c, want, want->start);
		expect_user_range(test, as, c, want, want->last);
		if (want->start > free) {
			KUNIT_EXPECT_FALSE_MSG(test, user_mapped(as, free),
					       "%s: 0x%llx", c->name, free);
			KUNIT_EXPECT_FALSE_MSG(test, user_mapped(as, want->start - 1),
					       "%s: below 0x%llx", c->name,
					       want->start);
		}
		if (want->last == TOP)
			return;
		free = want->last + 1;
	}
	KUNIT_EXPECT_FALSE_MSG(test, user_mapped(as, free), "%s: 0x%llx", c->name,
			       free);
	KUNIT_EXPECT_FALSE_MSG(test, user_mapped(as, TOP), "%s: the top", c->name);
}

static void expect_user_cases(struct kunit *test, const struct user_case *cases,
			      unsigned int nr)
{
	const struct user_step *step;
	struct mdev_as *as;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		as = user_as(test);
		for (step = cases[i].steps; step->size; step++)
			user_step(test, as, &cases[i], step);
		expect_user_ranges(test, as, &cases[i]);
		kunit_release_action(test, user_put, as);
	}
}

/* Ranges that continue each other in both memories are one. */
static void user_merges(struct kunit *test)
{
	static const struct user_case cases[] = {
		{ "one",
		  { MAP(4 * P, P, VA, RW, 0) },
		  { { 4 * P, 5 * P - 1, VA, RW } } },
		{ "upwards",
		  { MAP(4 * P, P, VA, R, 0), MAP(5 * P, 2 * P, VA + P, R, 0) },
		  { { 4 * P, 7 * P - 1, VA, R } } },
		{ "downwards",
		  { MAP(5 * P, P, VA + P, R, 0), MAP(4 * P, P, VA, R, 0) },
		  { { 4 * P, 6 * P - 1, VA, R } } },
		{ "between",
		  { MAP(4 * P, P, VA, R, 0), MAP(6 * P, P, VA + 2 * P, R, 0),
		    MAP(5 * P, P, VA + P, R, 0) },
		  { { 4 * P, 7 * P - 1, VA, R } } },
		{ "from the bottom",
		  { MAP(P, P, VA + P, R, 0), MAP(0, P, VA, R, 0) },
		  { { 0, 2 * P - 1, VA, R } } },
		{ "to the top",
		  { MAP(TOP - 2 * P + 1, P, VA, R, 0),
		    MAP(TOP - P + 1, P, VA + P, R, 0) },
		  { { TOP - 2 * P + 1, TOP, VA, R } } },
		{ "in the middle of a page",
		  { MAP(4 * P + 3, 5, VA + 3, R, 0),
		    MAP(4 * P + 8, 1, VA + 8, R, 0) },
		  { { 4 * P + 3, 4 * P + 8, VA + 3, R } } },
	};

	expect_user_cases(test, cases, ARRAY_SIZE(cases));
}

static void user_stays_apart(struct kunit *test)
{
	static const struct user_case cases[] = {
		{ "a gap",
		  { MAP(4 * P, P - 1, VA, R, 0), MAP(5 * P, P, VA + P, R, 0) },
		  { { 4 * P, 5 * P - 2, VA, R },
		    { 5 * P, 6 * P - 1, VA + P, R } } },
		{ "other memory",
		  { MAP(4 * P, P, VA, R, 0), MAP(5 * P, P, VA + 2 * P, R, 0) },
		  { { 4 * P, 5 * P - 1, VA, R },
		    { 5 * P, 6 * P - 1, VA + 2 * P, R } } },
		{ "the same memory",
		  { MAP(4 * P, P, VA, R, 0), MAP(5 * P, P, VA, R, 0) },
		  { { 4 * P, 5 * P - 1, VA, R },
		    { 5 * P, 6 * P - 1, VA, R } } },
		{ "other access",
		  { MAP(4 * P, P, VA, R, 0), MAP(5 * P, P, VA + P, RW, 0) },
		  { { 4 * P, 5 * P - 1, VA, R },
		    { 5 * P, 6 * P - 1, VA + P, RW } } },
		{ "other memory above",
		  { MAP(5 * P, P, VA + 2 * P, R, 0), MAP(4 * P, P, VA, R, 0) },
		  { { 4 * P, 5 * P - 1, VA, R },
		    { 5 * P, 6 * P - 1, VA + 2 * P, R } } },
		{ "other access above",
		  { MAP(5 * P, P, VA + P, RW, 0), MAP(4 * P, P, VA, R, 0) },
		  { { 4 * P, 5 * P - 1, VA, R },
		    { 5 * P, 6 * P - 1, VA + P, RW } } },
		{ "bottom and top",
		  { MAP(0, P, VA, R, 0), MAP(TOP - P + 1, P, VA - P, R, 0) },
		  { { 0, P - 1, VA, R }, { TOP - P + 1, TOP, VA - P, R } } },
	};

	expect_user_cases(test, cases, ARRAY_SIZE(cases));
}

/* What is around the range that is taken away leads to where it led before. */
static void user_cuts(struct kunit *test)
{
	static const struct user_case cases[] = {
		{ "all of it",
		  { MAP(4 * P, 4 * P, VA, R, 0), UNMAP(4 * P, 4 * P, 0) } },
		{ "more than that",
		  { MAP(4 * P, 4 * P, VA, R, 0), UNMAP(3 * P, 6 * P, 0) } },
		{ "the beginning",
		  { MAP(4 * P, 4 * P, VA, R, 0), UNMAP(3 * P, 2 * P, 0) },
		  { { 5 * P, 8 * P - 1, VA + P, R } } },
		{ "the end",
		  { MAP(4 * P, 4 * P, VA, R, 0), UNMAP(7 * P, 2 * P, 0) },
		  { { 4 * P, 7 * P - 1, VA, R } } },
		{ "the middle",
		  { MAP(4 * P, 4 * P, VA, RW, 0), UNMAP(5 * P, 2 * P, 0) },
		  { { 4 * P, 5 * P - 1, VA, RW },
		    { 7 * P, 8 * P - 1, VA + 3 * P, RW } } },
		{ "one byte",
		  { MAP(4 * P, 4 * P, VA, R, 0), UNMAP(5 * P + 7, 1, 0) },
		  { { 4 * P, 5 * P + 6, VA, R },
		    { 5 * P + 8, 8 * P - 1, VA + P + 8, R } } },
		{ "of two, and one between them",
		  { MAP(4 * P, 2 * P, VA, R, 0), MAP(7 * P, P, VA, R, 0),
		    MAP(9 * P, 2 * P, VA, RW, 0), UNMAP(5 * P, 5 * P, 0) },
		  { { 4 * P, 5 * P - 1, VA, R },
		    { 10 * P, 11 * P - 1, VA + P, RW } } },
		{ "beside it",
		  { MAP(4 * P, P, VA, R, 0), UNMAP(3 * P, P, 0),
		    UNMAP(5 * P, P, 0) },
		  { { 4 * P, 5 * P - 1, VA, R } } },
		{ "everything but the top",
		  { MAP(0, P, VA, R, 0), MAP(TOP - P + 1, P, VA, R, 0),
		    UNMAP(0, TOP, 0) },
		  { { TOP, TOP, VA + P - 1, R } } },
		{ "and put back",
		  { MAP(4 * P, 4 * P, VA, R, 0), UNMAP(5 * P, P, 0),
		    MAP(5 * P, P, VA + P, R, 0) },
		  { { 4 * P, 8 * P - 1, VA, R } } },
	};

	expect_user_cases(test, cases, ARRAY_SIZE(cases));
}

/* What is there is not mapped over, not even with the same, and nor is what is beside. */
static void user_overlaps(struct kunit *test)
{
	static const struct user_case cases[] = {
		{ "the same",
		  { MAP(4 * P, 2 * P, VA, R, 0), MAP(4 * P, 2 * P, VA, R, -EEXIST) },
		  { { 4 * P, 6 * P - 1, VA, R } } },
		{ "inside",
		  { MAP(4 * P, 3 * P, VA, R, 0), MAP(5 * P, P, VA, RW, -EEXIST) },
		  { { 4 * P, 7 * P - 1, VA, R } } },
		{ "around",
		  { MAP(4 * P, P, VA, R, 0), MAP(3 * P, 3 * P, VA, RW, -EEXIST) },
		  { { 4 * P, 5 * P - 1, VA, R } } },
		{ "the first byte",
		  { MAP(4 * P, P, VA, R, 0), MAP(3 * P, P + 1, VA, R, -EEXIST) },
		  { { 4 * P, 5 * P - 1, VA, R } } },
		{ "the last byte",
		  { MAP(4 * P, P, VA, R, 0),
		    MAP(5 * P - 1, P, VA + P - 1, R, -EEXIST) },
		  { { 4 * P, 5 * P - 1, VA, R } } },
		{ "of two",
		  { MAP(4 * P, P, VA, R, 0), MAP(6 * P, P, VA, R, 0),
		    MAP(4 * P, 3 * P, VA, R, -EEXIST) },
		  { { 4 * P, 5 * P - 1, VA, R }, { 6 * P, 7 * P - 1, VA, R } } },
		{ "what is left",
		  { MAP(4 * P, 3 * P, VA, R, 0), UNMAP(5 * P, P, 0),
		    MAP(5 * P, P + 1, VA, R, -EEXIST), MAP(5 * P, P, VA, RW, 0) },
		  { { 4 * P, 5 * P - 1, VA, R }, { 5 * P, 6 * P - 1, VA, RW },
		    { 6 * P, 7 * P - 1, VA + 2 * P, R } } },
	};

	expect_user_cases(test, cases, ARRAY_SIZE(cases));
}

static void user_refuses(struct kunit *test)
{
	static const struct user_step maps[] = {
		MAP(4 * P, 0, VA, R, -EINVAL), MAP(0, 0, 0, RW, -EINVAL),
		MAP(U64_MAX, 2, VA + P - 1, R, -EINVAL),
		MAP(4 * P, U64_MAX, VA, R, -EINVAL),
		MAP(4 * P, 2 * P, U64_MAX - P + 1, R, -EINVAL),
		MAP(4 * P, P, VA, 0, -EINVAL), MAP(4 * P, P, VA, 4, -EINVAL),
		MAP(4 * P, P, VA, RW | 4, -EINVAL),
		MAP(4 * P, P, VA + 1, R, -EINVAL),
		MAP(4 * P - 1, P, VA, R, -EINVAL),
		/* Memory of the kernel, or some of it. */
		MAP(4 * P, P, TOP - P + 1, R, -EFAULT),
		MAP(4 * P, TOP - 2 * VA, VA, R, -EFAULT),
	};
	static const struct user_step unmaps[] = {
		UNMAP(4 * P, 0, -EINVAL), UNMAP(0, 0, -EINVAL),
		UNMAP(U64_MAX, 2, -EINVAL), UNMAP(4 * P, U64_MAX, -EINVAL),
	};
	static const struct user_case left = {
		"refused", {}, { { 8 * P, 9 * P - 1, VA, R } },
	};
	struct mdev_as *as = user_as(test);
	unsigned int i;
	u32 seq;

	KUNIT_ASSERT_EQ(test, mdev_as_user_map(as, 8 * P, P, VA, R), 0);
	seq = as->seq;
	for (i = 0; i < ARRAY_SIZE(maps); i++)
		KUNIT_EXPECT_EQ_MSG(test, mdev_as_user_map(as, maps[i].start,
							   maps[i].size,
							   maps[i].va,
							   maps[i].perm),
				    maps[i].err, "%u", i);
	for (i = 0; i < ARRAY_SIZE(unmaps); i++)
		KUNIT_EXPECT_EQ_MSG(test, mdev_as_user_unmap(as, unmaps[i].start,
							     unmaps[i].size),
				    unmaps[i].err, "%u", i);
	KUNIT_EXPECT_EQ(test, as->seq, seq);
	expect_user_ranges(test, as, &left);
}

/* Indices and ranges. */

static void ring_sizes(struct kunit *test)
{
	struct mdev_ring ring = {};
	u32 num;

	for (num = 1; num <= MDEV_RING_NUM_MAX; num *= 2) {
		ring.num = num;
		/* Section 2.7. */
		KUNIT_EXPECT_EQ(test, ring_desc_bytes(&ring), 16 * num);
		KUNIT_EXPECT_EQ(test, ring_avail_bytes(&ring), 6 + 2 * num);
		KUNIT_EXPECT_EQ(test, ring_used_bytes(&ring), 6 + 8 * num);
		KUNIT_EXPECT_EQ(test, ring_slot(&ring, 0), 0);
		KUNIT_EXPECT_EQ(test, ring_slot(&ring, num - 1), num - 1);
		KUNIT_EXPECT_EQ(test, ring_slot(&ring, num), 0);
		KUNIT_EXPECT_EQ(test, ring_slot(&ring, U16_MAX), num - 1);
	}
}

/* Positions of a packed ring, of any size: two rounds, then all over again. */
static void ring_positions(struct kunit *test)
{
	static const u16 sizes[] = { 1, 2, 3, 255, 1000, MDEV_RING_NUM_MAX };
	struct mdev_ring ring = { .packed = true };
	unsigned int i, step;
	u16 pos, next;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ring.num = sizes[i];
		/* Section 2.8. */
		KUNIT_EXPECT_EQ(test, ring_desc_bytes(&ring), 16 * ring.num);
		KUNIT_EXPECT_EQ(test, ring_avail_bytes(&ring), 4);
		KUNIT_EXPECT_EQ(test, ring_used_bytes(&ring), 4);
		pos = RING_WRAP;
		for (step = 0; step < 2 * ring.num; step++) {
			KUNIT_EXPECT_EQ(test, pos & RING_INDEX, step % ring.num);
			KUNIT_EXPECT_EQ(test, !!(pos & RING_WRAP), step < ring.num);
			KUNIT_EXPECT_EQ(test, ring_distance(&ring, pos, pos), 0);
			KUNIT_EXPECT_EQ(test, ring_turn(&ring, RING_WRAP, pos), step);
			next = ring_forward(&ring, pos, ring.num);
			KUNIT_EXPECT_EQ(test, next, pos ^ RING_WRAP);
			KUNIT_EXPECT_EQ(test, ring_distance(&ring, pos, next),
					ring.num);
			pos = ring_forward(&ring, pos, 1);
		}
		KUNIT_EXPECT_EQ(test, pos, RING_WRAP);
	}
}

static void ring_parts(struct kunit *test)
{
	struct mdev_as_range range = { .start = 0x1000, .last = 0x1fff };

	KUNIT_EXPECT_EQ(test, ring_range_part(&range, 0x1000, 1), 1);
	KUNIT_EXPECT_EQ(test, ring_range_part(&range, 0x1000, 0x1000), 0x1000);
	KUNIT_EXPECT_EQ(test, ring_range_part(&range, 0x1000, 0x1001), 0x1000);
	KUNIT_EXPECT_EQ(test, ring_range_part(&range, 0x1fff, U64_MAX), 1);
	range.last = U64_MAX;
	KUNIT_EXPECT_EQ(test, ring_range_part(&range, U64_MAX, 1), 1);
	KUNIT_EXPECT_EQ(test, ring_range_part(&range, U64_MAX - 1, 2), 2);
	KUNIT_EXPECT_EQ(test, ring_range_part(&range, 0x1000, U64_MAX),
			U64_MAX - 0xfff);
}

static void ring_hits(struct kunit *test)
{
	struct mdev_as_range range = {
		.start = 0x1000, .last = 0x1fff, .perm = MDEV_AS_READ, .seq = 7,
	};
	struct mdev_as as = { .seq = 7 };
	struct mdev_ring ring = { .as = &as };

	KUNIT_EXPECT_TRUE(test, ring_range_hit(&ring, &range, 0x1000, MDEV_AS_READ));
	KUNIT_EXPECT_TRUE(test, ring_range_hit(&ring, &range, 0x1fff, MDEV_AS_READ));
	KUNIT_EXPECT_FALSE(test, ring_range_hit(&ring, &range, 0xfff, MDEV_AS_READ));
	KUNIT_EXPECT_FALSE(test, ring_range_hit(&ring, &range, 0x2000, MDEV_AS_READ));
	KUNIT_EXPECT_FALSE(test, ring_range_hit(&ring, &range, 0x1000, MDEV_AS_WRITE));
	as.seq++;
	KUNIT_EXPECT_FALSE(test, ring_range_hit(&ring, &range, 0x1000, MDEV_AS_READ));
	/* What is empty allows nothing. */
	range = (struct mdev_as_range){ .seq = 8 };
	KUNIT_EXPECT_FALSE(test, ring_range_hit(&ring, &range, 0, MDEV_AS_READ));
}

/* The state is the driver's index, which wraps at 65536 and not at the size. */
static void ring_state(struct kunit *test)
{
	static const u16 indices[] = { 0, 1, 255, 256, 32767, 32768, U16_MAX };
	struct mdev_vq_state state = {};
	struct mdev_ring ring;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, mdev_ring_init(&ring, 256, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(indices); i++) {
		state.split.avail_index = indices[i];
		KUNIT_EXPECT_EQ(test, mdev_ring_set_state(&ring, &state), 0);
		memset(&state, 0xff, sizeof(state));
		mdev_ring_get_state(&ring, &state);
		KUNIT_EXPECT_EQ(test, state.split.avail_index, indices[i]);
	}
	mdev_ring_destroy(&ring);
}

static void ring_numbers(struct kunit *test)
{
	struct mdev_ring ring;
	u32 num;

	KUNIT_EXPECT_EQ(test, mdev_ring_init(&ring, 0, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mdev_ring_init(&ring, 3, NULL), -EINVAL);
	KUNIT_ASSERT_EQ(test, mdev_ring_init(&ring, 64, NULL), 0);
	for (num = 0; num < 300; num++)
		KUNIT_EXPECT_EQ(test, mdev_ring_set_num(&ring, num),
				num && num <= 64 ? 0 : -EINVAL);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_num(&ring, 0x10000), -EINVAL);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(&ring, 16, 2, 4), 0);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(&ring, 8, 2, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(&ring, 16, 1, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, mdev_ring_set_address(&ring, 16, 2, 2), -EINVAL);
	mdev_ring_destroy(&ring);
}

#define PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)

/* Which rings there can be hangs on the features. */
static void ring_checks(struct kunit *test)
{
	static const struct {
		u64 features;
		u16 num;
		u64 driver;	/* area */
		int err;
		bool stated;
		struct mdev_vq_state_packed state;
	} cases[] = {
		{ 0, 8, 16, 0 }, { 0, 1, 16, 0 }, { 0, 8, 2, 0 },
		{ 0, 7, 16, -EINVAL }, { 0, 9, 16, -EINVAL },
		{ ~PACKED, 8, 2, 0 }, { ~PACKED, 7, 16, -EINVAL },
		{ PACKED, 8, 16, 0 }, { PACKED, 7, 16, 0 }, { PACKED, 1, 4, 0 },
		{ U64_MAX, 7, 16, 0 },
		{ PACKED, 8, 1, -EINVAL }, { PACKED, 8, 2, -EINVAL },
		{ PACKED, 8, 6, -EINVAL }, { PACKED, 8, 8, 0 },
		/* Where to go on, of which a split ring knows only an index. */
		{ PACKED, 7, 16, 0, true, { 1, 0, 1, 0 } },
		{ PACKED, 7, 16, 0, true, { 0, 6, 0, 6 } },
		{ PACKED, 7, 16, -EINVAL, true, { 1, 7, 1, 7 } },
		{ PACKED, 7, 16, -EINVAL, true, { 1, 0x7fff, 1, 0x7fff } },
		{ PACKED, 7, 16, -EINVAL, true, { 1, 3, 1, 2 } },
		{ PACKED, 7, 16, -EINVAL, true, { 1, 3, 0, 3 } },
		{ PACKED, 7, 16, 0, false, { 1, 7, 0, 3 } },
		{ 0, 8, 16, 0, true, { 1, 9, 0, 3 } },
	};
	struct mdev_ring ring = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ring.num = cases[i].num;
		ring.avail.addr = cases[i].driver;
		ring.stated = cases[i].stated;
		ring.state.packed = cases[i].state;
		KUNIT_EXPECT_EQ_MSG(test, mdev_ring_check(&ring, cases[i].features),
				    cases[i].err, "%u", i);
	}
}

static struct kunit_case as_cases[] = {
	KUNIT_CASE(ram_merges),
	KUNIT_CASE(ram_overflows),
	KUNIT_CASE(ram_finds),
	KUNIT_CASE(ram_builds),
	KUNIT_CASE(direct_translates),
	KUNIT_CASE(direct_refuses),
	KUNIT_CASE(direct_offset),
	{}
};

static struct kunit_suite as_suite = {
	.name = "mdev_ring_as",
	.test_cases = as_cases,
};

static struct kunit_case user_cases[] = {
	KUNIT_CASE(user_merges),
	KUNIT_CASE(user_stays_apart),
	KUNIT_CASE(user_cuts),
	KUNIT_CASE(user_overlaps),
	KUNIT_CASE(user_refuses),
	{}
};

static struct kunit_suite user_suite = {
	.name = "mdev_ring_user",
	.suite_init = user_suite_init,
	.suite_exit = user_suite_exit,
	.test_cases = user_cases,
};

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(ring_sizes),
	KUNIT_CASE(ring_positions),
	KUNIT_CASE(ring_parts),
	KUNIT_CASE(ring_hits),
	KUNIT_CASE(ring_state),
	KUNIT_CASE(ring_numbers),
	KUNIT_CASE(ring_checks),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "mdev_ring_ring",
	.test_cases = ring_cases,
};

kunit_test_suites(&as_suite, &user_suite, &ring_suite);

MODULE_DESCRIPTION("KUnit tests of mdev_ring");
MODULE_LICENSE("GPL");
