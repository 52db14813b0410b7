// SPDX-License-Identifier: GPL-2.0
/*
 * Device side of a split virtqueue (virtio 1.2, section 2.7): taking chains,
 * completing them, and notifications in both directions.
 *
 * The driver side runs on other CPUs at the same time and is not to be trusted.
 * Its indices, entries, descriptors and event fields are each read once, into
 * a variable, and what was read is what is checked and used.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/virtio_ring.h>

#include "ring.h"

/* Where the walk along a chain is. */
struct split_walk {
	struct mdev_ring_chain *chain;
	u64 bytes;
	u64 table;		/* address of the indirect table */
	u32 num;		/* descriptors in the table that it is in */
	bool indirect;
	bool writable;		/* has met a buffer that the device writes */
};

static bool split_usable(const struct mdev_ring *ring)
{
	return likely(ring->running && !ring->error);
}

/*
 * Descriptors that are read in one turn of a work: a chain may have many, and be
 * given back and walked again. The chains that one buffer of the owner is made of
 * are completed all the same, so that it gets on.
 */
#define SPLIT_WALK_MAX	8192

/* Can something be taken, and not only completed? */
static bool split_ready(struct mdev_ring *ring)
{
	if (!split_usable(ring) || ring->nr_missing ||
	    WARN_ON_ONCE(!ring_reachable(ring)))
		return false;
	if (unlikely(ring->entered && ring->walked > SPLIT_WALK_MAX &&
		     !ring->nr_taken))
		ring->tired = true;
	return !ring->tired;
}

/* Memory that is missing does not break the ring. */
static int split_fail(struct mdev_ring *ring, int error)
{
	if (error != -EAGAIN)
		mdev_ring_break(ring, error);
	return error;
}

/* Read the driver's index. Returns 0, or a negative errno and breaks. */
static int split_read_avail_idx(struct mdev_ring *ring)
{
	u16 idx;
	int ret;

	ret = ring_get16(ring, &ring->avail, RING_IDX, &idx);
	if (!ret && (u16)(idx - ring->used_idx) > ring->num)
		ret = -EPROTO;
	/* A driver does not take back what it has made available. */
	if (!ret && (u16)(idx - ring->used_idx) <
		    (u16)(ring->seen - ring->used_idx))
		ret = -EPROTO;
	if (ret)
		return split_fail(ring, ret);
	ring->avail_idx = idx;
	/*
	 * The driver fills in descriptors and entries, then its index: they are
	 * read only after it. Pairs with the write barrier that section
	 * 2.7.13.3 asks of the driver.
	 */
	smp_rmb();
	return 0;
}

/* Copy from an indirect table, which may lie in several ranges. */
static int split_read(struct mdev_ring *ring, u64 addr, void *copy, u32 len)
{
	struct mdev_as_range *range = &ring->last_indirect;
	u32 part;
	int ret;

	if (ring->as->remote)
		return ring->as->ops->access(ring->as, addr, copy, len, false);
	for (; len; addr += part, copy += part, len -= part) {
		ret = ring_translate(ring, range, addr, len, MDEV_AS_READ);
		if (unlikely(ret))
			return ret;
		part = ring_range_part(range, addr, len);
		ret = ring_get(ring, ring_range_va(range, addr), copy, part);
		if (unlikely(ret))
			return ret;
	}
	return 0;
}

static int split_add_vec(struct mdev_ring *ring, void *base, u32 len, u16 *nr)
{
	struct kvec *vec;

	if (unlikely(ring->nr_vecs == MDEV_RING_VECS_MAX))
		return -ENOBUFS;
	vec = &ring->vecs[ring->nr_vecs++];
	vec->iov_base = base;
	vec->iov_len = len;
	(*nr)++;
	return 0;
}

/*
 * One vec for each range that the buffer lies in; @len is not 0. What is remote is
 * looked for when it is copied.
 */
