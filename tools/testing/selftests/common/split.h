/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Driver side of a split virtqueue (virtio 1.2, section 2.7) in memory of the caller's
 * choice, written from the specification.
 */
#ifndef _SPLIT_H
#define _SPLIT_H

#include <linux/virtio_ring.h>

#include "slice.h"

#define RING_NUM	256
#define RING_SEGS	8

/* Where the parts of a ring are in its memory, RING_BYTES of it. */
#define RING_DESC	0
#define RING_AVAIL	0x1000
#define RING_USED	0x2000
#define RING_INDIRECT	0x4000
#define RING_BYTES	0x10000

#define load(x)		__atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define store(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELEASE)
#define full_barrier()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

/* A piece of a chain, at an address of the device. */
struct seg {
	__u64 iova;
	__u32 len;
};

struct ring {
	unsigned int index;
	unsigned int num;
	bool event_idx;
	bool indirect;
	char *va;		/* where its memory is */
	__u64 iova;		/* and where the device sees it */
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	__u16 avail_idx;	/* published */
	__u16 kicked;		/* what it was when a kick was last decided */
	__u16 used_idx;		/* taken */
	unsigned int nr_free;
	__u16 free[RING_NUM];
	__u16 chain_len[RING_NUM];
	__u16 chain[RING_NUM][RING_SEGS];
	int kick;		/* eventfds; class vfio has the second one only */
	int call;
	int err;
};

/* Forget what was in it. The addresses and eventfds stay. */
static inline void ring_clear(struct ring *ring, __u64 features)
{
	unsigned int i;

	memset(ring->va, 0, RING_BYTES);
	ring->event_idx = features & BIT(VIRTIO_RING_F_EVENT_IDX);
	ring->indirect = features & BIT(VIRTIO_RING_F_INDIRECT_DESC);
	ring->avail_idx = 0;
	ring->kicked = 0;
	ring->used_idx = 0;
	ring->nr_free = ring->num;
	for (i = 0; i < ring->num; i++)
		ring->free[i] = ring->num - 1 - i;
}

static inline void ring_init(struct ring *ring, unsigned int index, unsigned int num,
			     void *va, __u64 iova)
{
	memset(ring, 0, sizeof(*ring));
	ring->index = index;
	ring->num = num;
	ring->va = va;
	ring->iova = iova;
	ring->desc = (void *)(ring->va + RING_DESC);
	ring->avail = (void *)(ring->va + RING_AVAIL);
	ring->used = (void *)(ring->va + RING_USED);
	ring->kick = event_new();
	ring->call = event_new();
	ring->err = event_new();
}

static inline void ring_destroy(struct ring *ring)
{
	close(ring->kick);
	close(ring->call);
	close(ring->err);
}

/* The head that the next chain will have, which may name its buffer; -1 if full. */
static inline int ring_next_head(const struct ring *ring)
{
	return ring->nr_free ? ring->free[ring->nr_free - 1] : -1;
}

static inline void ring_fill(struct vring_desc *desc, const struct seg *seg, bool in,
			     bool more, __u16 next)
{
	desc->addr = seg->iova;
	desc->len = seg->len;
	desc->flags = (in ? VRING_DESC_F_WRITE : 0) | (more ? VRING_DESC_F_NEXT : 0);
	desc->next = more ? next : 0;
}

static inline void ring_add_indirect(struct ring *ring, __u16 head, const struct seg *segs,
				     unsigned int nr_out, unsigned int nr)
{
	size_t at = RING_INDIRECT + head * RING_SEGS * sizeof(struct vring_desc);
	struct vring_desc *table = (void *)(ring->va + at);
	unsigned int i;

	for (i = 0; i < nr; i++)
		ring_fill(&table[i], &segs[i], i >= nr_out, i + 1 < nr, i + 1);
	ring->desc[head].addr = ring->iova + at;
	ring->desc[head].len = nr * sizeof(*table);
	ring->desc[head].flags = VRING_DESC_F_INDIRECT;
}

/* Not visible to the device until ring_publish(). Returns the head, or -1 if full. */
static inline int ring_add(struct ring *ring, const struct seg *segs, unsigned int nr_out,
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
		ring_add_indirect(ring, head, segs, nr_out, nr);
	} else {
		for (i = 0; i < nr; i++)
			ring_fill(&ring->desc[chain[i]], &segs[i], i >= nr_out,
				  i + 1 < nr, i + 1 < nr ? chain[i + 1] : 0);
	}
	ring->avail->ring[ring->avail_idx++ % ring->num] = head;
	return head;
}

static inline void ring_publish(struct ring *ring)
{
	store(ring->avail->idx, ring->avail_idx);
}

/* The used_event and avail_event fields stand behind the rings. */
static inline __u16 *ring_used_event(struct ring *ring)
{
	return &ring->avail->ring[ring->num];
}

static inline __u16 *ring_avail_event(struct ring *ring)
{
	return (__u16 *)&ring->used->ring[ring->num];
}

/* Does the device want to know of what was published? */
static inline bool ring_needs_kick(struct ring *ring)
{
	__u16 from = ring->kicked;

	full_barrier();
	ring->kicked = ring->avail_idx;
	if (ring->event_idx)
		return vring_need_event(load(*ring_avail_event(ring)), ring->avail_idx,
					from);
	return !(load(ring->used->flags) & VRING_USED_F_NO_NOTIFY);
}

/* Entries that wait in the used ring. */
static inline unsigned int ring_used_count(const struct ring *ring)
{
	return (__u16)(load(ring->used->idx) - ring->used_idx);
}

/* Takes a used chain: returns its head, -1 if there is none. */
static inline int ring_take(struct ring *ring, __u32 *len)
{
	struct vring_used_elem *elem;
	__u32 head, i;

	if (!ring_used_count(ring))
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

/* Ask for an interrupt with the next used entry; false if one is there already. */
static inline bool ring_enable_call(struct ring *ring)
{
	if (ring->event_idx)
		store(*ring_used_event(ring), ring->used_idx);
	else
		store(ring->avail->flags, 0);
	full_barrier();
	return !ring_used_count(ring);
}

static inline void ring_disable_call(struct ring *ring)
{
	if (ring->event_idx)
		store(*ring_used_event(ring), ring->used_idx - 1);
	else
		store(ring->avail->flags, VRING_AVAIL_F_NO_INTERRUPT);
}

/* Waits, with interrupts, until something is used; false when the time is over. */
static inline bool ring_wait(struct ring *ring, int timeout_ms)
{
	double end = now() + timeout_ms / 1e3;
	bool good = true;

	while (good && ring_enable_call(ring))
		good = now() < end && event_wait(ring->call, (end - now()) * 1e3 + 1);
	ring_disable_call(ring);
	return ring_used_count(ring);
}

#endif /* _SPLIT_H */
