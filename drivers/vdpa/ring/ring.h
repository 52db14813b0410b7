/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the ring engine know of each other.
 *
 * All accesses to memory of the driver side, apart from the buffers themselves,
 * are made by the functions here. They return 0, -EAGAIN if the memory is that of
 * a process and has to be brought in first, or another errno that breaks the
 * ring.
 */
#ifndef _MDEV_RING_RING_H
#define _MDEV_RING_RING_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/mdev_ring.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>

/* A descriptor (section 2.7.5). */
struct ring_desc {
	__le64 addr;
	__le32 len;
	__le16 flags;
	__le16 next;
};

/* An element of the used ring (section 2.7.8). */
struct mdev_ring_used {
	__le32 id;
	__le32 len;
};

/* A descriptor of a packed ring (section 2.8.13). */
struct ring_packed_desc {
	__le64 addr;
	__le32 len;
	__le16 id;
	__le16 flags;
};

/* What of it the device writes. */
struct ring_packed_used {
	__le32 len;
	__le16 id;
	__le16 flags;
};

/* An event suppression structure (section 2.8.14), as a copy. */
struct ring_event {
	u16 pos;
	u16 flags;
};

#define RING_EVENT_FLAGS	0x3	/* the other bits are reserved */

/* A used descriptor that waits, what was there, and where that is. */
struct mdev_ring_done {
	struct ring_packed_used used;
	struct ring_packed_used old;
	u16 slot;
};

/* A position in a packed ring: the index, and the wrap counter. */
#define RING_INDEX	0x7fff
#define RING_WRAP	0x8000

/* A chain that was taken: where its pieces and its descriptors begin. */
struct mdev_ring_taken {
	u16 vec;
	u16 pos;
};

/* A user address, where the address space is one of user memory. */
static inline void __user *ring_user(void *va)
{
	return (__force void __user *)va;
}

/* Offsets in the driver and in the device area, which are laid out alike. */
#define RING_FLAGS	0
#define RING_IDX	2
#define RING_ENTRIES	4

static inline u32 ring_desc_bytes(const struct mdev_ring *ring)
{
	return ring->num * sizeof(struct ring_desc);
}

static inline u32 ring_used_event(const struct mdev_ring *ring)
{
	return RING_ENTRIES + ring->num * sizeof(__le16);
}

/* Those of a packed ring are event suppression structures. */
static inline u32 ring_avail_bytes(const struct mdev_ring *ring)
{
	if (ring->packed)
		return sizeof(__le32);
	return ring_used_event(ring) + sizeof(__le16);
}

static inline u32 ring_avail_event(const struct mdev_ring *ring)
{
	return RING_ENTRIES + ring->num * sizeof(struct mdev_ring_used);
}

static inline u32 ring_used_bytes(const struct mdev_ring *ring)
{
	if (ring->packed)
		return sizeof(__le32);
	return ring_avail_event(ring) + sizeof(__le16);
}

/* Of a split ring, whose size is a power of two. */
static inline u16 ring_slot(const struct mdev_ring *ring, u16 idx)
{
	return idx & (ring->num - 1);
}

/* The position in a packed ring after @nr more, which are no more than the size. */
static inline u16 ring_step(const struct mdev_ring *ring, u16 pos, u16 nr)
{
	u16 left = ring->num - (pos & RING_INDEX);

	return nr < left ? pos + nr : ((pos & RING_WRAP) ^ RING_WRAP) + nr - left;
}

/* The same, whatever the layout. */
static inline u16 ring_forward(const struct mdev_ring *ring, u16 pos, u16 nr)
{
	return ring->packed ? ring_step(ring, pos, nr) : pos + nr;
}

/* From one position to another that is ahead of it, by the size at most. */
static inline u16 ring_distance(const struct mdev_ring *ring, u16 from, u16 to)
{
	u16 nr;

	if (!ring->packed)
		return to - from;
	nr = (to & RING_INDEX) - (from & RING_INDEX);
	return (from ^ to) & RING_WRAP ? nr + ring->num : nr;
}

