/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the ring engine know of each other.
 *
 * All accesses to memory of the driver side, apart from the buffers themselves,
 * are made by the functions here, so that a backend whose memory is reached in
 * another way (&struct mdev_as_range.user) has one place to be added to. They
 * return 0 or -EFAULT for its sake.
 */
#ifndef _MDEV_RING_RING_H
#define _MDEV_RING_RING_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/mdev_ring.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
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

static inline u32 ring_avail_bytes(const struct mdev_ring *ring)
{
	return ring_used_event(ring) + sizeof(__le16);
}

static inline u32 ring_avail_event(const struct mdev_ring *ring)
{
	return RING_ENTRIES + ring->num * sizeof(struct mdev_ring_used);
}

static inline u32 ring_used_bytes(const struct mdev_ring *ring)
{
	return ring_avail_event(ring) + sizeof(__le16);
}

static inline u16 ring_slot(const struct mdev_ring *ring, u16 idx)
{
	return idx & (ring->num - 1);
}

static inline int ring_get16(const struct mdev_ring_area *area, u32 offset,
			     u16 *val)
{
	*val = le16_to_cpu(READ_ONCE(*(const __le16 *)(area->va + offset)));
	return 0;
}

static inline int ring_put16(const struct mdev_ring_area *area, u32 offset,
			     u16 val)
{
	WRITE_ONCE(*(__le16 *)(area->va + offset), cpu_to_le16(val));
	return 0;
}

/* Elements of the used ring from @slot on, which must not wrap. */
static inline int ring_put_used(const struct mdev_ring_area *area, u16 slot,
				const struct mdev_ring_used *elem, u16 nr)
{
	memcpy(area->va + RING_ENTRIES + slot * sizeof(*elem), elem,
	       nr * sizeof(*elem));
	return 0;
}

/*
 * Copy out of driver memory, once: the compiler must not go back to the source
 * for a field that has been checked already, which it may do with an
 * ordinary copy. The source need not be aligned.
 */
static inline int ring_get(const void *va, void *copy, u32 len)
{
	memcpy(copy, va, len);
	barrier_data(copy);
	return 0;
}

static inline int ring_get_desc(const struct mdev_ring_area *area, u16 i,
				struct ring_desc *desc)
{
	return ring_get(area->va + i * sizeof(*desc), desc, sizeof(*desc));
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

int ring_map_areas(struct mdev_ring *ring);

/* The three areas are translated together, the descriptor area last. */
static inline int ring_map(struct mdev_ring *ring)
{
	if (likely(ring->desc.va && ring->desc.seq == READ_ONCE(ring->as->seq)))
		return 0;
	return ring_map_areas(ring);
}

#endif /* _MDEV_RING_RING_H */
