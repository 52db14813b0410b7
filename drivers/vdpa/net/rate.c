// SPDX-License-Identifier: GPL-2.0
/*
 * How fast a slice may transmit.
 *
 * A bucket is the time until which everything that was sent has been paid for, at the rate
 * of the bucket: when that time has come more may be sent, and be paid for afterwards. Who
 * comes late may make up for it, but not for more than a burst. So a batch of frames costs
 * one addition, and no token has to be added by anyone.
 *
 * A slice may transmit when its own bucket allows it, and that of the group it is in. With
 * a share of what the group may send it does not wait for the group as long as it has less
 * than that; the group pays all the same, so it is the others who wait for longer.
 *
 * A transmit queue that may not go on arms the slice's timer, which kicks it. The lock of the
 * rate is held from the look at the buckets until then, and taken after a change of them:
 * whoever changes a rate finds the queue waiting, or the queue finds the change.
 */
#include <linux/math64.h>
#include <linux/timekeeping.h>

#include "mdev_net.h"

/* What an idle slice may send at once, and how late a worker may come. */
#define BURST_NS	(50 * NSEC_PER_MSEC)
/* What may be sent before it is looked again. */
#define QUANTUM_NS	(2 * NSEC_PER_MSEC)

static void bucket_set(struct mdev_net_bucket *bucket, u64 rate)
{
	bucket->rate = rate;
	bucket->paid = ktime_get_ns();
}

/* From when on something may be sent. */
static u64 bucket_due(const struct mdev_net_bucket *bucket)
{
	return bucket->rate ? bucket->paid : 0;
}

/* At least one byte, which is a frame. */
static u32 bucket_room(const struct mdev_net_bucket *bucket, u32 want)
{
	u64 room;

	if (!bucket->rate)
		return want;
	room = div_u64(bucket->rate, NSEC_PER_SEC / QUANTUM_NS);
	return clamp_t(u64, room, 1, want);
}

static void bucket_charge(struct mdev_net_bucket *bucket, u32 bytes, u64 now)
{
	if (!bucket->rate)
		return;
	bucket->paid = max(bucket->paid, now - BURST_NS) +
		       div64_u64((u64)bytes * NSEC_PER_SEC, bucket->rate);
}

static struct mdev_net *rate_net(struct mdev_net_rate *rate)
{
	return container_of(rate, struct mdev_net, rate);
}

/* Takes no lock, so it can be waited for under any. */
static void wake(struct mdev_net *net)
{
	struct mdev_net_queue *q;
	unsigned int i;

	for (i = 0; i < net->pairs; i++) {
		q = mdev_net_txq(net, i);
		if (!READ_ONCE(q->limited))
			continue;
		WRITE_ONCE(q->limited, false);
		mdev_ring_work_kick(&q->work);
	}
}

static enum hrtimer_restart expire(struct hrtimer *timer)
{
	wake(rate_net(container_of(timer, struct mdev_net_rate, timer)));
	return HRTIMER_NORESTART;
}

