// SPDX-License-Identifier: GPL-2.0
/*
 * What class vhost maps for a device that has map operations of its own, held against
 * what it has promised: nothing overlaps, and what is unmapped is what was mapped.
 */
#include <linux/io.h>
#include <linux/mdev_as.h>
#include <linux/mdev_class.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "wide.h"

/**
 * struct wide_mapping - what was mapped at once
 * @node: in wide.maps
 * @asid: address space
 * @iova: first address
 * @size: bytes
 * @pa: where it is
 * @perm: MDEV_AS_READ and MDEV_AS_WRITE
 */
struct wide_mapping {
	struct list_head node;
	u32 asid;
	u64 iova;
	u64 size;
	phys_addr_t pa;
	u32 perm;
};

/* The n-th mapping from now fails; 0 for none. */
static int fail_map;
module_param(fail_map, int, 0644);
MODULE_PARM_DESC(fail_map, "which mapping from now on fails, 0 for none");

static struct wide_mapping *find(struct wide *wide, u32 asid, u64 iova,
				 u64 size)
{
	struct wide_mapping *m;

	list_for_each_entry(m, &wide->maps, node)
		if (m->asid == asid && iova < m->iova + m->size &&
		    m->iova < iova + size)
			return m;
	return NULL;
}

int wide_dma_map(struct mdev_slice *slice, u32 asid, u64 iova, u64 size,
		 phys_addr_t pa, u32 perm)
{
	struct wide *wide = wide_of(slice);
	struct wide_mapping *m;

	if (fail_map && !--fail_map)
		return -ENOMEM;
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	m->asid = asid;
	m->iova = iova;
	m->size = size;
	m->pa = pa;
	m->perm = perm;
	mutex_lock(&wide->map_lock);
	WARN_ON(find(wide, asid, iova, size));
	/* Looked for from the front: what was mapped last is often unmapped first. */
	list_add(&m->node, &wide->maps);
	mutex_unlock(&wide->map_lock);
	return 0;
}

void wide_dma_unmap(struct mdev_slice *slice, u32 asid, u64 iova, u64 size)
{
	struct wide *wide = wide_of(slice);
	struct wide_mapping *m;

	mutex_lock(&wide->map_lock);
	m = find(wide, asid, iova, size);
	if (!WARN_ON(!m || m->iova != iova || m->size != size)) {
		list_del(&m->node);
		kfree(m);
	}
	mutex_unlock(&wide->map_lock);
}

static void *reach(struct wide *wide, u32 asid, u64 addr, u32 perm)
{
	struct wide_mapping *m = find(wide, asid, addr, WIDE_COPY);

	if (!m || !(m->perm & perm) || addr < m->iova ||
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
