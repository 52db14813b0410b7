/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Driver side of a split virtqueue (virtio 1.2, section 2.7), written from the
 * specification. Included by virtqueue.h, whose functions are what is to be called.
 */
#ifndef _SPLIT_H
#define _SPLIT_H

static inline void split_fill(struct vring_desc *desc, const struct seg *seg, bool in,
			      bool more, __u16 next)
{
	desc->addr = seg->iova;
	desc->len = seg->len;
	desc->flags = (in ? VRING_DESC_F_WRITE : 0) | (more ? VRING_DESC_F_NEXT : 0);
	desc->next = more ? next : 0;
}

static inline void split_add_indirect(struct ring *ring, __u16 head, const struct seg *segs,
				      unsigned int nr_out, unsigned int nr)
{
	size_t at = RING_INDIRECT + head * RING_SEGS * sizeof(struct vring_desc);
	struct vring_desc *table = (void *)(ring->va + at);
	unsigned int i;

	for (i = 0; i < nr; i++)
		split_fill(&table[i], &segs[i], i >= nr_out, i + 1 < nr, i + 1);
	ring->desc[head].addr = ring->iova + at;
	ring->desc[head].len = nr * sizeof(*table);
	ring->desc[head].flags = VRING_DESC_F_INDIRECT;
}

static inline int split_add(struct ring *ring, const struct seg *segs, unsigned int nr_out,
			    unsigned int nr_in)
{
	unsigned int nr = nr_out + nr_in;
	unsigned int need = ring->indirect ? 1 : nr;
	__u16 head, *chain;
	unsigned int i;

	if (ring->nr_free < need || nr > RING_SEGS)
		return -1;
	head = ring->free[ring->nr_free - 1];
	chain = ring->chain[head];
	ring->chain_len[head] = need;
	for (i = 0; i < need; i++)
		chain[i] = ring->free[--ring->nr_free];
	if (ring->indirect) {
		split_add_indirect(ring, head, segs, nr_out, nr);
	} else {
		for (i = 0; i < nr; i++)
			split_fill(&ring->desc[chain[i]], &segs[i], i >= nr_out,
				   i + 1 < nr, i + 1 < nr ? chain[i + 1] : 0);
	}
	ring->avail->ring[ring->avail_idx++ % ring->num] = head;
	return head;
}

static inline void split_publish(struct ring *ring)
{
	store(ring->avail->idx, ring->avail_idx);
}

/* The used_event and avail_event fields stand behind the rings. */
static inline __u16 *split_used_event(struct ring *ring)
{
	return &ring->avail->ring[ring->num];
}

static inline __u16 *split_avail_event(struct ring *ring)
{
	return (__u16 *)&ring->used->ring[ring->num];
}

static inline bool split_needs_kick(struct ring *ring)
{
	__u16 from = ring->kicked;

	full_barrier();
	ring->kicked = ring->avail_idx;
	if (ring->event_idx)
		return vring_need_event(load(*split_avail_event(ring)), ring->avail_idx,
					from);
	return !(load(ring->used->flags) & VRING_USED_F_NO_NOTIFY);
}

/* Entries that wait in the used ring. */
static inline unsigned int split_used_count(const struct ring *ring)
{
	return (__u16)(load(ring->used->idx) - ring->used_idx);
}

static inline int split_take(struct ring *ring, __u32 *len)
{
	struct vring_used_elem *elem;
	__u32 head, i;

	if (!split_used_count(ring))
		return -1;
	elem = &ring->used->ring[ring->used_idx++ % ring->num];
	head = elem->id;
	if (len)
		*len = elem->len;
	if (head >= ring->num || !ring->chain_len[head])
		die("queue %u: used entry %u was made available", ring->index, head);
	for (i = ring->chain_len[head]; i-- > 0;)
		ring->free[ring->nr_free++] = ring->chain[head][i];
	ring->chain_len[head] = 0;
	return head;
}

static inline void split_enable_call(struct ring *ring)
{
	if (ring->event_idx)
		store(*split_used_event(ring), ring->used_idx);
	else
		store(ring->avail->flags, 0);
}

static inline void split_disable_call(struct ring *ring)
{
	if (ring->event_idx)
		store(*split_used_event(ring), ring->used_idx - 1);
	else
		store(ring->avail->flags, VRING_AVAIL_F_NO_INTERRUPT);
}

#endif /* _SPLIT_H */
