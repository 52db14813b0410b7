// SPDX-License-Identifier: GPL-2.0
/*
 * Life of a ring: what the driver side configures, where it stands, and how
 * addresses become memory. How buffers go through it is in queue.c.
 *
 * A ring keeps one invariant, in arithmetic modulo 65536:
 *
 *	used_idx + nr_pending + nr_taken == next_avail
 *
 * that is, each chain that was taken is in the used ring, waits to be written
 * there, or is in the hands of the owner. In a packed ring it is descriptors that are
 * counted, in arithmetic modulo two rounds: see ring_forward(). Since no more than num
 * chains may be between used_idx and the driver's index, none of the arrays can
 * overflow.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "ring.h"
#include "trace.h"

static void ring_forget_memory(struct mdev_ring *ring)
{
	ring->mapped = false;
	ring->last.perm = 0;
	ring->last_indirect.perm = 0;
	ring->last_area.perm = 0;
}

static void ring_clear_missing(struct mdev_ring *ring)
{
	ring->missing.iov_len = 0;
	ring->nr_missing = 0;
}

/* What was wanted to be brought in is not any more. */
static void ring_forget_missing(struct mdev_ring *ring)
{
	if (ring->as && ring_gated(ring))
		ring->as->ops->forget(ring->as, &ring->waiter);
	WRITE_ONCE(ring->fetching, false);
	ring->fetch_error = 0;
	ring->nr_misses = 0;
	ring_clear_missing(ring);
}

/* A packed ring is read and written (section 2.8). */
#define RING_RW			(MDEV_AS_READ | MDEV_AS_WRITE)
#define RING_EVENT_ALIGN	4

/* Chains that were taken or completed and not published never happened. */
static void ring_rewind(struct mdev_ring *ring)
{
	ring->next_avail = ring->used_idx;
	ring->seen = ring->used_idx;
	ring->avail_idx = ring->used_idx;
	ring->done_idx = ring->used_idx;
	ring->nr_pending = 0;
	ring->nr_taken = 0;
	ring->nr_popped = 0;
	ring->nr_vecs = 0;
}

static void ring_free(struct mdev_ring *ring)
{
	kvfree(ring->pending);
	kvfree(ring->vecs);
	kvfree(ring->taken);
	ring_bounce_free(ring);
	ring->pending = NULL;
	ring->vecs = NULL;
	ring->taken = NULL;
	ring->pending_bytes = 0;
}

static u32 ring_pending_bytes(const struct mdev_ring *ring, u64 features)
{
	return ring->num * (features & BIT_ULL(VIRTIO_F_RING_PACKED) ?
			    sizeof(*ring->done) : sizeof(*ring->pending));
}

/* There may be something from before, for another size, layout or address space. */
static bool ring_allocated(const struct mdev_ring *ring, u64 features)
{
	return ring->pending_bytes == ring_pending_bytes(ring, features) &&
	       !ring->bounce == !ring->as->remote;
}

static int ring_alloc(struct mdev_ring *ring, u64 features)
{
	u32 bytes = ring_pending_bytes(ring, features);

	if (ring_allocated(ring, features))
		return 0;
	ring_free(ring);
	ring->pending = kvzalloc_node(bytes, GFP_KERNEL_ACCOUNT, ring->node);
	ring->vecs = kvcalloc_node(MDEV_RING_VECS_MAX, sizeof(*ring->vecs),
				   GFP_KERNEL_ACCOUNT, ring->node);
	ring->taken = kvcalloc_node(MDEV_RING_VECS_MAX, sizeof(*ring->taken),
				    GFP_KERNEL_ACCOUNT, ring->node);
	if (!ring->pending || !ring->vecs || !ring->taken ||
	    ring_bounce_alloc(ring)) {
		ring_free(ring);
		return -ENOMEM;
	}
	ring->pending_bytes = bytes;
	return 0;
}

/*
 * Missing memory is there, or never will be. The work that is kicked sees what is
 * written here: the flag last, see mdev_ring_begin().
 */
static void ring_fetched(struct mdev_as_waiter *waiter, int err)
{
	struct mdev_ring *ring = container_of(waiter, struct mdev_ring, waiter);

	ring->fetch_error = err;
	/* Pairs with the acquire in mdev_ring_begin(). */
	smp_store_release(&ring->fetching, false);
	mdev_ring_work_kick(ring->work);
}

