// SPDX-License-Identifier: GPL-2.0
/*
 * How buffers go through a ring: taking chains, completing them, and notifications
 * in both directions. What depends on the layout is in split.c and packed.c; a
 * branch tells them apart, as a call through a pointer would cost more.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include "ring.h"
#include "trace.h"

static bool queue_usable(const struct mdev_ring *ring)
{
	return likely(ring->running && !ring->error);
}

/*
 * Descriptors that are read in one turn of a work: a chain may have many, and be
 * given back and walked again. The chains that one buffer of the owner is made of
 * are completed all the same, so that it gets on.
 */
#define QUEUE_WALK_MAX	8192

/* Can something be taken, and not only completed? */
static bool queue_ready(struct mdev_ring *ring)
{
	if (!queue_usable(ring) || ring->nr_missing ||
	    WARN_ON_ONCE(!ring_reachable(ring)))
		return false;
	if (unlikely(ring->entered && ring->walked > QUEUE_WALK_MAX &&
		     !ring->nr_taken))
		ring->tired = true;
	return !ring->tired;
}

/* Memory that is missing does not break the ring. */
int ring_fail(struct mdev_ring *ring, int error)
{
	if (error != -EAGAIN)
		mdev_ring_break(ring, error);
	return error;
}

/* Take the chain that is next, or leave everything as it was. */
static int queue_take(struct mdev_ring *ring, struct mdev_ring_chain *chain,
		      u16 begin)
{
	struct ring_walk walk = { .chain = chain, .num = ring->num };
	u16 base = ring->nr_vecs;
	int ret;

	*chain = (struct mdev_ring_chain) {
		.out_vec = base,
		.in_vec = base,
	};
	ret = ring->packed ? packed_walk(ring, &walk, begin) :
			     split_walk(ring, &walk, begin);
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
	ring->taken[ring->nr_popped++] = (struct mdev_ring_taken) {
		.vec = base,
		.pos = ring->next_avail,
	};
	return 0;
}

/* What was given back may be longer when it is taken again. */
static void queue_advance(struct mdev_ring *ring, u16 nr)
{
	u16 next = ring_forward(ring, ring->next_avail, nr);

	if (likely(ring->seen == ring->next_avail) ||
	    ring_distance(ring, ring->used_idx, next) >
	    ring_distance(ring, ring->used_idx, ring->seen))
		ring->seen = next;
	ring->next_avail = next;
}

/*
 * With VIRTIO_F_IN_ORDER buffers are used in the order in which they were made
 * available (section 2.7.3, 2.8.3): is this the oldest one that the owner holds?
 */