static int split_add_vecs(struct mdev_ring *ring, u64 addr, u32 len, u32 perm,
			  u16 *nr)
{
	struct mdev_as_range *range = &ring->last;
	u32 part;
	int ret;

	if (ring->as->remote && addr + (len - 1) > ULONG_MAX)
		return -EFAULT;
	if (ring->as->remote)
		return split_add_vec(ring, (void *)(unsigned long)addr, len,
				     nr);
	for (; len; addr += part, len -= part) {
		ret = ring_translate(ring, range, addr, len, perm);
		if (unlikely(ret))
			return ret;
		part = ring_range_part(range, addr, len);
		ret = split_add_vec(ring, ring_range_va(range, addr), part, nr);
		if (unlikely(ret))
			return ret;
	}
	return 0;
}

/*
 * Buffers that the device reads come first (section 2.7.4.2). The specification
 * does not forbid a buffer of length 0 beside others, it is passed over.
 */
static int split_add(struct mdev_ring *ring, struct split_walk *walk,
		     const struct ring_desc *desc)
{
	bool writable = desc->flags & cpu_to_le16(VRING_DESC_F_WRITE);
	struct mdev_ring_chain *chain = walk->chain;
	u64 addr = le64_to_cpu(desc->addr);
	u32 len = le32_to_cpu(desc->len);

	if (walk->writable && !writable)
		return -EPROTO;
	walk->writable = writable;
	if (!len)
		return 0;
	walk->bytes += len;
	if (walk->bytes > U32_MAX || len - 1 > U64_MAX - addr)
		return -EOVERFLOW;
	if (writable) {
		chain->in_len += len;
		return split_add_vecs(ring, addr, len, MDEV_AS_WRITE,
				      &chain->in_num);
	}
	chain->out_len += len;
	return split_add_vecs(ring, addr, len, MDEV_AS_READ, &chain->out_num);
}

/*
 * An indirect table (section 2.7.5.3) ends the chain, and does not lead on to
 * another one. Whether it is said to be written is ignored.
 */
static int split_enter_table(struct mdev_ring *ring, struct split_walk *walk,
			     const struct ring_desc *desc)
{
	u32 len = le32_to_cpu(desc->len);

	if (!ring->indirect || walk->indirect)
		return -EPROTO;
	if (desc->flags & cpu_to_le16(VRING_DESC_F_NEXT))
		return -EPROTO;
	if (!len || len % sizeof(*desc))
		return -EPROTO;
	if (len / sizeof(*desc) > MDEV_RING_VECS_MAX)
		return -EMSGSIZE;
	walk->table = le64_to_cpu(desc->addr);
	if (len - 1 > U64_MAX - walk->table)
		return -EOVERFLOW;
	walk->num = len / sizeof(*desc);
	walk->indirect = true;
	return 0;
}

static int split_read_desc(struct mdev_ring *ring,
			   const struct split_walk *walk, u32 i,
			   struct ring_desc *desc)
{
	if (walk->indirect)
		return split_read(ring, walk->table + i * sizeof(*desc), desc,
				  sizeof(*desc));
	return ring_get_desc(ring, i, desc);
}

/*
 * Follow a chain. No table has more descriptors than @num, so a walk that has
 * met as many and is not at the end goes in a circle.
 */
static int split_walk(struct mdev_ring *ring, struct split_walk *walk, u32 i)
{
	struct ring_desc desc;
	u32 count = 0;
	int ret;

	for (;;) {
		if (unlikely(i >= walk->num || count++ >= walk->num))
			return -EPROTO;
		ring->walked++;
		ret = split_read_desc(ring, walk, i, &desc);
		if (unlikely(ret))
			return ret;
		if (desc.flags & cpu_to_le16(VRING_DESC_F_INDIRECT)) {
			ret = split_enter_table(ring, walk, &desc);
			i = 0;
			count = 0;
		} else {
			ret = split_add(ring, walk, &desc);
			i = le16_to_cpu(desc.next);
			if (!(desc.flags & cpu_to_le16(VRING_DESC_F_NEXT)))
				return ret;
		}
		if (unlikely(ret))
			return ret;
	}
}