/**
 * mdev_ring_init - prepare a ring for use
 * @ring: the ring, embedded in the owner's queue
 * @num_max: largest size, in entries: a power of two up to MDEV_RING_NUM_MAX
 * @notify: raises the used buffer interrupt. Called by mdev_ring_flush() and
 *	mdev_ring_stop() in their context, must not sleep nor call back into
 *	the ring.
 *
 * The ring is stopped, has no address space and is @num_max entries large.
 * Nothing is allocated before mdev_ring_prepare(). Any context. Pairs with
 * mdev_ring_destroy().
 *
 * Return: 0, or -EINVAL for a bad @num_max.
 */
int mdev_ring_init(struct mdev_ring *ring, u16 num_max,
		   void (*notify)(struct mdev_ring *ring))
{
	if (!is_power_of_2(num_max) || num_max > MDEV_RING_NUM_MAX)
		return -EINVAL;
	memset(ring, 0, sizeof(*ring));
	ring->notify = notify;
	ring->waiter.done = ring_fetched;
	ring->num_max = num_max;
	ring->num = num_max;
	ring->node = NUMA_NO_NODE;
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_ring_init);

/**
 * mdev_ring_destroy - end of a ring
 * @ring: the ring
 *
 * Like mdev_ring_reset(), and drops the reference to the address space. May
 * sleep. The caller makes sure that nobody uses the ring any more.
 */
void mdev_ring_destroy(struct mdev_ring *ring)
{
	mdev_ring_reset(ring);
	mdev_ring_set_as(ring, NULL);
}
EXPORT_SYMBOL_GPL(mdev_ring_destroy);

/**
 * mdev_ring_reset - forget all that the driver side has configured
 * @ring: the ring
 *
 * Stops the ring without touching memory of the driver: what was taken and
 * what waits for mdev_ring_flush() is dropped. Size, addresses and state are
 * those of a new ring, and a broken ring is whole again (sections 2.1 and
 * 2.6.1). Address space and counters stay. May sleep; serialised by the owner.
 */
void mdev_ring_reset(struct mdev_ring *ring)
{
	WRITE_ONCE(ring->running, false);
	ring_free(ring);
	ring_forget_memory(ring);
	ring_forget_missing(ring);
	ring->placed = false;
	ring->desc.addr = 0;
	ring->avail.addr = 0;
	ring->used.addr = 0;
	ring->num = ring->num_max;
	ring->features = 0;
	ring->packed = false;
	ring->stated = false;
	ring->state = (struct mdev_vq_state){};
	ring->used_idx = 0;
	ring_rewind(ring);
	WRITE_ONCE(ring->error, 0);
}
EXPORT_SYMBOL_GPL(mdev_ring_reset);

/**
 * mdev_ring_set_as - give the ring an address space
 * @ring: the ring, not running
 * @as: the address space; NULL takes the present one away
 *
 * The ring takes its own reference and drops the one to the former address
 * space. May sleep; serialised by the owner.
 */
void mdev_ring_set_as(struct mdev_ring *ring, struct mdev_as *as)
{
	struct mdev_as *old = ring->as;

	if (WARN_ON_ONCE(ring->running))
		mdev_ring_stop(ring);
	ring_forget_missing(ring);
	ring->as = as ? mdev_as_get(as) : NULL;
	if (ring->work)
		mdev_ring_work_give(ring->work, as ? as->worker : NULL);
	ring_forget_memory(ring);
	mdev_as_put(old);
}
EXPORT_SYMBOL_GPL(mdev_ring_set_as);

/**
 * mdev_ring_set_num - set the size
 * @ring: the ring
 * @num: size, in entries
 *
 * That it is a power of two, which a split ring must have (section 2.7), is looked at
 * by mdev_ring_start(): the layout is not known before. Does not sleep; serialised by
 * the owner.
 *
 * Return: 0, -EBUSY while the ring runs, -EINVAL if @num is 0 or larger than what
 * mdev_ring_init() allows.
 */
int mdev_ring_set_num(struct mdev_ring *ring, u32 num)
{
	if (ring->running)
		return -EBUSY;
	if (!num || num > ring->num_max)
		return -EINVAL;
	ring->num = num;
	ring_forget_memory(ring);
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_ring_set_num);

