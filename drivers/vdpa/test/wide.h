/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A parent for tests of class vhost, see wide.c.
 */
#ifndef _MDEV_TEST_WIDE_H
#define _MDEV_TEST_WIDE_H

#include <linux/maple_tree.h>
#include <linux/mdev_class.h>
#include <linux/mdev_virtio.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct mdev_as;
struct mdev_slice;

#define WIDE_GROUPS	2
#define WIDE_COPY	64	/* bytes, within a page */

/* How devices reach memory of user space: parameter "memory". */
enum wide_memory {
	WIDE_MEMORY_NONE,	/* not at all; they are given address spaces */
	WIDE_MEMORY_MAP,	/* by what the parent is told to map */
	WIDE_MEMORY_IOMMU,	/* by DMA of the edu device */
};

/* The configuration: one of these for each virtqueue. */
struct wide_config {
	__le32 kicks;
	__le32 doorbell;
};

/**
 * struct wide_queue - a virtqueue
 * @lock: @cb, and held while it runs
 * @cb: used buffer interrupt
 * @kicks: since reset
 * @page: doorbell, or NULL
 * @num: size, in entries
 * @avail_index: where it stands
 * @ready: the driver has enabled it
 * @wide: the slice
 * @from: address of the descriptor area, which a kick has copied
 * @to: address of the device area, where it is copied to
 * @copy: copies
 */
struct wide_queue {
	spinlock_t lock;		/* see above */
	struct mdev_virtio_cb cb;
	atomic_t kicks;
	struct page *page;
	u32 num;
	u16 avail_index;
	bool ready;
	struct wide *wide;
	u64 from;
	u64 to;
	struct work_struct copy;
};

/**
 * struct wide - a slice
 * @status: status byte
 * @suspended: kicks have no effect
 * @features: that the driver accepted
 * @as: address space of each group, or NULL
 * @asid: number of the address space of each group
 * @map_lock: @maps, and held while something is copied
 * @maps: what the parent was told to map, in each address space
 * @nr_queues: entries in @queues
 * @queues: virtqueues
 */
struct wide {
	u8 status;
	bool suspended;
	u64 features;
	struct mdev_as *as[WIDE_GROUPS];
	u32 asid[WIDE_GROUPS];
	struct mutex map_lock;		/* see above */
	struct maple_tree maps[WIDE_GROUPS];
	unsigned int nr_queues;
	struct wide_queue queues[] __counted_by(nr_queues);
};

static inline struct wide *wide_of(const struct mdev_slice *slice)
{
	return mdev_slice_drvdata(slice);
}

/* wide_map.c */
void wide_map_init(struct wide *wide);
void wide_map_end(struct wide *wide);
int wide_dma_map(struct mdev_slice *slice, u32 asid, u64 iova, u64 size,
		 phys_addr_t pa, u32 perm);
void wide_dma_unmap(struct mdev_slice *slice, u32 asid, u64 iova, u64 size);
bool wide_map_copy(struct wide *wide, u32 asid, u64 from, u64 to);

/* wide_edu.c */
#define WIDE_EDU_LAST	(BIT_ULL(28) - 1)	/* of the addresses that it has */
struct device *wide_edu_open(void);
void wide_edu_close(void);
bool wide_edu_copy(u64 from, u64 to);

/* wide_bypass.c */
int wide_get_vq_irq(struct mdev_slice *slice, u16 vq);
void wide_bypass_exit(void);

#endif /* _MDEV_TEST_WIDE_H */