/* Take the chain that starts at @head, or leave everything as it was. */
static int split_take(struct mdev_ring *ring, struct mdev_ring_chain *chain,
		      u16 head)
{
	struct split_walk walk = { .chain = chain, .num = ring->num };
	u16 base = ring->nr_vecs;
	int ret;

	*chain = (struct mdev_ring_chain) {
		.head = head,
		.out_vec = base,
		.in_vec = base,
	};
	ret = split_walk(ring, &walk, head);
	if (!ret && unlikely(!walk.bytes))
		ret = -EPROTO;
	/* Alone it does not fit either. */
	if (unlikely(ret == -ENOBUFS && !base))
		ret = -EMSGSIZE;
	if (unlikely(ret)) {
		ring->nr_vecs = base;
		return ret;
	}
	chain->in_vec = base + chain->out_num;
	ring->vec_base[ring->nr_popped++] = base;
	return 0;
}

/**
 * mdev_ring_pop - take the next descriptor chain
 * @ring: the ring
 * @chain: filled in if there is one
 *
 * The pieces of its buffers are in &struct mdev_ring.vecs. A buffer that is not
 * contiguous in the host's memory counts as several. They are valid until the
 * first mdev_ring_pop() that finds all chains completed by mdev_ring_push() or
 * given back by mdev_ring_unpop(), and only as long as the address space does not
 * take the mappings away.
 *
 * Each chain goes back by mdev_ring_push() or mdev_ring_unpop(). Does not sleep;
 * serialised by the owner.
 *
 * Return: 1 if a chain was taken, 0 if there is none or the ring does not run,
 * -ENOBUFS if its pieces do not fit beside those of the chains that the owner
 * holds: the chain stays where it is until the owner has completed some. -EAGAIN
 * if memory is missing, until it has been brought in, or if it was enough for one
 * turn of the work. Any other errno says that
 * the ring is broken, by this chain or earlier: -EPROTO if the driver violates the
 * rules of section 2.7, -EOVERFLOW for addresses or lengths that overflow (all
 * buffers of a chain together must be less than 2^32 bytes),
 * -EMSGSIZE for more than MDEV_RING_VECS_MAX pieces, and what the address space
 * says (-EFAULT, -EACCES) for memory that is not there.
 */
int mdev_ring_pop(struct mdev_ring *ring, struct mdev_ring_chain *chain)
{
	u16 head;
	int ret;

	if (unlikely(!split_ready(ring)))
		return ring->error ?:
		       ring->nr_missing || ring->tired ? -EAGAIN : 0;
	ret = ring_map(ring);
	if (unlikely(ret))
		return ret;
	if (ring->next_avail == ring->avail_idx) {
		ret = split_read_avail_idx(ring);
		if (unlikely(ret))
			return ret;
		if (ring->next_avail == ring->avail_idx)
			return 0;
	}
	if (!ring->nr_taken) {
		ring->nr_popped = 0;
		ring->nr_vecs = 0;
	}
	ret = ring_get16(ring, &ring->avail, RING_ENTRIES +
			 ring_slot(ring, ring->next_avail) * sizeof(__le16),
			 &head);
	if (likely(!ret))
		ret = split_take(ring, chain, head);
	if (unlikely(ret))
		return ret == -ENOBUFS ? ret : split_fail(ring, ret);
	if (ring->seen == ring->next_avail)
		ring->seen++;
	ring->next_avail++;
	ring->nr_taken++;
	return 1;
}
EXPORT_SYMBOL_GPL(mdev_ring_pop);

/**
 * mdev_ring_unpop - give chains back as if they had not been taken
 * @ring: the ring
 * @nr: how many of those that were taken last; none of them may have been
 *	completed
 *
 * The next mdev_ring_pop() takes them again. mdev_ring_enable_kick() counts them
 * as seen: whoever gives chains back for want of more chains waits for the
 * driver, and whoever does so for another reason must come back by itself.
 * Does not sleep; serialised by the owner.
 */