/**
 * mdev_ring_set_address - say where the ring is
 * @ring: the ring
 * @desc: descriptor area (descriptor table), aligned to 16
 * @driver: driver area (available ring), aligned to 2, or 4 if the ring is packed,
 *	which mdev_ring_start() looks at
 * @device: device area (used ring), aligned to 4
 *
 * The addresses are only remembered: they are translated when they are first
 * used, and again whenever the address space has changed. Does not sleep;
 * serialised by the owner.
 *
 * Return: 0, -EBUSY while the ring runs, -EINVAL if one is not aligned (section
 * 2.7).
 */
int mdev_ring_set_address(struct mdev_ring *ring, u64 desc, u64 driver,
			  u64 device)
{
	if (ring->running)
		return -EBUSY;
	if (desc % VRING_DESC_ALIGN_SIZE || driver % VRING_AVAIL_ALIGN_SIZE ||
	    device % VRING_USED_ALIGN_SIZE)
		return -EINVAL;
	ring->desc.addr = desc;
	ring->avail.addr = driver;
	ring->used.addr = device;
	ring->placed = true;
	ring_forget_memory(ring);
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_ring_set_address);

static void ring_tell_state(const struct mdev_ring *ring,
			    struct mdev_vq_state *state)
{
	struct mdev_vq_state_packed *packed = &state->packed;

	memset(state, 0, sizeof(*state));
	if (!ring->packed) {
		state->split.avail_index = ring->used_idx;
		return;
	}
	packed->last_avail_idx = ring->used_idx & RING_INDEX;
	packed->last_avail_counter = !!(ring->used_idx & RING_WRAP);
	packed->last_used_idx = packed->last_avail_idx;
	packed->last_used_counter = packed->last_avail_counter;
}

/* A new packed ring begins with both wrap counters set (section 2.8.1). */
static void ring_take_state(struct mdev_ring *ring)
{
	const struct mdev_vq_state_packed *packed = &ring->state.packed;

	if (!ring->packed) {
		ring->used_idx = ring->state.split.avail_index;
	} else if (!ring->stated) {
		ring->used_idx = RING_WRAP;
	} else {
		ring->used_idx = packed->last_used_idx;
		if (packed->last_used_counter)
			ring->used_idx |= RING_WRAP;
	}
	ring_rewind(ring);
}

/**
 * mdev_ring_set_state - say where the ring stands
 * @ring: the ring
 * @state: as mdev_ring_get_state() of this or another ring gave it
 *
 * Nothing may be in flight in that state, so it tells where the used ring
 * stands, too. What it means hangs on the layout, and whether there is such a place
 * on the size: mdev_ring_start() looks. Does not sleep; serialised by the owner.
 *
 * Return: 0, or -EBUSY while the ring runs.
 */
int mdev_ring_set_state(struct mdev_ring *ring,
			const struct mdev_vq_state *state)
{
	if (ring->running)
		return -EBUSY;
	ring->state = *state;
	ring->stated = true;
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_ring_set_state);

/**
 * mdev_ring_get_state - where the ring stands
 * @ring: the ring
 * @state: filled in
 *
 * Counts the chains whose completion the driver can see. Those that the owner
 * still holds, or has completed but not flushed, would be taken again by
 * whoever goes on from this state; so an owner that suspends gives back or
 * completes what it holds and flushes first, and completes chains in the order
 * in which it took them. Does not sleep; serialised by the owner.
 *
 * Return: false if it has never been said, since the last mdev_ring_reset(), and the ring
 * was not started: it would start where new ones of its layout do, which is not known yet.
 */
bool mdev_ring_get_state(const struct mdev_ring *ring,
			 struct mdev_vq_state *state)
{
	if (ring->running)
		ring_tell_state(ring, state);
	else
		*state = ring->state;
	return ring->running || ring->stated;
}
EXPORT_SYMBOL_GPL(mdev_ring_get_state);

/* Nothing is in flight, and there is such a place. */
static bool ring_state_valid(const struct mdev_ring *ring)
{
	const struct mdev_vq_state_packed *packed = &ring->state.packed;

	return packed->last_avail_idx < ring->num &&
	       packed->last_avail_idx == packed->last_used_idx &&
	       packed->last_avail_counter == packed->last_used_counter;
}

/**
 * mdev_ring_check - can there be such a ring?
 * @ring: the ring
 * @features: feature bits that the driver has accepted
 *
 * For owners that start a ring later than they are told of it: what the driver side
 * has configured by then is judged as by mdev_ring_start(). Does not sleep; serialised
 * by the owner.
 *
 * Return: 0, or -EINVAL for a size that a split ring cannot have, a driver area that is
 * not aligned for a packed one, or a state that a packed ring of this size cannot have
 * or in which something is in flight.
 */
