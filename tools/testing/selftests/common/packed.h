/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Driver side of a packed virtqueue (virtio 1.2, section 2.8), written from the
 * specification. Included by virtqueue.h, whose functions are what is to be called.
 *
 * A position has the index of a descriptor in bits 0 to 14 and its wrap counter in bit
 * 15. The head of a chain is its buffer ID.
 */
#ifndef _PACKED_H
#define _PACKED_H

#define PACKED_INDEX	0x7fff
#define PACKED_WRAP	0x8000
#define PACKED_AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define PACKED_USED	BIT(VRING_PACKED_DESC_F_USED)

static inline struct vring_packed_desc *packed_desc(const struct ring *ring, __u16 pos)
{
	return (struct vring_packed_desc *)ring->desc + (pos & PACKED_INDEX);
}

/* The event suppression structures, of the driver and of the device, as one number. */
static inline __u32 *packed_driver_event(const struct ring *ring)
{
	return (__u32 *)ring->avail;
}

static inline __u32 *packed_device_event(const struct ring *ring)
{
	return (__u32 *)ring->used;
}

static inline __u16 packed_forward(const struct ring *ring, __u16 pos, unsigned int nr)
{
	unsigned int index = (pos & PACKED_INDEX) + nr;

	if (index < ring->num)
		return index | (pos & PACKED_WRAP);
	return (index - ring->num) | (~pos & PACKED_WRAP);
}

/* Steps from one position to another, which has been passed at most once: two rounds. */
static inline unsigned int packed_distance(const struct ring *ring, __u16 from, __u16 to)
{
	unsigned int rounds = 2 * ring->num;
	unsigned int begin = (from & PACKED_INDEX) + (from & PACKED_WRAP ? 0 : ring->num);
	unsigned int end = (to & PACKED_INDEX) + (to & PACKED_WRAP ? 0 : ring->num);

	return (end + rounds - begin) % rounds;
}

/* What the flags of the first descriptor would say is kept until it is published. */
static inline void packed_flags(struct ring *ring, __u16 pos, __u16 flags)
{
	flags |= pos & PACKED_WRAP ? PACKED_AVAIL : PACKED_USED;
	if (pos == ring->published)
		ring->held = flags;
	else
		store(packed_desc(ring, pos)->flags, flags);
}

static inline void packed_fill(struct vring_packed_desc *desc, __u64 addr, __u32 len, __u16 id)
{
	desc->addr = addr;
	desc->len = len;
	desc->id = id;
}

static inline void packed_add_indirect(struct ring *ring, __u16 id, const struct seg *segs,
				       unsigned int nr_out, unsigned int nr)
{
	size_t at = RING_INDIRECT + id * RING_SEGS * sizeof(struct vring_packed_desc);
	struct vring_packed_desc *table = (void *)(ring->va + at);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		packed_fill(&table[i], segs[i].iova, segs[i].len, 0);
		table[i].flags = i >= nr_out ? VRING_DESC_F_WRITE : 0;
	}
	packed_fill(packed_desc(ring, ring->avail_idx), ring->iova + at, nr * sizeof(*table), id);
	packed_flags(ring, ring->avail_idx, VRING_DESC_F_INDIRECT);
}

/* The first descriptor last, as the device begins there. */
static inline void packed_add_direct(struct ring *ring, __u16 id, const struct seg *segs,
				     unsigned int nr_out, unsigned int nr)
{
	unsigned int i;
	__u16 pos;

	for (i = nr; i-- > 0;) {
		pos = packed_forward(ring, ring->avail_idx, i);
		packed_fill(packed_desc(ring, pos), segs[i].iova, segs[i].len, id);
		packed_flags(ring, pos, (i >= nr_out ? VRING_DESC_F_WRITE : 0) |
					(i + 1 < nr ? VRING_DESC_F_NEXT : 0));
	}
}

