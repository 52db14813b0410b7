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
#include <linux/uio.h>

struct cpumask;
struct device;
struct mdev_as;
struct mdev_ring_owner;
struct mdev_ring_worker;
struct mm_struct;

/* Access that is asked for, and that a range allows. */
#define MDEV_AS_READ	0x1	/* the device reads */
#define MDEV_AS_WRITE	0x2	/* the device writes */

/**
 * struct mdev_as_range - a translated run of addresses
 * @start: first address in the address space
 * @last: last address, inclusive
 * @perm: MDEV_AS_READ and MDEV_AS_WRITE as far as they are allowed
 * @va: where @start is; a user address if the address space is one of user memory
 * @seq: &struct mdev_as.seq at translation; stale when that has moved on
 *
 * Kept per queue as memory of the last translation.
 */
struct mdev_as_range {
	u64 start;
	u64 last;
	u32 perm;
	void *va;
	u32 seq;
};

/**
 * struct mdev_as_waiter - who waits for memory of an address space
 * @done: the memory is there (@err is 0) or will never be. Any context, must not
 *	sleep nor call back into the address space.
 * @fetch: private to the backend, NULL while nothing is waited for
 */
struct mdev_as_waiter {
	void (*done)(struct mdev_as_waiter *waiter, int err);
	struct mdev_as_fetch *fetch;
};

/**
 * struct mdev_as_ops - a backend
 * @translate: find the run that contains @addr; it must hold @addr but may be
 *	shorter or longer than @len bytes (not 0), the longer the less often it
 *	is asked. Fills in all of the range, with the sequence number read
 *	before it looks. Must not sleep. -EFAULT if nothing is mapped there,
 *	-EACCES if not for @perm.
 *	Not for remote memory.
 * @begin: make its memory reachable for the calling worker until @end. -EFAULT if
 *	there is no memory any more, -EAGAIN to be called again: while the mappings
 *	are changed, or in another worker than &struct mdev_as.worker. Only for user
 *	memory, whose page faults are then disabled and for which nothing may be
 *	waited, and for remote memory.
 * @end: undo @begin
 * @map_area: a kernel address for an area of a ring, all of it in one piece, valid
 *	until &struct mdev_as.seq moves on. May sleep. -EAGAIN if that cannot be
 *	said now: @fetch tells when. Only for remote memory.
 * @access: copy from (@write is false) or to buffers. May sleep for as long as user
 *	space likes. -EFAULT if they are not there. Only for remote memory.
 * @fetch: bring in pieces of memory that were found missing between @begin and
 *	@end, for as long as that takes, and call the waiter's done. @write:
 *	they will be written. May sleep for memory, but not for the pieces;
 *	errors come through done. One at a time for each waiter.
 * @forget: the waiter's done is not running and will not be called
 * @release: free it; last reference gone. Process context, may sleep.
 */
struct mdev_as_ops {
	int (*translate)(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			 struct mdev_as_range *range);
	int (*begin)(struct mdev_as *as);
	void (*end)(struct mdev_as *as);
	int (*map_area)(struct mdev_as *as, u64 addr, u32 len, u32 perm,
			void **va);
	int (*access)(struct mdev_as *as, u64 addr, void *copy, u32 len,
		      bool write);
	void (*fetch)(struct mdev_as *as, struct mdev_as_waiter *waiter,
		      const struct iovec *pieces, unsigned int nr, bool write);
	void (*forget)(struct mdev_as *as, struct mdev_as_waiter *waiter);
	void (*release)(struct mdev_as *as);
};

/**
 * struct mdev_as - an address space
 * @ops: its backend
 * @refs: references
 * @seq: moves on when a mapping is taken away or replaced, after the new state
 *	can be seen
 * @user: its memory is that of a process: it may be touched only between
 *	mdev_ring_begin() and mdev_ring_end(), and may turn out not to be there
 * @remote: its memory is reached by asking somebody else, who may take as long as
 *	they like: buffers by copying, by @access, areas of rings by @map_area; both
 *	between mdev_ring_begin() and mdev_ring_end(), in @worker
 * @worker: what the works of its rings are given to, or NULL; the backend ends it
 * @owner: whom the works of its rings are charged to, where the memory has an owner
 *	of its own, who is not the slice's; or NULL. Set and held by the backend, and
 *	replaced by mdev_as_confine().
 */
struct mdev_as {
	const struct mdev_as_ops *ops;
	struct kref refs;
	u32 seq;
	bool user;
	bool remote;
	struct mdev_ring_worker *worker;
	struct mdev_ring_owner *owner;
};

void mdev_as_init(struct mdev_as *as, const struct mdev_as_ops *ops);
void mdev_as_put(struct mdev_as *as);
int mdev_as_confine(struct mdev_as *as, const struct cpumask *cpus);

static inline struct mdev_as *mdev_as_get(struct mdev_as *as)
{
	kref_get(&as->refs);
	return as;
}

/* DMA addresses of a device that is emulated by software (class virtio). */
struct mdev_as *mdev_as_direct_create(struct device *dma_dev);

/* Memory of a process, at addresses that it chooses (class vhost). */
struct mdev_as *mdev_as_user_create(struct mm_struct *mm);
int mdev_as_user_map(struct mdev_as *as, u64 start, u64 size, u64 va, u32 perm);
int mdev_as_user_unmap(struct mdev_as *as, u64 start, u64 size);
void mdev_as_user_kill(struct mdev_as *as);

#endif /* _LINUX_MDEV_AS_H */