int mdev_ring_check(const struct mdev_ring *ring, u64 features)
{
	if (!(features & BIT_ULL(VIRTIO_F_RING_PACKED)))
		return is_power_of_2(ring->num) ? 0 : -EINVAL;
	if (ring->avail.addr % RING_EVENT_ALIGN)
		return -EINVAL;
	return !ring->stated || ring_state_valid(ring) ? 0 : -EINVAL;
}
EXPORT_SYMBOL_GPL(mdev_ring_check);

static int ring_may_start(const struct mdev_ring *ring, u64 features)
{
	if (ring->running)
		return -EBUSY;
	if (ring->error)
		return ring->error;
	if (!(features & BIT_ULL(VIRTIO_F_VERSION_1)))
		return -EOPNOTSUPP;
	if (!ring->as)
		return -ENXIO;
	if (!ring->placed)
		return -EINVAL;
	return mdev_ring_check(ring, features);
}

/**
 * mdev_ring_prepare - allocate what mdev_ring_start() needs
 * @ring: the ring
 * @features: feature bits that the driver has accepted
 *
 * The memory is charged to the caller, whom the memory controller may put to sleep for as
 * long as it likes. So an owner does not hold the lock here that its work takes: it is
 * enough that nobody starts, resets or configures the ring at the same time. A ring that
 * does not run looks at nothing that changes here. The memory stays until the ring has
 * been started and stopped, or is reset.
 *
 * May sleep.
 *
 * Return: as mdev_ring_start().
 */
int mdev_ring_prepare(struct mdev_ring *ring, u64 features)
{
	return ring_may_start(ring, features) ?: ring_alloc(ring, features);
}
EXPORT_SYMBOL_GPL(mdev_ring_prepare);

/**
 * mdev_ring_start - begin to work
 * @ring: the ring
 * @features: feature bits that the driver has accepted
 *
 * Goes on from where mdev_ring_stop() or mdev_ring_set_state() left the ring.
 * Kicks that came earlier were not heard and what the driver was told about them
 * may be old, so the owner looks into the ring now and ends by
 * mdev_ring_enable_kick(). The first mdev_ring_flush() notifies unless the
 * driver forbids it by flag.
 *
 * Does not sleep after mdev_ring_prepare() with the same features, if the ring has not
 * been configured since; else allocates, and may. Serialised by the owner.
 *
 * Return: 0; -EBUSY if it runs already; the error that broke it; -EOPNOTSUPP
 * without VIRTIO_F_VERSION_1, as rings are those of non-legacy drivers; -ENXIO
 * without an address space; -EINVAL without addresses, or for what
 * mdev_ring_check() does not accept; -ENOMEM.
 */
int mdev_ring_start(struct mdev_ring *ring, u64 features)
{
	int ret;

	ret = mdev_ring_prepare(ring, features);
	if (ret)
		return ret;
	ring->packed = features & BIT_ULL(VIRTIO_F_RING_PACKED);
	ring_take_state(ring);
	ring->features = features;
	ring->in_order = features & BIT_ULL(VIRTIO_F_IN_ORDER);
	ring->event_idx = features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	ring->indirect = features & BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
	ring->kicks_off = true;
	ring->signalled_valid = false;
	WRITE_ONCE(ring->running, true);
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_ring_start);

/**
 * mdev_ring_stop - cease to work
 * @ring: the ring
 *
 * What was completed is flushed, what was taken and not completed is given
 * back; nothing in memory of the driver is touched after that. What waits for
 * memory of a process is given back as well, even if it was completed. A ring
 * that does not run is left alone. May sleep, but not for that memory; serialised
 * by the owner.
 */
void mdev_ring_stop(struct mdev_ring *ring)
{
	if (!ring->running)
		return;
	mdev_ring_flush(ring);
	ring_tell_state(ring, &ring->state);
	ring->stated = true;
	WRITE_ONCE(ring->running, false);
	ring_free(ring);
	ring_forget_memory(ring);
	ring_forget_missing(ring);
	ring_rewind(ring);
}
EXPORT_SYMBOL_GPL(mdev_ring_stop);