void mdev_ring_unpop(struct mdev_ring *ring, unsigned int nr)
{
	if (unlikely(!split_usable(ring)))
		return;
	if (WARN_ON_ONCE(nr > ring->nr_taken))
		nr = ring->nr_taken;
	if (!nr)
		return;
	ring->next_avail -= nr;
	ring->nr_taken -= nr;
	ring->nr_popped -= nr;
	ring->nr_vecs = ring->vec_base[ring->nr_popped];
}
EXPORT_SYMBOL_GPL(mdev_ring_unpop);

/**
 * mdev_ring_push - complete a chain
 * @ring: the ring
 * @chain: a chain that mdev_ring_pop() gave
 * @written: bytes that the device has written, from the start of the buffers on
 *
 * The driver sees it after mdev_ring_flush(), in the order of the calls. The
 * owner must not touch the chain's buffers any more. Does not sleep, unless the
 * memory is remote; serialised by the owner.
 */
void mdev_ring_push(struct mdev_ring *ring,
		    const struct mdev_ring_chain *chain, u32 written)
{
	struct mdev_ring_used *elem;
	int ret;

	if (unlikely(!split_usable(ring)))
		return;
	if (WARN_ON_ONCE(!ring->nr_taken))
		return;
	if (WARN_ON_ONCE(written > chain->in_len))
		written = chain->in_len;
	if (ring->as->remote) {
		ret = ring_bounce_push(ring, chain, written);
		if (unlikely(ret)) {
			split_fail(ring, ret);
			return;
		}
	}
	elem = &ring->pending[ring->nr_pending++];
	elem->id = cpu_to_le32(chain->head);
	elem->len = cpu_to_le32(written);
	ring->nr_taken--;
}
EXPORT_SYMBOL_GPL(mdev_ring_push);

/* Write what waits into the used ring and publish it. */
static int split_publish(struct mdev_ring *ring)
{
	u16 slot = ring_slot(ring, ring->used_idx);
	u16 nr = ring->nr_pending;
	u16 part = min_t(u16, nr, ring->num - slot);
	int ret;

	ret = ring_put_used(ring, slot, ring->pending, part);
	if (!ret && part < nr)
		ret = ring_put_used(ring, 0, ring->pending + part, nr - part);
	if (unlikely(ret))
		return ret;
	/*
	 * Buffers and elements before the index that vouches for them. Pairs
	 * with the read barrier of the driver.
	 */
	smp_wmb();
	ret = ring_put16(ring, &ring->used, RING_IDX, ring->used_idx + nr);
	if (unlikely(ret))
		return ret;
	ring->used_idx += nr;
	ring->nr_pending = 0;
	ring->nr_misses = 0;
	ring->stats.chains += nr;
	return 0;
}

/*
 * Does the driver want to be told (section 2.7.7.2, 2.7.10)? Its event field
 * means "when this one is used": so what matters is whether it lies among the
 * elements published since the last time that this was asked. Where its wish is
 * missing it is told.
 */
static int split_want_notify(struct mdev_ring *ring, bool *want)
{
	u16 old = ring->signalled;
	bool valid = ring->signalled_valid;
	u16 val;
	int ret;

	/*
	 * Index before event field or flags. The driver writes these, then
	 * looks at the index once more: whoever comes second sees what the
	 * other wrote. Pairs with the full barrier of the driver.
	 */
	smp_mb();
	if (!ring->event_idx) {
		ret = ring_get16(ring, &ring->avail, RING_FLAGS, &val);
		*want = !(val & VRING_AVAIL_F_NO_INTERRUPT);
		return ret;
	}
	ret = ring_get16(ring, &ring->avail, ring_used_event(ring), &val);
	ring->signalled = ring->used_idx;
	ring->signalled_valid = true;
	*want = !valid || vring_need_event(val, ring->used_idx, old);
	return ret;
}

