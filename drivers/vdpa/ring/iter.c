// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of chains in the hands of the owner: iterators over them, and what is missing
 * there.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/uio.h>

#include "ring.h"

/*
 * The iterator takes user addresses as struct iovec, which is struct kvec but for
 * the kind of pointer.
 */
static void ring_iter(struct mdev_ring *ring, struct iov_iter *iter,
		      unsigned int direction, unsigned int vec, unsigned int nr,
		      size_t bytes)
{
	struct kvec *vecs = ring->vecs + vec;

	if (ring->as->user)
		iov_iter_init(iter, direction,
			      (__force const struct iovec *)vecs, nr, bytes);
	else
		iov_iter_kvec(iter, direction, vecs, nr, bytes);
}

/**
 * mdev_ring_out_iter - iterate over what the device reads of a chain
 * @ring: the ring
 * @chain: from mdev_ring_pop()
 * @iter: set up as a source
 *
 * Valid as long as the chain's pieces are, see mdev_ring_pop(), and until the next
 * call. A copy that falls short although there are bytes left has met memory that is
 * missing: see mdev_ring_out_missing(). Where memory is remote it is read here, at
 * most MDEV_RING_BOUNCE bytes, and that may sleep.
 */
void mdev_ring_out_iter(struct mdev_ring *ring,
			const struct mdev_ring_chain *chain,
			struct iov_iter *iter)
{
	if (ring->as->remote)
		ring_bounce_out(ring, chain, iter);
	else
		ring_iter(ring, iter, ITER_SOURCE, chain->out_vec,
			  chain->out_num, chain->out_len);
}
EXPORT_SYMBOL_GPL(mdev_ring_out_iter);

/* The pieces that the device writes of chains that follow each other. */
static unsigned int ring_in_vecs(const struct mdev_ring_chain *first,
				 unsigned int nr, size_t *bytes)
{
	unsigned int vec = first->in_vec;
	unsigned int i;

	*bytes = 0;
	for (i = 0; i < nr && first[i].in_vec == vec; i++) {
		vec += first[i].in_num;
		*bytes += first[i].in_len;
	}
	return vec - first->in_vec;
}

/**
 * mdev_ring_in_iter - iterate over what the device writes of some chains
 * @ring: the ring
 * @first: array of chains that were taken one after the other
 * @nr: how many, at least one
 * @iter: set up as a destination
 *
 * Chains after the first join in only while they have no buffers that the
 * device reads, since these would lie between: what the iterator holds is then
 * less than their sum, and never more than MDEV_RING_BOUNCE where memory is remote.
 * Valid as long as the chains' pieces are, see mdev_ring_pop(), and until the next
 * call. A copy that falls short although there is room left has met memory that
 * is missing: see mdev_ring_in_missing(). What is written arrives with
 * mdev_ring_push(). Does not sleep.
 */
void mdev_ring_in_iter(struct mdev_ring *ring,
		       const struct mdev_ring_chain *first, unsigned int nr,
		       struct iov_iter *iter)
{
	unsigned int nr_vecs;
	size_t bytes;

	nr_vecs = ring_in_vecs(first, nr, &bytes);
	if (ring->as->remote)
		ring_bounce_in(ring, first->in_vec, bytes, iter);
	else
		ring_iter(ring, iter, ITER_DEST, first->in_vec, nr_vecs, bytes);
}
EXPORT_SYMBOL_GPL(mdev_ring_in_iter);

/* Only the first @len bytes of pieces that belong to no chain any more. */
static unsigned int ring_cut(struct kvec *vecs, unsigned int nr, size_t len)
{
	unsigned int i;

	for (i = 0; i < nr && len; i++) {
		vecs[i].iov_len = min(vecs[i].iov_len, len);
		len -= vecs[i].iov_len;
	}
	return i;
}

/* Of nothing it would never be told that it is there. */
static void ring_vecs_missing(struct mdev_ring *ring, unsigned int vec,
			      unsigned int nr, size_t len, bool write)
{
	if (!ring->as->user || WARN_ON_ONCE(!nr || !len)) {
		mdev_ring_break(ring, -EFAULT);
		return;
	}
	/* One thing at a time: the other will be missed again. */
	if (ring->nr_missing)
		return;
	ring->missing_vec = vec;
	ring->nr_missing = ring_cut(ring->vecs + vec, nr, len);
	ring->missing_write = write;
}

/**
 * mdev_ring_out_missing - what the device reads of a chain is not there
 * @ring: the ring
 * @chain: the chain that was taken last
 * @len: bytes from the start of the buffers on that will be read, at least one
 *
 * Gives the chain back: it is taken again once that memory has been brought in.
 * What comes after @len bytes is left alone: it may never be there. Until then
 * the ring gives no more chains; those that were completed can be flushed. Does
 * not sleep; serialised by the owner.
 */
void mdev_ring_out_missing(struct mdev_ring *ring,
			   const struct mdev_ring_chain *chain, size_t len)
{
	mdev_ring_unpop(ring, 1);
	ring_vecs_missing(ring, chain->out_vec, chain->out_num, len, false);
}
EXPORT_SYMBOL_GPL(mdev_ring_out_missing);

/**
 * mdev_ring_in_missing - what the device writes of some chains is not there
 * @ring: the ring
 * @first: array of the chains that were taken last
 * @nr: how many, at least one
 * @len: bytes from the start of the buffers on that will be written, at least one
 *
 * Like mdev_ring_out_missing(), for buffers that mdev_ring_in_iter() was asked
 * for.
 */
void mdev_ring_in_missing(struct mdev_ring *ring,
			  const struct mdev_ring_chain *first, unsigned int nr,
			  size_t len)
{
	unsigned int nr_vecs;
	size_t bytes;

	nr_vecs = ring_in_vecs(first, nr, &bytes);
	mdev_ring_unpop(ring, nr);
	ring_vecs_missing(ring, first->in_vec, nr_vecs, len, true);
}
EXPORT_SYMBOL_GPL(mdev_ring_in_missing);
