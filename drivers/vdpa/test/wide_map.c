// SPDX-License-Identifier: GPL-2.0
/*
 * What class vhost maps for a device that has map operations of its own, held against
 * what it has promised: nothing overlaps, and what is unmapped is what was mapped.
 */
#include <linux/io.h>
#include <linux/maple_tree.h>
#include <linux/mdev_as.h>
#include <linux/mdev_class.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "wide.h"

/**
 * struct wide_mapping - what was mapped at once
 * @iova: first address
 * @size: bytes
 * @pa: where it is
 * @perm: MDEV_AS_READ and MDEV_AS_WRITE
 */
struct wide_mapping {
	u64 iova;
	u64 size;
	phys_addr_t pa;
	u32 perm;
};

/* The n-th mapping from now fails; 0 for none. */
static int fail_map;
module_param(fail_map, int, 0644);
MODULE_PARM_DESC(fail_map, "which mapping from now on fails, 0 for none");

void wide_map_init(struct wide *wide)
{
	unsigned int i;

	mutex_init(&wide->map_lock);
	for (i = 0; i < WIDE_GROUPS; i++) {
		mt_init_flags(&wide->maps[i], MT_FLAGS_LOCK_EXTERN);
		mt_set_external_lock(&wide->maps[i], &wide->map_lock);
	}
}

void wide_map_end(struct wide *wide)
{
	unsigned int i;

	for (i = 0; i < WIDE_GROUPS; i++)
		WARN_ON(!mtree_empty(&wide->maps[i]));
}

static int wide_map_store(struct wide *wide, u32 asid, struct wide_mapping *m)
{
	MA_STATE(mas, &wide->maps[asid], m->iova, m->iova + (m->size - 1));
	int err;

	mutex_lock(&wide->map_lock);
	WARN_ON(mas_find(&mas, mas.last));
	mas_set_range(&mas, m->iova, m->iova + (m->size - 1));
	err = mas_store_gfp(&mas, m, GFP_KERNEL);
	mutex_unlock(&wide->map_lock);
	return err;
}

int wide_dma_map(struct mdev_slice *slice, u32 asid, u64 iova, u64 size,
		 phys_addr_t pa, u32 perm)
{
	struct wide_mapping *m;
	int err;

	if (fail_map && !--fail_map)
		return -ENOMEM;
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	m->iova = iova;
	m->size = size;
	m->pa = pa;
	m->perm = perm;
	err = wide_map_store(wide_of(slice), asid, m);
	if (err)
		kfree(m);
	return err;
}

void wide_dma_unmap(struct mdev_slice *slice, u32 asid, u64 iova, u64 size)
{
	MA_STATE(mas, &wide_of(slice)->maps[asid], iova, iova);
	struct wide *wide = wide_of(slice);
	struct wide_mapping *m;

	mutex_lock(&wide->map_lock);
	m = mas_walk(&mas);
	if (!WARN_ON(!m || m->iova != iova || m->size != size)) {
		mas_store_gfp(&mas, NULL, GFP_KERNEL | __GFP_NOFAIL);
		kfree(m);
	}
	mutex_unlock(&wide->map_lock);
}

static void *reach(struct wide *wide, u32 asid, u64 addr, u32 perm)
{
	MA_STATE(mas, &wide->maps[asid], addr, addr);
	struct wide_mapping *m = mas_walk(&mas);

	if (!m || !(m->perm & perm) ||
	    addr + WIDE_COPY > m->iova + m->size)
		return NULL;
	return phys_to_virt(m->pa + (addr - m->iova));
}

bool wide_map_copy(struct wide *wide, u32 asid, u64 from, u64 to)
{
	void *source, *target;

	mutex_lock(&wide->map_lock);
	source = reach(wide, asid, from, MDEV_AS_READ);
	target = reach(wide, asid, to, MDEV_AS_WRITE);
	if (source && target)
		memcpy(target, source, WIDE_COPY);
	mutex_unlock(&wide->map_lock);
	return source && target;
}