/* The same in a packed ring where it may be anywhere: less than two rounds. */
static inline u16 ring_turn(const struct mdev_ring *ring, u16 from, u16 to)
{
	int nr = (to & RING_INDEX) - (from & RING_INDEX);

	if ((from ^ to) & RING_WRAP)
		nr += ring->num;
	return nr < 0 ? nr + 2 * ring->num : nr;
}

/* Is memory of the driver side there only between begin and end? */
static inline bool ring_gated(const struct mdev_ring *ring)
{
	return ring->as->user || ring->as->remote;
}

/* May it be touched now? */
static inline bool ring_reachable(const struct mdev_ring *ring)
{
	return !ring_gated(ring) || ring->entered;
}

/*
 * A piece of the ring itself is not there. The first that is found is brought in
 * by mdev_ring_end().
 */
int ring_missing(struct mdev_ring *ring, void *va, u32 len, bool write);

/*
 * Copy out of driver memory, once: the compiler must not go back to the source
 * for a field that has been checked already, which it may do with an
 * ordinary copy. The source need not be aligned.
 */
static inline int ring_get(struct mdev_ring *ring, void *va, void *copy,
			   u32 len)
{
	if (ring->as->user) {
		if (unlikely(copy_from_user(copy, ring_user(va), len)))
			return ring_missing(ring, va, len, false);
		return 0;
	}
	memcpy(copy, va, len);
	barrier_data(copy);
	return 0;
}

static inline int ring_put(struct mdev_ring *ring, void *va, const void *copy,
			   u32 len)
{
	if (ring->as->user) {
		if (unlikely(copy_to_user(ring_user(va), copy, len)))
			return ring_missing(ring, va, len, true);
		return 0;
	}
	memcpy(va, copy, len);
	return 0;
}

/* The same for an area that lies in several pieces. */
int ring_area_copy(struct mdev_ring *ring, const struct mdev_ring_area *area,
		   u32 offset, void *copy, u32 len, bool write);

static inline int ring_get16(struct mdev_ring *ring,
			     const struct mdev_ring_area *area, u32 offset,
			     u16 *val)
{
	__le16 raw = 0;
	int ret = 0;
	void *va;

	if (unlikely(!area->va)) {
		ret = ring_area_copy(ring, area, offset, &raw, sizeof(raw),
				     false);
		*val = le16_to_cpu(raw);
		return ret;
	}
	va = area->va + offset;
	if (!ring->as->user)
		raw = READ_ONCE(*(const __le16 *)va);
	else if (unlikely(get_user(raw, (__le16 __user *)ring_user(va))))
		ret = ring_missing(ring, va, sizeof(raw), false);
	*val = le16_to_cpu(raw);
	return ret;
}

static inline int ring_put16(struct mdev_ring *ring,
			     const struct mdev_ring_area *area, u32 offset,
			     u16 val)
{
	__le16 raw = cpu_to_le16(val);
	void *va;

	if (unlikely(!area->va))
		return ring_area_copy(ring, area, offset, &raw, sizeof(raw),
				      true);
	va = area->va + offset;
	if (ring->as->user) {
		if (unlikely(put_user(raw, (__le16 __user *)ring_user(va))))
			return ring_missing(ring, va, sizeof(raw), true);
		return 0;
	}
	WRITE_ONCE(*(__le16 *)va, raw);
	return 0;
}

static inline int ring_get64(struct mdev_ring *ring,
			     const struct mdev_ring_area *area, u32 offset,
			     struct ring_packed_used *val)
{
	if (unlikely(!area->va))
		return ring_area_copy(ring, area, offset, val, sizeof(*val),
				      false);
	return ring_get(ring, area->va + offset, val, sizeof(*val));
}

/* In one piece where the machine can. */
static inline void ring_store64(void *va, const struct ring_packed_used *val)
{
	u64 raw;

	memcpy(&raw, val, sizeof(raw));
	WRITE_ONCE(*(u64 *)va, raw);
}

