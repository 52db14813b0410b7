// SPDX-License-Identifier: GPL-2.0
/*
 * Layout of a packed virtqueue (virtio 1.2, section 2.8).
 *
 * Positions have the index of a descriptor in bits 0 to 14 and the wrap counter in
 * bit 15, as the event suppression structures have them (section 2.8.10). The driver
 * side is not to be trusted: each field that it writes is read once, and what was
 * read is what is checked and used.
 */
#include <linux/kernel.h>
#include <linux/virtio_ring.h>

#include "ring.h"

/* Where the flags of a descriptor are, and what the device writes. */
#define PACKED_DESC	sizeof(struct ring_packed_desc)
#define PACKED_USED	offsetof(struct ring_packed_desc, len)
#define PACKED_FLAGS	offsetof(struct ring_packed_desc, flags)

#define PACKED_AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define PACKED_USED_BIT	BIT(VRING_PACKED_DESC_F_USED)

/* Section 2.8.1: available if AVAIL is the wrap counter and USED is not. */
static bool packed_available(u16 flags, u16 pos)
{
	u16 want = pos & RING_WRAP ? PACKED_AVAIL : PACKED_USED_BIT;

	return (flags & (PACKED_AVAIL | PACKED_USED_BIT)) == want;
}

/* As far ahead as can be: in the same place one round later. */
static bool packed_full(const struct mdev_ring *ring, u16 pos)
{
	return pos == (ring->used_idx ^ RING_WRAP);
}

static int packed_get_flags(struct mdev_ring *ring, u16 pos, u16 *flags)
{
	return ring_get16(ring, &ring->desc,
			  (pos & RING_INDEX) * PACKED_DESC + PACKED_FLAGS,
			  flags);
}

/*
 * Is there a chain at @next_avail? 1 with the flags of its first descriptor, 0, or a
 * negative errno.
 */
int packed_peek(struct mdev_ring *ring, u16 *flags)
{
	u16 pos = ring->next_avail;
	int ret;

	ret = packed_get_flags(ring, pos, flags);
	if (unlikely(ret))
		return ret;
	/* A driver does not take back what it has made available. */
	if (!packed_available(*flags, pos))
		return pos == ring->seen ? 0 : -EPROTO;
	/* Nor is there more than all of the ring. */
	if (unlikely(packed_full(ring, pos)))
		return -EPROTO;
	/*
	 * The driver writes the flags of the first descriptor last: all others,
	 * and the rest of this one, are read only after them. Pairs with the write
	 * barrier that section 2.8.21.1 asks of the driver.
	 */
	smp_rmb();
	return 1;
}

/*
 * All descriptors of a table are used, in order (section 2.8.7): flags but WRITE, and
 * buffer IDs, are ignored there.
 */
static int packed_walk_table(struct mdev_ring *ring, struct ring_walk *walk)
{
	struct ring_packed_desc desc;
	u32 i;
	int ret;

	for (i = 0; i < walk->num; i++) {
		ring->walked++;
		ret = ring_read_table(ring, walk->table + i * sizeof(desc),
				      &desc, sizeof(desc));
		if (unlikely(ret))
			return ret;
		ret = ring_walk_add(ring, walk, le64_to_cpu(desc.addr),
				    le32_to_cpu(desc.len),
				    le16_to_cpu(desc.flags) & VRING_DESC_F_WRITE);
		if (unlikely(ret))
			return ret;
	}
	return 0;
}

/*
 * Follow the chain at @next_avail, whose first descriptor has these flags. Its
 * descriptors follow each other, round the end of the ring, and are no more than are
 * not in use. The buffer ID is that of the last one (section 2.8.6).
 */
int packed_walk(struct mdev_ring *ring, struct ring_walk *walk, u16 flags)
{
	struct mdev_ring_chain *chain = walk->chain;
	u16 pos = ring->next_avail;
	struct ring_packed_desc desc;
	int ret;

	for (chain->slots = 1; ; chain->slots++) {
		ring->walked++;
		ret = ring_get_packed(ring, pos & RING_INDEX, &desc);
		if (unlikely(ret))
			return ret;
		/* Those of the first were read before, and are not read again. */
		if (chain->slots > 1)
			flags = le16_to_cpu(desc.flags);
		chain->head = le16_to_cpu(desc.id);
		if (flags & VRING_DESC_F_INDIRECT) {
			/* Section 2.8.19: not within a chain. */
			if (chain->slots > 1)
				return -EPROTO;
			return ring_walk_enter_table(ring, walk,
						     le64_to_cpu(desc.addr),
						     le32_to_cpu(desc.len),
						     flags) ?:
			       packed_walk_table(ring, walk);
		}
		ret = ring_walk_add(ring, walk, le64_to_cpu(desc.addr),
				    le32_to_cpu(desc.len),
				    flags & VRING_DESC_F_WRITE);
		if (unlikely(ret) || !(flags & VRING_DESC_F_NEXT))
			return ret;
		pos = ring_step(ring, pos, 1);
		if (unlikely(packed_full(ring, pos)))
			return -EPROTO;
	}
}

/*
 * To be published with all that waits. Used descriptors take as many places as the
 * chains had, and the first one tells (section 2.8.1, 2.8.4, 2.8.5).
 */