static inline int packed_add(struct ring *ring, const struct seg *segs, unsigned int nr_out,
			     unsigned int nr_in)
{
	unsigned int nr = nr_out + nr_in;
	unsigned int need = ring->indirect ? 1 : nr;
	__u16 id;

	if (ring->nr_free < need || nr > RING_SEGS)
		return -1;
	id = ring->free[--ring->nr_ids];
	ring->nr_free -= need;
	ring->chain_len[id] = need;
	/* Which one begins here. */
	ring->chain[ring->avail_idx & PACKED_INDEX][0] = id;
	if (ring->indirect)
		packed_add_indirect(ring, id, segs, nr_out, nr);
	else
		packed_add_direct(ring, id, segs, nr_out, nr);
	ring->avail_idx = packed_forward(ring, ring->avail_idx, need);
	return id;
}

static inline void packed_publish(struct ring *ring)
{
	if (ring->published == ring->avail_idx)
		return;
	store(packed_desc(ring, ring->published)->flags, ring->held);
	ring->published = ring->avail_idx;
}

static inline bool packed_needs_kick(struct ring *ring)
{
	__u16 from = ring->kicked;
	__u32 event;

	full_barrier();
	ring->kicked = ring->avail_idx;
	event = load(*packed_device_event(ring));
	if (event >> 16 == VRING_PACKED_EVENT_FLAG_DESC)
		return packed_distance(ring, from, event) <
		       packed_distance(ring, from, ring->avail_idx);
	return event >> 16 != VRING_PACKED_EVENT_FLAG_DISABLE;
}

static inline bool packed_is_used(const struct ring *ring, __u16 pos)
{
	__u16 flags = load(packed_desc(ring, pos)->flags);
	__u16 want = pos & PACKED_WRAP ? PACKED_AVAIL | PACKED_USED : 0;

	return (flags & (PACKED_AVAIL | PACKED_USED)) == want;
}

/* Of which buffer it tells, and nothing but what the device was given. */
static inline __u16 packed_used_id(const struct ring *ring, __u16 pos)
{
	__u16 id = packed_desc(ring, pos)->id;

	if (id >= ring->num || !ring->chain_len[id])
		die("queue %u: buffer %u is used and was made available", ring->index, id);
	if (ring->in_order && id != ring->chain[pos & PACKED_INDEX][0])
		die("queue %u: buffer %u is used in its turn", ring->index, id);
	return id;
}

/* Buffers that wait, and the position that the device has reached. */
static inline unsigned int packed_used_count(const struct ring *ring, __u16 *pos)
{
	unsigned int slots = ring->num - ring->nr_free;
	unsigned int nr, len;

	*pos = ring->used_idx;
	for (nr = 0; slots && packed_is_used(ring, *pos); nr++) {
		len = ring->chain_len[packed_used_id(ring, *pos)];
		*pos = packed_forward(ring, *pos, len);
		slots -= len;
	}
	return nr;
}

static inline int packed_take(struct ring *ring, __u32 *len)
{
	const struct vring_packed_desc *desc = packed_desc(ring, ring->used_idx);
	__u16 id;

	if (ring->nr_free == ring->num || !packed_is_used(ring, ring->used_idx))
		return -1;
	id = packed_used_id(ring, ring->used_idx);
	if (!!desc->len != !!(desc->flags & VRING_DESC_F_WRITE))
		die("queue %u: %u bytes were written, flags %#x", ring->index, desc->len,
		    desc->flags);
	if (len)
		*len = desc->len;
	ring->used_idx = packed_forward(ring, ring->used_idx, ring->chain_len[id]);
	ring->nr_free += ring->chain_len[id];
	ring->chain_len[id] = 0;
	ring->free[ring->nr_ids++] = id;
	return id;
}

static inline void packed_enable_call(struct ring *ring)
{
	__u32 flags = ring->event_idx ? VRING_PACKED_EVENT_FLAG_DESC :
					VRING_PACKED_EVENT_FLAG_ENABLE;

	store(*packed_driver_event(ring), flags << 16 | ring->used_idx);
}

static inline void packed_disable_call(struct ring *ring)
{
	store(*packed_driver_event(ring), VRING_PACKED_EVENT_FLAG_DISABLE << 16);
}

#endif /* _PACKED_H */