/**
 * mdev_ring_break - the driver has done something that it must not
 * @ring: the ring
 * @error: negative errno, which mdev_ring_pop() returns from now on
 *
 * For owners that find a fault in the contents of buffers; the ring itself does
 * the same when it finds one. Nothing more is taken or published until
 * mdev_ring_reset(). The first error stays. Does not sleep; serialised by the
 * owner, who sets DEVICE_NEEDS_RESET (section 2.1.2).
 */
void mdev_ring_break(struct mdev_ring *ring, int error)
{
	if (ring->error)
		return;
	if (WARN_ON_ONCE(error >= 0))
		error = -EIO;
	WRITE_ONCE(ring->error, error);
	ring->stats.errors++;
	trace_mdev_ring_error(ring, error);
}
EXPORT_SYMBOL_GPL(mdev_ring_break);

/*
 * Memory that is brought in may be gone again before it is used, when there is
 * little of it. A ring that meets this as often without completing anything
 * has memory that can be brought in but not used.
 */
#define RING_MISSES_MAX	256

/* What could not be brought in may have been mapped anew since. */
static int ring_begin_user(struct mdev_ring *ring)
{
	int err = ring->fetch_error;

	ring->fetch_error = 0;
	if (err && ring->fetch_seq == READ_ONCE(ring->as->seq))
		return err;
	return ring->as->ops->begin(ring->as);
}

/**
 * mdev_ring_begin - make ready to take chains
 * @ring: the ring
 *
 * Called by a work's function, in a worker. Until mdev_ring_end() memory of the
 * driver side can be used. Publishes what could not be published before. Does
 * not sleep, except for those who change the address space; serialised by the
 * owner.
 *
 * Return: true if chains can be taken, and then mdev_ring_end() is due. False if
 * the ring does not run, which it may find out here, or waits for memory: it is
 * kicked when that is there.
 */
bool mdev_ring_begin(struct mdev_ring *ring)
{
	int err = 0;

	if (!mdev_ring_running(ring))
		return false;
	/* Pairs with ring_fetched(). */
	if (smp_load_acquire(&ring->fetching))
		return false;
	if (ring_gated(ring))
		err = ring_begin_user(ring);
	if (err == -EAGAIN) {
		/* After those who wait for the worker, one of whom it may be. */
		mdev_ring_work_kick(ring->work);
		return false;
	}
	if (err) {
		mdev_ring_break(ring, err);
		return false;
	}
	ring->walked = 0;
	ring->tired = false;
	ring->entered = true;
	mdev_ring_flush(ring);
	return true;
}
EXPORT_SYMBOL_GPL(mdev_ring_begin);

static void ring_fetch(struct mdev_ring *ring)
{
	const struct iovec *pieces = &ring->missing;

	if (ring->nr_misses++ == RING_MISSES_MAX) {
		mdev_ring_break(ring, -EFAULT);
		return;
	}
	if (!ring->missing.iov_len)
		pieces = (__force const struct iovec *)
			 (ring->vecs + ring->missing_vec);
	ring->fetch_seq = READ_ONCE(ring->as->seq);
	WRITE_ONCE(ring->fetching, true);
	ring->as->ops->fetch(ring->as, &ring->waiter, pieces, ring->nr_missing,
			     ring->missing_write);
}

/**
 * mdev_ring_end - undo mdev_ring_begin()
 * @ring: the ring
 *
 * Has memory that was found missing brought in. If there was too much for one
 * turn, the work is kicked. May sleep, but not for memory of a process; serialised
 * by the owner.
 */
void mdev_ring_end(struct mdev_ring *ring)
{
	ring->entered = false;
	if (ring_gated(ring))
		ring->as->ops->end(ring->as);
	if (ring->nr_missing && mdev_ring_running(ring))
		ring_fetch(ring);
	else if (ring->tired)
		mdev_ring_work_kick(ring->work);
	ring_clear_missing(ring);
}
EXPORT_SYMBOL_GPL(mdev_ring_end);

int ring_missing(struct mdev_ring *ring, void *va, u32 len, bool write)
{
	if (!ring->nr_missing) {
		ring->missing.iov_base = ring_user(va);
		ring->missing.iov_len = len;
		ring->missing_write = write;
		ring->nr_missing = 1;
	}
	return -EAGAIN;
}

