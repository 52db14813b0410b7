// SPDX-License-Identifier: GPL-2.0
/*
 * What a descriptor chain is made of, whatever the layout of the ring: buffers become
 * pieces of memory, indirect tables are read.
 */
#include <linux/kernel.h>
#include <linux/virtio_ring.h>

#include "ring.h"

/* Copy from an indirect table, which may lie in several ranges. */
int ring_read_table(struct mdev_ring *ring, u64 addr, void *copy, u32 len)
{
	struct mdev_as_range *range = &ring->last_indirect;
	u32 part;
	int ret;

	if (ring->as->remote)
		return ring->as->ops->access(ring->as, addr, copy, len, false);
	for (; len; addr += part, copy += part, len -= part) {
		ret = ring_translate(ring, range, addr, len, MDEV_AS_READ);
		if (unlikely(ret))
			return ret;
		part = ring_range_part(range, addr, len);
		ret = ring_get(ring, ring_range_va(range, addr), copy, part);
		if (unlikely(ret))
			return ret;
	}
	return 0;
}

static int chain_add_vec(struct mdev_ring *ring, void *base, u32 len, u16 *nr)
{
	struct kvec *vec;

	if (unlikely(ring->nr_vecs == MDEV_RING_VECS_MAX))
		return -ENOBUFS;
	vec = &ring->vecs[ring->nr_vecs++];
	vec->iov_base = base;
	vec->iov_len = len;
	(*nr)++;
	return 0;
}

/*
 * One vec for each range that the buffer lies in; @len is not 0. What is remote is
 * looked for when it is copied.
 */
static int chain_add_vecs(struct mdev_ring *ring, u64 addr, u32 len, u32 perm,
			  u16 *nr)
{
	struct mdev_as_range *range = &ring->last;
	u32 part;
	int ret;

	if (ring->as->remote && addr + (len - 1) > ULONG_MAX)
		return -EFAULT;
	if (ring->as->remote)
		return chain_add_vec(ring, (void *)(unsigned long)addr, len,
				     nr);
	for (; len; addr += part, len -= part) {
		ret = ring_translate(ring, range, addr, len, perm);
		if (unlikely(ret))
			return ret;
		part = ring_range_part(range, addr, len);
		ret = chain_add_vec(ring, ring_range_va(range, addr), part, nr);
		if (unlikely(ret))
			return ret;
	}
	return 0;
}

/*
 * Buffers that the device reads come first (sections 2.7.4.2 and 2.8.17). The
 * specification does not forbid a buffer of length 0 beside others, it is passed over.
 */
int ring_walk_add(struct mdev_ring *ring, struct ring_walk *walk, u64 addr,
		  u32 len, bool writable)
{
	struct mdev_ring_chain *chain = walk->chain;

	if (walk->writable && !writable)
		return -EPROTO;
	walk->writable = writable;
	if (!len)
		return 0;
	walk->bytes += len;
	if (walk->bytes > U32_MAX || len - 1 > U64_MAX - addr)
		return -EOVERFLOW;
	if (writable) {
		chain->in_len += len;
		return chain_add_vecs(ring, addr, len, MDEV_AS_WRITE,
				      &chain->in_num);
	}
	chain->out_len += len;
	return chain_add_vecs(ring, addr, len, MDEV_AS_READ, &chain->out_num);
}

/*
 * An indirect table (sections 2.7.5.3 and 2.8.7) ends the chain, and does not lead on
 * to another one. Whether it is said to be written is ignored.
 */
int ring_walk_enter_table(struct mdev_ring *ring, struct ring_walk *walk,
			  u64 addr, u32 len, u16 flags)
{
	if (!ring->indirect || walk->indirect)
		return -EPROTO;
	if (flags & VRING_DESC_F_NEXT)
		return -EPROTO;
	if (!len || len % sizeof(struct ring_desc))
		return -EPROTO;
	if (len / sizeof(struct ring_desc) > MDEV_RING_VECS_MAX)
		return -EMSGSIZE;
	if (len - 1 > U64_MAX - addr)
		return -EOVERFLOW;
	walk->table = addr;
	walk->num = len / sizeof(struct ring_desc);
	walk->indirect = true;
	return 0;
}
