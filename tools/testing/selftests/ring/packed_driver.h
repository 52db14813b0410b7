/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver side of a packed ring, written from the specification (virtio 1.2,
 * section 2.8) without a look at the engine.
 */
#ifndef _PACKED_DRIVER_H
#define _PACKED_DRIVER_H

#include "rig.h"

#define F_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)

#define P_AVAIL		BIT(VRING_PACKED_DESC_F_AVAIL)
#define P_USED		BIT(VRING_PACKED_DESC_F_USED)

struct pdesc {
	u64 addr;
	u32 len;
	u16 id;
	u16 flags;
};

/* A place in the ring: both kinds of wrap counter begin at 1. */
struct place {
	u16 idx;
	bool wrap;
};

struct pdrv {
	u16 num;
	bool event_idx;
	struct pdesc *ring;
	u32 *driver;		/* event suppression: of the driver, of the device */
	u32 *device;
	u64 addr[3];
	struct place avail;
	struct place used;
	u16 slots[DRV_NUM_MAX];	/* that a buffer takes, by its ID */
	u16 nr_free;
};

static inline void place_move(struct place *place, u16 num, u16 nr)
{
	place->idx += nr;
	if (place->idx >= num) {
		place->idx -= num;
		place->wrap = !place->wrap;
	}
}

static inline u16 place_code(const struct place *place)
{
	return place->idx | place->wrap << 15;
}

static inline void pdrv_init(struct pdrv *drv, struct mem *mem, u16 num,
			     u64 base, bool event_idx)
{
	memset(drv, 0, sizeof(*drv));
	drv->num = num;
	drv->nr_free = num;
	drv->event_idx = event_idx;
	drv->addr[0] = base;
	drv->addr[1] = base + 0x100000;
	drv->addr[2] = base + 0x200000;
	drv->ring = (void *)mem_add(mem, drv->addr[0], 16 * num, MEM_RW);
	drv->driver = (void *)mem_add(mem, drv->addr[1], 4, MDEV_AS_READ);
	drv->device = (void *)mem_add(mem, drv->addr[2], 4, MDEV_AS_WRITE);
	drv->avail.wrap = true;
	drv->used.wrap = true;
}

/* A buffer of @nr descriptors; the flags of the first are written last. */
static inline void pdrv_add(struct pdrv *drv, const struct pdesc *desc, u16 nr,
			    u16 id)
{
	struct place place = drv->avail;
	struct pdesc *head = &drv->ring[place.idx];
	u16 flags, first = 0;
	u16 i;

	for (i = 0; i < nr; i++) {
		flags = desc[i].flags | (place.wrap ? P_AVAIL : P_USED);
		drv->ring[place.idx].addr = desc[i].addr;
		drv->ring[place.idx].len = desc[i].len;
		drv->ring[place.idx].id = i + 1 == nr ? id : 0xdead;
		if (i)
			drv->ring[place.idx].flags = flags;
		else
			first = flags;
		place_move(&place, drv->num, 1);
	}
	drv->slots[id] = nr;
	drv->nr_free -= nr;
	drv->avail = place;
	/* All else before the flags of the first (section 2.8.21.1). */
	smp_wmb();
	WRITE_ONCE(head->flags, first);
}

/* Of what was added since @old: does the device want to know? */
static inline bool pdrv_wants_kick(struct pdrv *drv, struct place old)
{
	u32 event;
	int at, from, to;

	/* What is available before the device's wish (section 2.8.21.3.1). */
	smp_mb();
	event = READ_ONCE(*drv->device);
	if (event >> 16 != VRING_PACKED_EVENT_FLAG_DESC)
		return event >> 16 != VRING_PACKED_EVENT_FLAG_DISABLE;
	check((event & 0x7fff) < drv->num);
	/* Steps from @old, of two rounds. */
	at = (event & 0x7fff) + (event & 0x8000 ? 0 : drv->num);
	from = old.idx + (old.wrap ? 0 : drv->num);
	to = drv->avail.idx + (drv->avail.wrap ? 0 : drv->num);
	at = (at - from + 2 * drv->num) % (2 * drv->num);
	to = (to - from + 2 * drv->num) % (2 * drv->num);
	return at < to;
}

static inline bool pdrv_is_used(const struct pdrv *drv)
{
	u16 flags = READ_ONCE(drv->ring[drv->used.idx].flags);

	return !!(flags & P_AVAIL) == drv->used.wrap &&
	       !!(flags & P_USED) == drv->used.wrap;
}

static inline bool pdrv_get_used(struct pdrv *drv, u16 *id, u32 *len)
{
	const struct pdesc *desc = &drv->ring[drv->used.idx];

	*id = U16_MAX;
	*len = U32_MAX;
	if (!pdrv_is_used(drv))
		return false;
	/* The flags before what they vouch for. */
	smp_rmb();
	*id = desc->id;
	*len = desc->len;
	check_eq(!!(desc->flags & VRING_DESC_F_WRITE), !!*len);
	check(*id < drv->num && drv->slots[*id]);
	if (test_failed)
		return false;
	place_move(&drv->used, drv->num, drv->slots[*id]);
	drv->nr_free += drv->slots[*id];
	drv->slots[*id] = 0;
	return true;
}

/* Ask for an interrupt at the next one. Returns whether that is there already. */
static inline bool pdrv_enable_irq(struct pdrv *drv)
{
	u32 event = VRING_PACKED_EVENT_FLAG_ENABLE << 16;

	if (drv->event_idx)
		event = place_code(&drv->used) |
			VRING_PACKED_EVENT_FLAG_DESC << 16;
	WRITE_ONCE(*drv->driver, event);
	/* The wish before the look at what is used (section 2.8.22). */
	smp_mb();
	return pdrv_is_used(drv);
}

static inline void pdrv_disable_irq(struct pdrv *drv)
{
	WRITE_ONCE(*drv->driver, VRING_PACKED_EVENT_FLAG_DISABLE << 16);
}

#endif /* _PACKED_DRIVER_H */
