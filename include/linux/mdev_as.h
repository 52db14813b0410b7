/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Address spaces: what an address in a descriptor means.
 *
 * Software parents get a struct mdev_as from the class that their slice is in
 * and hand it to their rings. They never ask which class that is.
 */
#ifndef _LINUX_MDEV_AS_H
#define _LINUX_MDEV_AS_H

#include <linux/kref.h>
#include <linux/types.h>

struct device;
struct mdev_as;

/* Access that is asked for, and that a range allows. */
#define MDEV_AS_READ	0x1	/* the device reads */
#define MDEV_AS_WRITE	0x2	/* the device writes */

/**
 * struct mdev_as_range - a translated run of addresses
 * @start: first address in the address space
 * @last: last address, inclusive
 * @perm: MDEV_AS_READ and MDEV_AS_WRITE as far as they are allowed
 * @user: @va is a user address of the mm of the address space
 * @va: where @start is
 * @seq: &struct mdev_as.seq at translation; stale when that has moved on
 *
 * Kept per queue as memory of the last translation.
 */
struct mdev_as_range {
	u64 start;
	u64 last;
	u32 perm;
	bool user;
	void *va;
	u32 seq;
};

/**
 * struct mdev_as_ops - a backend
 * @translate: find the run that contains @addr; it must hold @addr but may be
 *	shorter or longer than @len bytes (not 0), the longer the less often it
 *	is asked. Fills in all of the range, with the sequence number read
 *	before it looks. Must not sleep. -EFAULT if nothing is mapped there,
 *	-EACCES if not for @perm.
 * @release: free it; last reference gone. Process context, may sleep.
 */
struct mdev_as_ops {
	int (*translate)(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			 struct mdev_as_range *range);
	void (*release)(struct mdev_as *as);
};

/**
 * struct mdev_as - an address space
 * @ops: its backend
 * @refs: references
 * @seq: moves on when a mapping is taken away or replaced, after the new state
 *	can be seen
 */
struct mdev_as {
	const struct mdev_as_ops *ops;
	struct kref refs;
	u32 seq;
};

void mdev_as_init(struct mdev_as *as, const struct mdev_as_ops *ops);
void mdev_as_put(struct mdev_as *as);

static inline struct mdev_as *mdev_as_get(struct mdev_as *as)
{
	kref_get(&as->refs);
	return as;
}

/* DMA addresses of a device that is emulated by software (class virtio). */
struct mdev_as *mdev_as_direct_create(struct device *dma_dev);

#endif /* _LINUX_MDEV_AS_H */