int ring_area_copy(struct mdev_ring *ring, const struct mdev_ring_area *area,
		   u32 offset, void *copy, u32 len, bool write)
{
	struct mdev_as_range *range = &ring->last_area;
	u32 perm = write ? MDEV_AS_WRITE : MDEV_AS_READ;
	u64 addr = area->addr + offset;
	u32 part;
	int ret;

	for (; len; addr += part, copy += part, len -= part) {
		ret = ring_translate(ring, range, addr, len, perm);
		if (ret)
			return ret;
		part = ring_range_part(range, addr, len);
		if (write)
			ret = ring_put(ring, ring_range_va(range, addr), copy,
				       part);
		else
			ret = ring_get(ring, ring_range_va(range, addr), copy,
				       part);
		if (ret)
			return ret;
	}
	return 0;
}

/* No mapping is so fine that it lies in two, but for those of tests. */
int ring_area_put64(struct mdev_ring *ring, const struct mdev_ring_area *area,
		    u32 offset, struct ring_packed_used *val)
{
	struct mdev_as_range *range = &ring->last_area;
	u64 addr = area->addr + offset;
	int ret;

	ret = ring_translate(ring, range, addr, sizeof(*val), MDEV_AS_WRITE);
	if (ret)
		return ret;
	if (ring_range_part(range, addr, sizeof(*val)) < sizeof(*val))
		return ring_area_copy(ring, area, offset, val, sizeof(*val),
				      true);
	return ring_put64_at(ring, ring_range_va(range, addr), val);
}

int ring_translate_miss(struct mdev_ring *ring, struct mdev_as_range *range,
			u64 addr, u64 len, u32 perm)
{
	struct mdev_as_range found = {};
	int ret;

	range->perm = 0;
	ring->walked++;
	ret = ring->as->ops->translate(ring->as, addr, len, perm, &found);
	if (ret)
		return ret;
	if ((found.perm & perm) != perm)
		return -EACCES;
	*range = found;
	return 0;
}

static int ring_map_remote(struct mdev_ring *ring, struct mdev_ring_area *area,
			   u32 len, u32 perm)
{
	struct mdev_as *as = ring->as;
	int ret;

	/* Pairs with the release of the backend: with the new one comes what is new. */
	area->seq = smp_load_acquire(&as->seq);
	ret = as->ops->map_area(as, area->addr, len, perm, &area->va);
	if (ret != -EAGAIN)
		return ret;
	return ring_missing(ring, (void *)(unsigned long)area->addr, len,
			    perm & MDEV_AS_WRITE);
}

/*
 * All of an area must be there, if only as a promise. One that is one run is
 * accessed without looking for its seams. The kernel's own always is; where the
 * driver side maps page by page it may not be.
 */
static int ring_map_area(struct mdev_ring *ring, struct mdev_ring_area *area,
			 u32 len, u32 perm)
{
	struct mdev_as_range range;
	u64 addr = area->addr;
	u32 left = len;
	u32 part = 0;
	int ret;

	area->va = NULL;
	area->len = len;
	if (len - 1 > U64_MAX - addr)
		return -EOVERFLOW;
	if (ring->as->remote)
		return ring_map_remote(ring, area, len, perm);
	for (; left; addr += part, left -= part) {
		ret = ring_translate_miss(ring, &range, addr, left, perm);
		if (ret)
			return ret;
		part = ring_range_part(&range, addr, left);
		if (left == len)
			area->seq = range.seq;
		else if (area->seq != range.seq)
			return -ESTALE;
	}
	if (part == len)
		area->va = ring_range_va(&range, area->addr);
	return 0;
}

/*
 * Mappings may change while the areas are translated one after the other, so
 * they count as translated only if that has not happened: the last one's
 * sequence number is the one that ring_map() compares.
 */
int ring_map_areas(struct mdev_ring *ring)
{
	int ret;

	ring->mapped = false;
	do {
		ret = ring_map_area(ring, &ring->avail, ring_avail_bytes(ring),
				    MDEV_AS_READ);
		if (!ret)
			ret = ring_map_area(ring, &ring->used,
					    ring_used_bytes(ring),
					    MDEV_AS_WRITE);
		if (!ret)
			ret = ring_map_area(ring, &ring->desc,
					    ring_desc_bytes(ring),
					    ring->packed ? RING_RW :
					    MDEV_AS_READ);
		if (ret == -EAGAIN)
			return ret;
		if (ret && ret != -ESTALE) {
			mdev_ring_break(ring, ret);
			return ret;
		}
	} while (ret || ring->avail.seq != ring->desc.seq ||
		 ring->used.seq != ring->desc.seq);
	ring->mapped = true;
	return 0;
}
