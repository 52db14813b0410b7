/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine in user space, and what is around it: memory of a driver, an address
 * space that leads there, and the driver side of a split ring written from the
 * specification (virtio 1.2, section 2.7) without a look at the engine.
 */
#ifndef _RIG_H
#define _RIG_H

#include <stdarg.h>
#include <stdio.h>

#include "as.c"
#include "ring.c"
#include "walk.c"
#include "split.c"
#include "packed.c"
#include "queue.c"
#include "bounce.c"
#include "iter.c"

unsigned int shim_warnings;
bool (*shim_user_missing)(const void *va, unsigned long len, bool write);
int shim_alloc_fail = -1;

/* Kicks of the work that a ring was given, which is not one of the kernel's. */
static unsigned int work_kicks;

void mdev_ring_work_kick(struct mdev_ring_work *work)
{
	work_kicks++;
}

/* Checks: the first that fails says why, the others of that test are silent. */

static unsigned int test_count;
static unsigned int test_failures;
static bool test_failed;

static inline void fail_at(int line, const char *format, ...)
{
	va_list args;

	if (test_failed)
		return;
	test_failed = true;
	printf("# line %d: ", line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

#define check(condition) do {				\
	if (!(condition))				\
		fail_at(__LINE__, "%s", #condition);	\
} while (0)

#define check_eq(got, want) do {					\
	long long _got = (got);						\
	long long _want = (want);					\
	if (_got != _want)						\
		fail_at(__LINE__, "%s is %lld and not %lld", #got, _got, _want); \
} while (0)

static inline void test_end(const char *text)
{
	printf("%sok %u - %s\n", test_failed ? "not " : "", ++test_count, text);
	fflush(stdout);
	test_failures += test_failed;
	test_failed = false;
	shim_warnings = 0;
	shim_alloc_fail = -1;
}

/*
 * Memory: regions at arbitrary addresses, each allocated for itself and exactly
 * as large as said, so that the sanitizer sees any step beyond an end.
 */

#define MEM_REGIONS	4096

struct mem_region {
	u64 addr;
	u32 len;
	u32 perm;
	u8 *va;
};

struct mem {
	struct mdev_as as;
	struct mem_region region[MEM_REGIONS];
	unsigned int nr;
	unsigned int translations;
	bool released;
};

static inline struct mem_region *mem_find(struct mem *mem, u64 addr)
{
	unsigned int i;

	for (i = mem->nr; i--;)
		if (mem->region[i].va && addr >= mem->region[i].addr &&
		    addr - mem->region[i].addr < mem->region[i].len)
			return &mem->region[i];
	return NULL;
}

static inline int mem_translate(struct mdev_as *as, u64 addr, u64 len, u32 perm,
				struct mdev_as_range *range)
{
	struct mem *mem = container_of(as, struct mem, as);
	struct mem_region *region = mem_find(mem, addr);

	check(len);
	mem->translations++;
	if (!region)
		return -EFAULT;
	if ((region->perm & perm) != perm)
		return -EACCES;
	range->start = region->addr;
	range->last = region->addr + region->len - 1;
	range->perm = region->perm;
	range->va = region->va;
	range->seq = as->seq;
	return 0;
}

static inline void mem_release(struct mdev_as *as)
{
	container_of(as, struct mem, as)->released = true;
}

static const struct mdev_as_ops mem_ops = {
	.translate = mem_translate,
	.release = mem_release,
};

#define MEM_RW	(MDEV_AS_READ | MDEV_AS_WRITE)

static inline u8 *mem_add(struct mem *mem, u64 addr, u32 len, u32 perm)
{
	struct mem_region *region = &mem->region[mem->nr++];

	region->addr = addr;
	region->len = len;
	region->perm = perm;
	region->va = calloc(1, len);
	return region->va;
}

static inline void mem_remove(struct mem *mem, u64 addr)
{
	struct mem_region *region = mem_find(mem, addr);

	free(region->va);
	region->va = NULL;
	mem->as.seq++;
}

static inline void mem_init(struct mem *mem)
{
	mem->nr = 0;
	mem->translations = 0;
	mem->released = false;
	mdev_as_init(&mem->as, &mem_ops);
}

static inline void mem_free(struct mem *mem)
{
	while (mem->nr--)
		free(mem->region[mem->nr].va);
}

/* Where @addr is, for as far as its region goes. */
static inline void *mem_at(struct mem *mem, u64 addr)
{
	struct mem_region *region = mem_find(mem, addr);

	return region ? region->va + (addr - region->addr) : NULL;
}

static inline u32 mem_left(struct mem *mem, u64 addr)
{
	struct mem_region *region = mem_find(mem, addr);

	return region->len - (addr - region->addr);
}

static inline void mem_write(struct mem *mem, u64 addr, const void *buf, u32 len)
{
	u32 part;

	for (; len; addr += part, buf += part, len -= part) {
		part = min(len, mem_left(mem, addr));
		memcpy(mem_at(mem, addr), buf, part);
	}
}

static inline void mem_read(struct mem *mem, u64 addr, void *buf, u32 len)
{
	u32 part;

	for (; len; addr += part, buf += part, len -= part) {
		part = min(len, mem_left(mem, addr));
		memcpy(buf, mem_at(mem, addr), part);
	}
}

/* The driver side. */

#define DRV_NUM_MAX	1024

struct drv {
	struct mem *mem;
	u16 num;
	bool event_idx;
	bool in_order;		/* descriptors are, too (section 2.7.3) */
	struct vring_desc *desc;
	u16 *avail;		/* flags, index, entries, used_event */
	u16 *used;		/* flags, index, pairs of 32 bit, avail_event */
	u64 desc_addr;
	u64 avail_addr;
	u64 used_addr;
	u16 avail_idx;		/* not yet published */
	u16 published;
	u16 last_used;
	u16 next[DRV_NUM_MAX];	/* free list */
	u16 first_free;
	u16 last_free;
	u16 nr_free;
};

static inline void drv_init(struct drv *drv, struct mem *mem, u16 num, u64 base,
			    bool event_idx)
{
	u32 i;

	memset(drv, 0, sizeof(*drv));
	drv->mem = mem;
	drv->num = num;
	drv->event_idx = event_idx;
	drv->desc_addr = base;
	drv->avail_addr = base + 0x100000;
	drv->used_addr = base + 0x200000;
	drv->desc = (void *)mem_add(mem, drv->desc_addr, 16 * num, MDEV_AS_READ);
	drv->avail = (void *)mem_add(mem, drv->avail_addr, 6 + 2 * num,
				     MDEV_AS_READ);
	drv->used = (void *)mem_add(mem, drv->used_addr, 6 + 8 * num,
				    MDEV_AS_WRITE);
	for (i = 0; i < num; i++)
		drv->next[i] = i + 1;
	drv->last_free = num - 1;
	drv->nr_free = num;
}

static inline void drv_set_idx(struct drv *drv, u16 idx)
{
	drv->avail_idx = idx;
	drv->published = idx;
	drv->last_used = idx;
	drv->avail[1] = idx;
	drv->used[1] = idx;
	drv->avail[2 + drv->num] = idx;
	drv->used[2 + 4 * drv->num] = idx;
}

static inline void drv_desc(struct drv *drv, u16 i, u64 addr, u32 len, u16 flags,
			    u16 next)
{
	struct vring_desc desc = { addr, len, flags, next };

	drv->desc[i] = desc;
}

static inline u16 drv_alloc(struct drv *drv)
{
	u16 i = drv->first_free;

	drv->first_free = drv->next[i];
	drv->nr_free--;
	return i;
}

static inline void drv_free(struct drv *drv, u16 i)
{
	if (drv->in_order && drv->nr_free) {
		drv->next[drv->last_free] = i;
	} else {
		drv->next[i] = drv->first_free;
		drv->first_free = i;
	}
	drv->last_free = i;
	drv->nr_free++;
}

static inline void drv_add(struct drv *drv, u16 head)
{
	drv->avail[2 + drv->avail_idx++ % drv->num] = head;
}

/* Publish what was added. Returns whether the device wants to be kicked. */
static inline bool drv_publish(struct drv *drv)
{
	u16 old = drv->published;
	u16 event;

	/* Descriptors and entries before the index (section 2.7.13.3). */
	smp_wmb();
	WRITE_ONCE(drv->avail[1], drv->avail_idx);
	drv->published = drv->avail_idx;
	/* The index before the device's wish (section 2.7.13.4). */
	smp_mb();
	if (!drv->event_idx)
		return !(READ_ONCE(drv->used[0]) & VRING_USED_F_NO_NOTIFY);
	event = READ_ONCE(drv->used[2 + 4 * drv->num]);
	return vring_need_event(event, drv->published, old);
}

static inline bool drv_get_used(struct drv *drv, u32 *id, u32 *len)
{
	u32 *elem;

	*id = U32_MAX;
	*len = U32_MAX;
	if (READ_ONCE(drv->used[1]) == drv->last_used)
		return false;
	/* The index before the element that it vouches for. */
	smp_rmb();
	elem = (u32 *)(drv->used + 2) + 2 * (drv->last_used % drv->num);
	*id = elem[0];
	*len = elem[1];
	drv->last_used++;
	return true;
}

/* Ask for an interrupt at the next one. Returns whether that is there already. */
static inline bool drv_enable_irq(struct drv *drv)
{
	if (drv->event_idx)
		WRITE_ONCE(drv->avail[2 + drv->num], drv->last_used);
	else
		WRITE_ONCE(drv->avail[0], 0);
	/* The wish before the device's index (section 2.7.14). */
	smp_mb();
	return READ_ONCE(drv->used[1]) != drv->last_used;
}

static inline void drv_disable_irq(struct drv *drv)
{
	if (!drv->event_idx)
		WRITE_ONCE(drv->avail[0], VRING_AVAIL_F_NO_INTERRUPT);
}

/* Device, driver and memory together. */

#define RIG_BASE	0x40000000ULL
#define RIG_DATA	0x80000000ULL
#define RIG_PAGE	4096U

#define F_VERSION_1	BIT_ULL(VIRTIO_F_VERSION_1)
#define F_EVENT_IDX	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define F_INDIRECT	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC)
#define F_IN_ORDER	BIT_ULL(VIRTIO_F_IN_ORDER)

struct rig {
	struct mdev_ring ring;
	struct drv drv;
	struct mem mem;
	unsigned int irqs;
};

static inline void rig_notify(struct mdev_ring *ring)
{
	container_of(ring, struct rig, ring)->irqs++;
}

static inline void rig_address(struct rig *rig)
{
	check_eq(mdev_ring_set_address(&rig->ring, rig->drv.desc_addr,
				       rig->drv.avail_addr, rig->drv.used_addr),
		 0);
}

/* A ring of @num entries, @pages separate pages of data, both sides at @idx. */
static inline void rig_init(struct rig *rig, u16 num, u64 features,
			    unsigned int pages, u16 idx)
{
	struct mdev_vq_state state = { .split.avail_index = idx };
	unsigned int i;

	rig->irqs = 0;
	mem_init(&rig->mem);
	drv_init(&rig->drv, &rig->mem, num, RIG_BASE, features & F_EVENT_IDX);
	rig->drv.in_order = features & F_IN_ORDER;
	drv_set_idx(&rig->drv, idx);
	for (i = 0; i < pages; i++)
		mem_add(&rig->mem, RIG_DATA + i * RIG_PAGE, RIG_PAGE, MEM_RW);
	check_eq(mdev_ring_init(&rig->ring, MDEV_RING_NUM_MAX, rig_notify), 0);
	mdev_ring_set_as(&rig->ring, &rig->mem.as);
	check_eq(mdev_ring_set_num(&rig->ring, num), 0);
	rig_address(rig);
	check_eq(mdev_ring_set_state(&rig->ring, &state), 0);
	check_eq(mdev_ring_start(&rig->ring, F_VERSION_1 | features), 0);
}

static inline void rig_exit(struct rig *rig)
{
	mdev_ring_destroy(&rig->ring);
	check(!rig->mem.released);
	mdev_as_put(&rig->mem.as);
	check(rig->mem.released);
	mem_free(&rig->mem);
}

/* One buffer, on its own, at the next descriptor that suits the index. */
static inline void rig_offer(struct rig *rig, unsigned int nr, u16 flags)
{
	struct drv *drv = &rig->drv;
	u16 slot;

	while (nr--) {
		slot = drv->avail_idx % drv->num;
		drv_desc(drv, slot, RIG_DATA, 64, flags, 0);
		drv_add(drv, slot);
	}
	drv_publish(drv);
}

/* The device completes @nr chains that it has yet to take. */
static inline void rig_serve(struct rig *rig, unsigned int nr, u32 written)
{
	struct mdev_ring_chain chain;

	while (nr--) {
		check_eq(mdev_ring_pop(&rig->ring, &chain), 1);
		mdev_ring_push(&rig->ring, &chain, written);
	}
}

#endif /* _RIG_H */
