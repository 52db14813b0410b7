// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of remote memory: what the owner of a ring reads was copied before, what it
 * writes is copied when it gives the chain back. One copy in each direction at a
 * time, which is all that the owners need.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "ring.h"

int ring_bounce_alloc(struct mdev_ring *ring)
{
	if (!ring->as->remote)
		return 0;
	/* Cleared: a device that writes less than it says shows nothing of ours. */
	ring->bounce = kvzalloc_node(2 * MDEV_RING_BOUNCE, GFP_KERNEL_ACCOUNT,
				     ring->node);
	if (!ring->bounce)
		return -ENOMEM;
	ring->bounce_out.iov_base = ring->bounce;
	ring->bounce_in.iov_base = ring->bounce + MDEV_RING_BOUNCE;
	ring->bounce_in.iov_len = 0;
	return 0;
}

void ring_bounce_free(struct mdev_ring *ring)
{
	kvfree(ring->bounce);
	ring->bounce = NULL;
}

/* Some of the bytes of pieces from @vec on. Returns how many were copied. */
static u32 bounce_copy(struct mdev_ring *ring, unsigned int vec, void *copy,
		       u32 len, bool write)
{
	struct mdev_as *as = ring->as;
	u32 done = 0;
	u32 part;

	for (; done < len; done += part, vec++) {
		part = min_t(size_t, ring->vecs[vec].iov_len, len - done);
		if (as->ops->access(as, (unsigned long)ring->vecs[vec].iov_base,
				    copy + done, part, write))
			break;
	}
	return done;
}

/* What could not be read is missing from the iterator. */
void ring_bounce_out(struct mdev_ring *ring,
		     const struct mdev_ring_chain *chain, struct iov_iter *iter)
{
	u32 len = min_t(u32, chain->out_len, MDEV_RING_BOUNCE);

	len = bounce_copy(ring, chain->out_vec, ring->bounce_out.iov_base, len,
			  false);
	ring->bounce_out.iov_len = len;
	iov_iter_kvec(iter, ITER_SOURCE, &ring->bounce_out, 1, len);
}

void ring_bounce_in(struct mdev_ring *ring, unsigned int first, size_t bytes,
		    struct iov_iter *iter)
{
	ring->bounce_first = first;
	ring->bounce_in.iov_len = min_t(size_t, bytes, MDEV_RING_BOUNCE);
	iov_iter_kvec(iter, ITER_DEST, &ring->bounce_in, 1,
		      ring->bounce_in.iov_len);
}

/* Returns 0, or -EFAULT if memory is not there or was not written here. */
int ring_bounce_push(struct mdev_ring *ring,
		     const struct mdev_ring_chain *chain, u32 written)
{
	unsigned int vec;
	size_t at = 0;

	if (!written)
		return 0;
	if (WARN_ON_ONCE(chain->in_vec < ring->bounce_first))
		return -EFAULT;
	for (vec = ring->bounce_first; vec < chain->in_vec; vec++)
		at += ring->vecs[vec].iov_len;
	if (WARN_ON_ONCE(at + written > ring->bounce_in.iov_len))
		return -EFAULT;
	if (bounce_copy(ring, chain->in_vec, ring->bounce_in.iov_base + at,
			written, true) < written)
		return -EFAULT;
	return 0;
}