void packed_complete(struct mdev_ring *ring,
		     const struct mdev_ring_chain *chain, u32 written)
{
	struct mdev_ring_done *done = &ring->done[ring->nr_pending++];
	u16 flags = written ? VRING_DESC_F_WRITE : 0;

	if (ring->done_idx & RING_WRAP)
		flags |= PACKED_AVAIL | PACKED_USED_BIT;
	done->used.len = cpu_to_le32(written);
	done->used.id = cpu_to_le16(chain->head);
	done->used.flags = cpu_to_le16(flags);
	done->slot = ring->done_idx & RING_INDEX;
	ring->done_idx = ring_step(ring, ring->done_idx, chain->slots);
}

static u32 packed_used_offset(const struct mdev_ring_done *done)
{
	return done->slot * PACKED_DESC + PACKED_USED;
}

/*
 * What the device writes is half a descriptor and aligned, so that it is written as a
 * whole or not at all. What was there is kept: memory of the next one may be missing.
 */
static int packed_put(struct mdev_ring *ring, struct mdev_ring_done *done)
{
	u32 offset = packed_used_offset(done);
	int ret;

	ret = ring_get64(ring, &ring->desc, offset, &done->old);
	if (unlikely(ret))
		return ret;
	return ring_put64(ring, &ring->desc, offset, &done->used);
}

/*
 * Descriptors that the driver cannot know to be used yet are available again, for
 * whoever goes on from here. If that cannot be done nobody can, and the ring breaks.
 */
static int packed_undo(struct mdev_ring *ring, u16 nr, int error)
{
	struct mdev_ring_done *done;

	for (; nr > 1; nr--) {
		done = &ring->done[nr - 1];
		if (ring_put64(ring, &ring->desc, packed_used_offset(done),
			       &done->old))
			return -EFAULT;
	}
	return error;
}

/* Where memory is in one piece and cannot be missing nothing can go wrong. */
static void packed_put_all(struct mdev_ring *ring)
{
	const struct mdev_ring_done *done = ring->done;
	u16 nr = ring->nr_pending;
	void *va = ring->desc.va;

	while (--nr)
		ring_store64(va + packed_used_offset(&done[nr]), &done[nr].used);
	/* As in packed_publish(). */
	smp_wmb();
	ring_store64(va + packed_used_offset(done), &done->used);
}

/* Publish what waits at once: the driver sees nothing of it before the first. */
int packed_publish(struct mdev_ring *ring)
{
	u16 nr = ring->nr_pending;
	u16 i;
	int ret;

	if (likely(ring->desc.va && !ring->as->user)) {
		packed_put_all(ring);
		ring->used_idx = ring->done_idx;
		return 0;
	}
	for (i = 1; i < nr; i++) {
		ret = packed_put(ring, &ring->done[i]);
		if (unlikely(ret))
			return packed_undo(ring, i, ret);
	}
	/*
	 * Buffers and all other descriptors before the one that vouches for them.
	 * Pairs with the read barrier of the driver after it has seen flags (section
	 * 2.8.22).
	 */
	smp_wmb();
	ret = ring_put64(ring, &ring->desc, packed_used_offset(ring->done),
			 &ring->done->used);
	if (unlikely(ret))
		return packed_undo(ring, nr, ret);
	ring->used_idx = ring->done_idx;
	return 0;
}

/*
 * Does the driver want to be told (section 2.8.10, 2.8.22)? A position means "when
 * that descriptor is used": so what matters is whether it lies among those that were
 * used since this was last asked. What means nothing is taken for a yes.
 */
int packed_want_notify(struct mdev_ring *ring, bool *want)
{
	u16 old = ring->signalled;
	bool valid = ring->signalled_valid;
	struct ring_event event;
	int ret;

	ret = ring_get_event(ring, &event);
	ring->signalled = ring->used_idx;
	ring->signalled_valid = true;
	if (event.flags == VRING_PACKED_EVENT_FLAG_DISABLE)
		*want = false;
	else if (event.flags == VRING_PACKED_EVENT_FLAG_DESC && ring->event_idx &&
		 (event.pos & RING_INDEX) < ring->num)
		*want = !valid || ring_turn(ring, old, event.pos) <
				  ring_turn(ring, old, ring->used_idx);
	else
		*want = true;
	return ret;
}

/* Ask to be told of what is added after what has been seen (section 2.8.10). */
int packed_want_kick(struct mdev_ring *ring)
{
	struct ring_event event = { .flags = VRING_PACKED_EVENT_FLAG_ENABLE };

	if (ring->event_idx) {
		event.pos = ring->seen;
		event.flags = VRING_PACKED_EVENT_FLAG_DESC;
	} else if (!ring->kicks_off) {
		return 0;
	}
	return ring_put_event(ring, &event);
}

/*
 * By flag only: a position falls behind by itself, and is met once more after two
 * rounds, which costs a kick.
 */
int packed_refuse_kick(struct mdev_ring *ring)
{
	struct ring_event event = { .flags = VRING_PACKED_EVENT_FLAG_DISABLE };

	if (ring->event_idx)
		return 0;
	return ring_put_event(ring, &event);
}

/* Is there something that has not been seen? 1, 0, or a negative errno. */
int packed_more(struct mdev_ring *ring)
{
	u16 flags;
	int ret;

	ret = packed_get_flags(ring, ring->seen, &flags);
	if (unlikely(ret))
		return ret;
	return packed_available(flags, ring->seen);
}
