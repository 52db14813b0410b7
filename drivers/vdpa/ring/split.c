// SPDX-License-Identifier: GPL-2.0
/*
 * Layout of a split virtqueue (virtio 1.2, section 2.7).
 *
 * The driver side runs on other CPUs at the same time and is not to be trusted.
 * Its indices, entries, descriptors and event fields are each read once, into
 * a variable, and what was read is what is checked and used.
 */
#include <linux/kernel.h>
#include <linux/virtio_ring.h>

#include "ring.h"

/* Read the driver's index. Returns 0, or a negative errno. */
static int split_read_avail_idx(struct mdev_ring *ring)
{
	u16 idx;
	int ret;

	ret = ring_get16(ring, &ring->avail, RING_IDX, &idx);
	if (!ret && (u16)(idx - ring->used_idx) > ring->num)
		ret = -EPROTO;
	/* A driver does not take back what it has made available. */
	if (!ret && (u16)(idx - ring->used_idx) <
		    (u16)(ring->seen - ring->used_idx))
		ret = -EPROTO;
	if (ret)
		return ret;
	ring->avail_idx = idx;
	/*
	 * The driver fills in descriptors and entries, then its index: they are
	 * read only after it. Pairs with the write barrier that section
	 * 2.7.13.3 asks of the driver.
	 */
	smp_rmb();
	return 0;
}

/* Is there a chain at @next_avail? 1 with the index of its first descriptor, 0, or errno. */
int split_peek(struct mdev_ring *ring, u16 *head)
{
	int ret;

	if (ring->next_avail == ring->avail_idx) {
		ret = split_read_avail_idx(ring);
		if (unlikely(ret))
			return ret;
		if (ring->next_avail == ring->avail_idx)
			return 0;
	}
	ret = ring_get16(ring, &ring->avail, RING_ENTRIES +
			 ring_slot(ring, ring->next_avail) * sizeof(__le16),
			 head);
	return ret ?: 1;
}

static int split_read_desc(struct mdev_ring *ring,
			   const struct ring_walk *walk, u32 i,
			   struct ring_desc *desc)
{
	if (walk->indirect)
		return ring_read_table(ring, walk->table + i * sizeof(*desc),
				       desc, sizeof(*desc));
	return ring_get_desc(ring, i, desc);
}

/*
 * Follow a chain. No table has more descriptors than @num, so a walk that has
 * met as many and is not at the end goes in a circle.
 */
int split_walk(struct mdev_ring *ring, struct ring_walk *walk, u16 head)
{
	struct ring_desc desc;
	u32 count = 0;
	u16 i = head;
	u16 flags;
	int ret;

	walk->chain->head = head;
	walk->chain->slots = 1;
	for (;;) {
		if (unlikely(i >= walk->num || count++ >= walk->num))
			return -EPROTO;
		ring->walked++;
		ret = split_read_desc(ring, walk, i, &desc);
		if (unlikely(ret))
			return ret;
		flags = le16_to_cpu(desc.flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			ret = ring_walk_enter_table(ring, walk,
						    le64_to_cpu(desc.addr),
						    le32_to_cpu(desc.len),
						    flags);
			i = 0;
			count = 0;
		} else {
			ret = ring_walk_add(ring, walk, le64_to_cpu(desc.addr),
					    le32_to_cpu(desc.len),
					    flags & VRING_DESC_F_WRITE);
			i = le16_to_cpu(desc.next);
			if (!(flags & VRING_DESC_F_NEXT))
				return ret;
		}
		if (unlikely(ret))
			return ret;
	}
}

/* To be published with all that waits. */
void split_complete(struct mdev_ring *ring, const struct mdev_ring_chain *chain,
		    u32 written)
{
	struct mdev_ring_used *elem = &ring->pending[ring->nr_pending++];

	elem->id = cpu_to_le32(chain->head);
	elem->len = cpu_to_le32(written);
}

/* Write what waits into the used ring and publish it. */
int split_publish(struct mdev_ring *ring)
{
	u16 slot = ring_slot(ring, ring->used_idx);
	u16 nr = ring->nr_pending;
	u16 part = min_t(u16, nr, ring->num - slot);
	int ret;

	ret = ring_put_used(ring, slot, ring->pending, part);
	if (!ret && part < nr)
		ret = ring_put_used(ring, 0, ring->pending + part, nr - part);
	if (unlikely(ret))
		return ret;
	/*
	 * Buffers and elements before the index that vouches for them. Pairs
	 * with the read barrier of the driver.
	 */
	smp_wmb();
	ret = ring_put16(ring, &ring->used, RING_IDX, ring->used_idx + nr);
	if (unlikely(ret))
		return ret;
	ring->used_idx += nr;
	return 0;
}

/*
 * Does the driver want to be told (section 2.7.7.2, 2.7.10)? Its event field
 * means "when this one is used": so what matters is whether it lies among the
 * elements published since the last time that this was asked. Where its wish is
 * missing it is told.
 */
int split_want_notify(struct mdev_ring *ring, bool *want)
{
	u16 old = ring->signalled;
	bool valid = ring->signalled_valid;
	u16 val;
	int ret;

	if (!ring->event_idx) {
		ret = ring_get16(ring, &ring->avail, RING_FLAGS, &val);
		*want = !(val & VRING_AVAIL_F_NO_INTERRUPT);
		return ret;
	}
	ret = ring_get16(ring, &ring->avail, ring_used_event(ring), &val);
	ring->signalled = ring->used_idx;
	ring->signalled_valid = true;
	*want = !valid || vring_need_event(val, ring->used_idx, old);
	return ret;
}

/* Ask to be told of what is added after what has been seen (2.7.7.1, 2.7.10). */
int split_want_kick(struct mdev_ring *ring)
{
	if (ring->event_idx)
		return ring_put16(ring, &ring->used, ring_avail_event(ring),
				  ring->seen);
	if (ring->kicks_off)
		return ring_put16(ring, &ring->used, RING_FLAGS, 0);
	return 0;
}

/* By flag only: the event index falls behind by itself. */
int split_refuse_kick(struct mdev_ring *ring)
{
	if (ring->event_idx)
		return 0;
	return ring_put16(ring, &ring->used, RING_FLAGS, VRING_USED_F_NO_NOTIFY);
}

/* Is there something that has not been seen? 1, 0, or a negative errno. */
int split_more(struct mdev_ring *ring)
{
	return split_read_avail_idx(ring) ?: ring->avail_idx != ring->seen;
}
