// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>

#include "memory.h"

static int memory_translate(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			    struct mdev_as_range *range)
{
	struct memory *mem = container_of(as, struct memory, as);
	struct region *region = memory_find(mem, addr);

	if (!region)
		return -EFAULT;
	if ((region->perm & perm) != perm)
		return -EACCES;
	range->start = region->addr;
	range->last = region->addr + region->len - 1;
	range->perm = region->perm;
	range->va = region->va;
	range->seq = as->seq;
	return 0;
}

static void memory_release(struct mdev_as *as)
{
}

static const struct mdev_as_ops memory_ops = {
	.translate = memory_translate,
	.release = memory_release,
};

static void region_init(struct region *region, u64 addr, u32 len, u32 perm)
{
	region->addr = addr;
	region->len = len;
	region->perm = perm;
	region->va = calloc(1, len);
	region->copy = calloc(1, len);
}

/* Some regions adjoin, so that buffers and tables have seams, at odd places too. */
void memory_init(struct memory *mem, u32 num)
{
	u32 rw = MDEV_AS_READ | MDEV_AS_WRITE;
	struct region *region = mem->region;
	unsigned int i;

	mdev_as_init(&mem->as, &memory_ops);
	region_init(&region[MEM_DESC], 0x10000, 16 * num, MDEV_AS_READ);
	region_init(&region[MEM_AVAIL], 0x20000, 6 + 2 * num, MDEV_AS_READ);
	region_init(&region[MEM_USED], 0x30000, 6 + 8 * num, MDEV_AS_WRITE);
	for (i = 0; i < 4; i++)
		region_init(&region[MEM_DATA + i], 0x40000 + i * 0x100, 0x100, rw);
	region_init(&region[MEM_TABLE], 0x50000, 0xf8, rw);
	region_init(&region[MEM_TABLE + 1], 0x500f8, 0x208, rw);
	region_init(&region[MEM_TOP], -0x100ULL, 0x100, rw);
	for (i = 0; i < MEM_FINE; i++)
		region_init(&region[MEM_FIRST_FINE + i], 0x60000 + i * 8, 8, rw);
}

void memory_exit(struct memory *mem)
{
	unsigned int i;

	for (i = 0; i < MEM_REGIONS; i++) {
		free(mem->region[i].va);
		free(mem->region[i].copy);
	}
}

struct region *memory_find(struct memory *mem, u64 addr)
{
	struct region *region;

	for (region = mem->region; region < mem->region + MEM_REGIONS; region++)
		if (region->va && addr >= region->addr &&
		    addr - region->addr < region->len)
			return region;
	return NULL;
}

/* Freed, so that the sanitizer sees who goes on to use it. */
void memory_unmap(struct memory *mem, struct region *region)
{
	free(region->va);
	region->va = NULL;
	mem->as.seq++;
}

void memory_map(struct memory *mem, struct region *region, u32 perm)
{
	if (!region->va)
		region->va = calloc(1, region->len);
	region->perm = perm;
	mem->as.seq++;
}

void memory_copy(struct memory *mem)
{
	struct region *region;

	for (region = mem->region; region < mem->region + MEM_REGIONS; region++)
		if (region->va)
			memcpy(region->copy, region->va, region->len);
}

static bool in_window(const struct window *window, unsigned int nr, u64 addr)
{
	for (; nr--; window++)
		if (addr - window->addr < window->len)
			return true;
	return false;
}

static bool region_changed(const struct region *region,
			   const struct window *window, unsigned int nr)
{
	u32 i;

	if (!memcmp(region->va, region->copy, region->len))
		return false;
	if (!(region->perm & MDEV_AS_WRITE))
		return true;
	for (i = 0; i < region->len; i++)
		if (region->va[i] != region->copy[i] &&
		    !in_window(window, nr, region->addr + i))
			return true;
	return false;
}

const struct region *memory_changed(struct memory *mem, const struct window *window,
				    unsigned int nr)
{
	const struct region *region;

	for (region = mem->region; region < mem->region + MEM_REGIONS; region++)
		if (region->va && region_changed(region, window, nr))
			return region;
	return NULL;
}
