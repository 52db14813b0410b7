/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Driver side of a virtqueue in memory of the caller's choice. ring_clear() says what its
 * layout is; what depends on that is in split.h and packed.h.
 */
#ifndef _VIRTQUEUE_H
#define _VIRTQUEUE_H

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

/*
 * Descriptors have address and length in the same place in both layouts. The indices are
 * positions, and the event suppression structures are where the rings would be, if it is
 * packed.
 */
struct ring {
	unsigned int index;
	unsigned int num;	/* of a packed one anything up to RING_NUM */
	bool packed;
	bool in_order;		/* packed */
	bool event_idx;
	bool indirect;
	char *va;		/* where its memory is */
	__u64 iova;		/* and where the device sees it */
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	__u16 avail_idx;	/* published, or if packed, filled in */
	__u16 published;	/* packed */
	__u16 held;		/* flags of the descriptor there */
	__u16 kicked;		/* what avail_idx was when a kick was last decided */
	__u16 used_idx;		/* taken */
	unsigned int nr_free;	/* descriptors */
	unsigned int nr_ids;	/* buffer IDs; packed */
	__u16 free[RING_NUM];
	__u16 chain_len[RING_NUM];
	__u16 chain[RING_NUM][RING_SEGS];
	int kick;		/* eventfds; class vfio has the second one only */
	int call;
	int err;
};

#include "split.h"
#include "packed.h"

/* Forget what was in it. The addresses and eventfds stay. */
static inline void ring_clear(struct ring *ring, __u64 features)
{
	unsigned int i;

	memset(ring->va, 0, RING_BYTES);
	memset(ring->chain_len, 0, sizeof(ring->chain_len));
	ring->packed = features & BIT(VIRTIO_F_RING_PACKED);
	ring->in_order = features & BIT(VIRTIO_F_IN_ORDER);
	ring->event_idx = features & BIT(VIRTIO_RING_F_EVENT_IDX);
	ring->indirect = features & BIT(VIRTIO_RING_F_INDIRECT_DESC);
	ring->avail_idx = ring->packed ? PACKED_WRAP : 0;
	ring->published = ring->avail_idx;
	ring->kicked = ring->avail_idx;
	ring->used_idx = ring->avail_idx;
	ring->nr_free = ring->num;
	ring->nr_ids = ring->num;
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
	if (!ring->nr_free)
		return -1;
	return ring->free[(ring->packed ? ring->nr_ids : ring->nr_free) - 1];
}

/* Not visible to the device until ring_publish(). Returns the head, or -1 if full. */
static inline int ring_add(struct ring *ring, const struct seg *segs, unsigned int nr_out,
			   unsigned int nr_in)
{
	return ring->packed ? packed_add(ring, segs, nr_out, nr_in) :
			      split_add(ring, segs, nr_out, nr_in);
}

static inline void ring_publish(struct ring *ring)
{
	if (ring->packed)
		packed_publish(ring);
	else
		split_publish(ring);
}

/* Does the device want to know of what was published? */
static inline bool ring_needs_kick(struct ring *ring)
{
	return ring->packed ? packed_needs_kick(ring) : split_needs_kick(ring);
}

/* Chains that are used and were not taken. */
static inline unsigned int ring_used_count(const struct ring *ring)
{
	__u16 pos;

	return ring->packed ? packed_used_count(ring, &pos) : split_used_count(ring);
}

/* Where the device stands, as VHOST_GET_VRING_BASE tells. */
static inline __u32 ring_base(const struct ring *ring)
{
	__u16 pos;

	if (!ring->packed)
		return load(ring->used->idx);
	packed_used_count(ring, &pos);
	return pos | (__u32)pos << 16;
}

/* Descriptors that have been used from one such place to another. */
static inline unsigned int ring_distance(const struct ring *ring, __u32 from, __u32 to)
{
	return ring->packed ? packed_distance(ring, from, to) : (__u16)(to - from);
}

/* Takes a used chain: returns its head, -1 if there is none. */
static inline int ring_take(struct ring *ring, __u32 *len)
{
	return ring->packed ? packed_take(ring, len) : split_take(ring, len);
}

/* Ask for an interrupt with the next used entry; false if one is there already. */
static inline bool ring_enable_call(struct ring *ring)
{
	if (ring->packed)
		packed_enable_call(ring);
	else
		split_enable_call(ring);
	full_barrier();
	return !ring_used_count(ring);
}

static inline void ring_disable_call(struct ring *ring)
{
	if (ring->packed)
		packed_disable_call(ring);
	else
		split_disable_call(ring);
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

#endif /* _VIRTQUEUE_H */