static inline int ring_put64_at(struct mdev_ring *ring, void *va,
				const struct ring_packed_used *val)
{
	u64 raw;

	if (ring->as->user) {
		memcpy(&raw, val, sizeof(raw));
		if (unlikely(put_user(raw, (u64 __user *)ring_user(va))))
			return ring_missing(ring, va, sizeof(raw), true);
		return 0;
	}
	ring_store64(va, val);
	return 0;
}

/* The same for an area that lies in several pieces. */
int ring_area_put64(struct mdev_ring *ring, const struct mdev_ring_area *area,
		    u32 offset, struct ring_packed_used *val);

static inline int ring_put64(struct mdev_ring *ring,
			     const struct mdev_ring_area *area, u32 offset,
			     struct ring_packed_used *val)
{
	if (unlikely(!area->va))
		return ring_area_put64(ring, area, offset, val);
	return ring_put64_at(ring, area->va + offset, val);
}

/* Both fields at once, so that they belong together. */
static inline int ring_get_event(struct mdev_ring *ring, struct ring_event *event)
{
	const struct mdev_ring_area *area = &ring->avail;
	__le32 raw = 0;
	int ret = 0;
	u32 val;

	if (unlikely(!area->va))
		ret = ring_area_copy(ring, area, 0, &raw, sizeof(raw), false);
	else if (!ring->as->user)
		raw = READ_ONCE(*(const __le32 *)area->va);
	else if (unlikely(get_user(raw, (__le32 __user *)ring_user(area->va))))
		ret = ring_missing(ring, area->va, sizeof(raw), false);
	val = le32_to_cpu(raw);
	event->pos = val;
	event->flags = (val >> 16) & RING_EVENT_FLAGS;
	return ret;
}

static inline int ring_put_event(struct mdev_ring *ring,
				 const struct ring_event *event)
{
	const struct mdev_ring_area *area = &ring->used;
	__le32 raw = cpu_to_le32(event->pos | (u32)event->flags << 16);

	if (unlikely(!area->va))
		return ring_area_copy(ring, area, 0, &raw, sizeof(raw), true);
	if (ring->as->user) {
		if (unlikely(put_user(raw, (__le32 __user *)ring_user(area->va))))
			return ring_missing(ring, area->va, sizeof(raw), true);
		return 0;
	}
	WRITE_ONCE(*(__le32 *)area->va, raw);
	return 0;
}

/* Elements of the used ring from @slot on, which must not wrap. */
static inline int ring_put_used(struct mdev_ring *ring, u16 slot,
				struct mdev_ring_used *elem, u16 nr)
{
	const struct mdev_ring_area *area = &ring->used;
	u32 offset = RING_ENTRIES + slot * sizeof(*elem);
	u32 len = nr * sizeof(*elem);

	if (unlikely(!area->va))
		return ring_area_copy(ring, area, offset, elem, len, true);
	return ring_put(ring, area->va + offset, elem, len);
}

static inline int ring_get_desc(struct mdev_ring *ring, u16 i,
				struct ring_desc *desc)
{
	const struct mdev_ring_area *area = &ring->desc;
	u32 offset = i * sizeof(*desc);

	if (unlikely(!area->va))
		return ring_area_copy(ring, area, offset, desc, sizeof(*desc),
				      false);
	return ring_get(ring, area->va + offset, desc, sizeof(*desc));
}

static inline int ring_get_packed(struct mdev_ring *ring, u16 i,
				  struct ring_packed_desc *desc)
{
	const struct mdev_ring_area *area = &ring->desc;
	u32 offset = i * sizeof(*desc);

	if (unlikely(!area->va))
		return ring_area_copy(ring, area, offset, desc, sizeof(*desc),
				      false);
	return ring_get(ring, area->va + offset, desc, sizeof(*desc));
}

/*
 * An empty range allows nothing, so @perm keeps it from matching. @seq has to
 * be looked at each time: that is how an unmapping reaches the caches.
 */