void mdev_net_rate_init(struct mdev_net_rate *rate)
{
	spin_lock_init(&rate->lock);
	hrtimer_setup(&rate->timer, expire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
}

/* Nobody sets a rate any more, and no queue runs. */
void mdev_net_rate_end(struct mdev_net_rate *rate)
{
	hrtimer_cancel(&rate->timer);
}

/* What the group says, which is not asked where the slice has not had its share. */
static u64 group_due(struct mdev_net_rate *rate, u32 *room)
{
	struct mdev_net_rate_group *group = rate->group;
	u64 due, share_due;

	spin_lock(&group->lock);
	due = bucket_due(&group->max);
	*room = bucket_room(&group->max, *room);
	spin_unlock(&group->lock);
	if (!due || !rate->share.rate)
		return due;
	share_due = bucket_due(&rate->share);
	if (share_due < due)
		*room = bucket_room(&rate->share, *room);
	return min(share_due, due);
}

static u32 room_or_wait(struct mdev_net_queue *q, u32 want)
{
	struct mdev_net_rate *rate = &q->net->rate;
	u32 room = bucket_room(&rate->max, want);
	u64 due = bucket_due(&rate->max);

	if (rate->group)
		due = max(due, group_due(rate, &room));
	if (due <= ktime_get_ns())
		return room;
	/* Before the timer, which looks at it. */
	WRITE_ONCE(q->limited, true);
	hrtimer_start(&rate->timer, ns_to_ktime(due), HRTIMER_MODE_ABS_SOFT);
	return 0;
}

/*
 * How much of @want bytes the queue may transmit now. If it is nothing the queue is kicked
 * when that has changed. Under the lock of the queue.
 */
u32 mdev_net_rate_room(struct mdev_net_queue *q, u32 want)
{
	struct mdev_net_rate *rate = &q->net->rate;
	u32 room;

	if (likely(!READ_ONCE(rate->limited)))
		return want;
	spin_lock_bh(&rate->lock);
	room = room_or_wait(q, want);
	spin_unlock_bh(&rate->lock);
	return room;
}

static void group_charge(struct mdev_net_rate_group *group, u32 bytes, u64 now)
{
	spin_lock(&group->lock);
	bucket_charge(&group->max, bytes, now);
	spin_unlock(&group->lock);
}

/* What was sent beyond the share does not count against it for ever. */
static void share_charge(struct mdev_net_bucket *share, u32 bytes, u64 now)
{
	bucket_charge(share, bytes, now);
	share->paid = min(share->paid, now + BURST_NS);
}

/* The slice has transmitted so much. */
void mdev_net_rate_charge(struct mdev_net *net, u32 bytes)
{
	struct mdev_net_rate *rate = &net->rate;
	u64 now;

	if (likely(!READ_ONCE(rate->limited)) || !bytes)
		return;
	now = ktime_get_ns();
	spin_lock_bh(&rate->lock);
	bucket_charge(&rate->max, bytes, now);
	share_charge(&rate->share, bytes, now);
	if (rate->group)
		group_charge(rate->group, bytes, now);
	spin_unlock_bh(&rate->lock);
}

/* Setting rates: under devl_lock. */

static void update_limited(struct mdev_net_rate *rate)
{
	WRITE_ONCE(rate->limited, rate->max.rate || rate->group);
}

void mdev_net_rate_set_max(struct mdev_net *net, u64 max)
{
	struct mdev_net_rate *rate = &net->rate;

	spin_lock_bh(&rate->lock);
	bucket_set(&rate->max, max);
	update_limited(rate);
	spin_unlock_bh(&rate->lock);
	wake(net);
}

void mdev_net_rate_set_share(struct mdev_net *net, u64 share)
{
	struct mdev_net_rate *rate = &net->rate;

	spin_lock_bh(&rate->lock);
	if (rate->group)
		rate->group->shares += share - rate->share.rate;
	bucket_set(&rate->share, share);
	spin_unlock_bh(&rate->lock);
	wake(net);
}

/* With no share yet. NULL for none. */
void mdev_net_rate_set_group(struct mdev_net *net,
			     struct mdev_net_rate_group *group)
{
	struct mdev_net_rate *rate = &net->rate;

	mdev_net_rate_set_share(net, 0);
	spin_lock_bh(&rate->lock);
	rate->group = group;
	update_limited(rate);
	spin_unlock_bh(&rate->lock);
	wake(net);
}

/* The members are to be woken by mdev_net_rate_wake(). */
void mdev_net_rate_group_set_max(struct mdev_net_rate_group *group, u64 max)
{
	spin_lock_bh(&group->lock);
	bucket_set(&group->max, max);
	spin_unlock_bh(&group->lock);
}

void mdev_net_rate_wake(struct mdev_net *net)
{
	spin_lock_bh(&net->rate.lock);
	spin_unlock_bh(&net->rate.lock);
	wake(net);
}