/**
 * mdev_ring_flush - publish completed chains
 * @ring: the ring
 *
 * One update of the used index for all mdev_ring_push() since the last call, and
 * at most one used buffer notification, if the driver wants it. Does nothing if
 * there is nothing to publish. If the memory of the ring is missing it is done by
 * the next mdev_ring_begin() that finds it. Does not sleep; serialised by the
 * owner.
 */
void mdev_ring_flush(struct mdev_ring *ring)
{
	bool want = false;
	int ret;

	if (unlikely(!split_usable(ring)) || !ring->nr_pending)
		return;
	/* What is stopped outside of a worker keeps it, see mdev_ring_stop(). */
	if (unlikely(!ring_reachable(ring)) || unlikely(ring_map(ring)))
		return;
	ret = split_publish(ring);
	if (unlikely(ret)) {
		split_fail(ring, ret);
		return;
	}
	ret = split_want_notify(ring, &want);
	if (unlikely(ret) && split_fail(ring, ret) != -EAGAIN)
		return;
	if (want || ret) {
		ring->stats.notified++;
		ring->notify(ring);
	} else {
		ring->stats.suppressed++;
	}
}
EXPORT_SYMBOL_GPL(mdev_ring_flush);

/**
 * mdev_ring_enable_kick - ask the driver to kick when it adds something
 * @ring: the ring
 *
 * Called when mdev_ring_pop() has found nothing more, before going idle. Does
 * not sleep; serialised by the owner.
 *
 * Return: true if there is something that mdev_ring_pop() has not given out
 * yet, so that it must be called again instead of waiting; chains given back by
 * mdev_ring_unpop() do not count. Also true if the ring turns out to be broken
 * here: mdev_ring_pop() tells why. False if memory is missing: the work is kicked
 * when it is there.
 */
bool mdev_ring_enable_kick(struct mdev_ring *ring)
{
	int ret;

	if (unlikely(!split_ready(ring)))
		return false;
	if (unlikely(ring_map(ring)))
		return true;
	if (ring->event_idx)
		ret = ring_put16(ring, &ring->used, ring_avail_event(ring),
				 ring->seen);
	else if (ring->kicks_off)
		ret = ring_put16(ring, &ring->used, RING_FLAGS, 0);
	else
		ret = 0;
	if (unlikely(ret))
		return split_fail(ring, ret) != -EAGAIN;
	ring->kicks_off = false;
	/*
	 * Our wish before the driver's index. The driver writes its index, then
	 * looks for the wish: either it sees the wish and kicks, or its index
	 * is seen here. Pairs with the full barrier of the driver.
	 */
	smp_mb();
	ret = split_read_avail_idx(ring);
	if (unlikely(ret))
		return ret != -EAGAIN;
	return ring->avail_idx != ring->seen;
}
EXPORT_SYMBOL_GPL(mdev_ring_enable_kick);

/**
 * mdev_ring_disable_kick - tell the driver that kicks are not needed
 * @ring: the ring
 *
 * A hint, while the owner looks into the ring anyway: kicks may still come.
 * With VIRTIO_F_EVENT_IDX nothing is written: the index of the last
 * mdev_ring_enable_kick() falls behind by itself. Does not sleep; serialised by
 * the owner.
 */
void mdev_ring_disable_kick(struct mdev_ring *ring)
{
	int ret;

	if (unlikely(!split_ready(ring)) || ring->kicks_off)
		return;
	if (unlikely(ring_map(ring)))
		return;
	ring->kicks_off = true;
	if (ring->event_idx)
		return;
	ret = ring_put16(ring, &ring->used, RING_FLAGS, VRING_USED_F_NO_NOTIFY);
	if (unlikely(ret))
		split_fail(ring, ret);
}
EXPORT_SYMBOL_GPL(mdev_ring_disable_kick);