static inline bool ring_range_hit(const struct mdev_ring *ring,
				  const struct mdev_as_range *range, u64 addr,
				  u32 perm)
{
	return addr >= range->start && addr <= range->last &&
	       (range->perm & perm) == perm &&
	       range->seq == READ_ONCE(ring->as->seq);
}

int ring_translate_miss(struct mdev_ring *ring, struct mdev_as_range *range,
			u64 addr, u64 len, u32 perm);

/* Make @range hold @addr, though not necessarily all of @len. */
static inline int ring_translate(struct mdev_ring *ring,
				 struct mdev_as_range *range, u64 addr, u64 len,
				 u32 perm)
{
	if (likely(ring_range_hit(ring, range, addr, perm)))
		return 0;
	return ring_translate_miss(ring, range, addr, len, perm);
}

/* How much of a run (@len is not 0) lies within @range; cannot overflow. */
static inline u64 ring_range_part(const struct mdev_as_range *range, u64 addr,
				  u64 len)
{
	return min(range->last - addr, len - 1) + 1;
}

static inline void *ring_range_va(const struct mdev_as_range *range, u64 addr)
{
	return range->va + (addr - range->start);
}

/* Where the walk along a chain is. */
struct ring_walk {
	struct mdev_ring_chain *chain;
	u64 bytes;
	u64 table;		/* address of the indirect table */
	u32 num;		/* descriptors in the table that it is in */
	bool indirect;
	bool writable;		/* has met a buffer that the device writes */
};

/* walk.c */
int ring_read_table(struct mdev_ring *ring, u64 addr, void *copy, u32 len);
int ring_walk_add(struct mdev_ring *ring, struct ring_walk *walk, u64 addr,
		  u32 len, bool writable);
int ring_walk_enter_table(struct mdev_ring *ring, struct ring_walk *walk,
			  u64 addr, u32 len, u16 flags);

/* queue.c */
int ring_fail(struct mdev_ring *ring, int error);

/* split.c */
int split_peek(struct mdev_ring *ring, u16 *head);
int split_walk(struct mdev_ring *ring, struct ring_walk *walk, u16 head);
void split_complete(struct mdev_ring *ring, const struct mdev_ring_chain *chain,
		    u32 written);
int split_publish(struct mdev_ring *ring);
int split_want_notify(struct mdev_ring *ring, bool *want);
int split_want_kick(struct mdev_ring *ring);
int split_refuse_kick(struct mdev_ring *ring);
int split_more(struct mdev_ring *ring);

/* packed.c */
int packed_peek(struct mdev_ring *ring, u16 *flags);
int packed_walk(struct mdev_ring *ring, struct ring_walk *walk, u16 flags);
void packed_complete(struct mdev_ring *ring,
		     const struct mdev_ring_chain *chain, u32 written);
int packed_publish(struct mdev_ring *ring);
int packed_want_notify(struct mdev_ring *ring, bool *want);
int packed_want_kick(struct mdev_ring *ring);
int packed_refuse_kick(struct mdev_ring *ring);
int packed_more(struct mdev_ring *ring);

/* bounce.c */
int ring_bounce_alloc(struct mdev_ring *ring);
void ring_bounce_free(struct mdev_ring *ring);
void ring_bounce_out(struct mdev_ring *ring,
		     const struct mdev_ring_chain *chain, struct iov_iter *iter);
void ring_bounce_in(struct mdev_ring *ring, unsigned int first, size_t bytes,
		    struct iov_iter *iter);
int ring_bounce_push(struct mdev_ring *ring,
		     const struct mdev_ring_chain *chain, u32 written);

int ring_map_areas(struct mdev_ring *ring);

/* The three areas are translated together, the descriptor area last. */
static inline int ring_map(struct mdev_ring *ring)
{
	if (likely(ring->mapped && ring->desc.seq == READ_ONCE(ring->as->seq)))
		return 0;
	return ring_map_areas(ring);
}

#endif /* _MDEV_RING_RING_H */