static bool queue_oldest(const struct mdev_ring *ring,
			 const struct mdev_ring_chain *chain)
{
	return ring->taken[ring->nr_popped - ring->nr_taken].vec ==
	       chain->out_vec;
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
 * rules of section 2.7 or 2.8, -EOVERFLOW for addresses or lengths that overflow (all
 * buffers of a chain together must be less than 2^32 bytes),
 * -EMSGSIZE for more than MDEV_RING_VECS_MAX pieces, and what the address space
 * says (-EFAULT, -EACCES) for memory that is not there.
 */
int mdev_ring_pop(struct mdev_ring *ring, struct mdev_ring_chain *chain)
{
	u16 begin;
	int ret;

	if (unlikely(!queue_ready(ring)))
		return ring->error ?:
		       ring->nr_missing || ring->tired ? -EAGAIN : 0;
	ret = ring_map(ring);
	if (unlikely(ret))
		return ret;
	ret = ring->packed ? packed_peek(ring, &begin) :
			     split_peek(ring, &begin);
	if (unlikely(ret < 0))
		return ring_fail(ring, ret);
	if (!ret)
		return 0;
	if (!ring->nr_taken) {
		ring->nr_popped = 0;
		ring->nr_vecs = 0;
	}
	ret = queue_take(ring, chain, begin);
	if (unlikely(ret))
		return ret == -ENOBUFS ? ret : ring_fail(ring, ret);
	queue_advance(ring, chain->slots);
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
	if (unlikely(!queue_usable(ring)))
		return;
	if (WARN_ON_ONCE(nr > ring->nr_taken))
		nr = ring->nr_taken;
	if (!nr)
		return;
	ring->nr_taken -= nr;
	ring->nr_popped -= nr;
	ring->next_avail = ring->taken[ring->nr_popped].pos;
	ring->nr_vecs = ring->taken[ring->nr_popped].vec;
}
EXPORT_SYMBOL_GPL(mdev_ring_unpop);

/**
 * mdev_ring_push - complete a chain
 * @ring: the ring
 * @chain: a chain that mdev_ring_pop() gave
 * @written: bytes that the device has written, from the start of the buffers on
 *
 * The driver sees it after mdev_ring_flush(), in the order of the calls. The
 * owner must not touch the chain's buffers any more. Where VIRTIO_F_IN_ORDER was
 * negotiated chains are completed in the order in which they were taken: another
 * one is a fault of the owner and breaks the ring. Does not sleep, unless the memory
 * is remote; serialised by the owner.
 */
void mdev_ring_push(struct mdev_ring *ring,
		    const struct mdev_ring_chain *chain, u32 written)
{
	int ret;

	if (unlikely(!queue_usable(ring)))
		return;
	if (WARN_ON_ONCE(!ring->nr_taken))
		return;
	if (WARN_ON_ONCE(written > chain->in_len))
		written = chain->in_len;
	if (ring->in_order && WARN_ON_ONCE(!queue_oldest(ring, chain))) {
		mdev_ring_break(ring, -EIO);
		return;
	}
	if (ring->as->remote) {
		ret = ring_bounce_push(ring, chain, written);
		if (unlikely(ret)) {
			ring_fail(ring, ret);
			return;
		}
	}
	if (ring->packed)
		packed_complete(ring, chain, written);
	else
		split_complete(ring, chain, written);
	ring->nr_taken--;
}
EXPORT_SYMBOL_GPL(mdev_ring_push);

/**
 * mdev_ring_flush - publish completed chains
 * @ring: the ring
 *
 * All mdev_ring_push() since the last call become visible at once, and there is
 * at most one used buffer notification, if the driver wants it. Does nothing if
 * there is nothing to publish. If the memory of the ring is missing it is done by
 * the next mdev_ring_begin() that finds it. Does not sleep; serialised by the
 * owner.
 */
void mdev_ring_flush(struct mdev_ring *ring)
{
	u16 nr = ring->nr_pending;
	bool want = false;
	int ret;

	if (unlikely(!queue_usable(ring)) || !nr)
		return;
	/* What is stopped outside of a worker keeps it, see mdev_ring_stop(). */
	if (unlikely(!ring_reachable(ring)) || unlikely(ring_map(ring)))
		return;
	ret = ring->packed ? packed_publish(ring) : split_publish(ring);
	if (unlikely(ret)) {
		ring_fail(ring, ret);
		return;
	}
	ring->stats.chains += nr;
	ring->nr_pending = 0;
	ring->nr_misses = 0;
	/*
	 * What was published before the driver's wish. The driver writes its wish,
	 * then looks for used buffers once more: whoever comes second sees what the
	 * other wrote. Pairs with the full barrier of the driver.
	 */
	smp_mb();
	ret = ring->packed ? packed_want_notify(ring, &want) :
			     split_want_notify(ring, &want);
	if (unlikely(ret) && ring_fail(ring, ret) != -EAGAIN)
		return;
	want = want || ret;
	trace_mdev_ring_complete(ring, nr, want);
	if (want) {
		ring->stats.notified++;
		ring->notify(ring);
	} else {
		ring->stats.suppressed++;
	}
}
EXPORT_SYMBOL_GPL(mdev_ring_flush);

/**
 * mdev_ring_kick - the driver says that it has made something available
 * @ring: the ring, with a work
 *
 * Its work runs. Any context.
 */
void mdev_ring_kick(struct mdev_ring *ring)
{
	trace_mdev_ring_kick(ring);
	mdev_ring_work_kick(ring->work);
}
EXPORT_SYMBOL_GPL(mdev_ring_kick);

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

	if (unlikely(!queue_ready(ring)))
		return false;
	if (unlikely(ring_map(ring)))
		return true;
	ret = ring->packed ? packed_want_kick(ring) : split_want_kick(ring);
	if (unlikely(ret))
		return ring_fail(ring, ret) != -EAGAIN;
	ring->kicks_off = false;
	/*
	 * Our wish before what the driver makes available. The driver does that,
	 * then looks for the wish: either it sees the wish and kicks, or what it
	 * did is seen here. Pairs with the full barrier of the driver.
	 */
	smp_mb();
	ret = ring->packed ? packed_more(ring) : split_more(ring);
	if (unlikely(ret < 0))
		return ring_fail(ring, ret) != -EAGAIN;
	return ret;
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

	if (unlikely(!queue_ready(ring)) || ring->kicks_off)
		return;
	if (unlikely(ring_map(ring)))
		return;
	ring->kicks_off = true;
	ret = ring->packed ? packed_refuse_kick(ring) :
			     split_refuse_kick(ring);
	if (unlikely(ret))
		ring_fail(ring, ret);
}
EXPORT_SYMBOL_GPL(mdev_ring_disable_kick);
