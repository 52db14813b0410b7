// SPDX-License-Identifier: GPL-2.0
/*
 * Notification coalescing (virtio 1.2, section 5.1.6.5.7): used buffers are published at
 * once, but the driver is interrupted later, when there are enough of them or enough time
 * has passed.
 *
 * A notification that the driver wants and that is held back is pending. It is sent by the
 * queue's worker, which a timer kicks, and by a queue that stops. What is counted is
 * buffers: a frame that is spread over several counts as many.
 */
#include <linux/mdev_parts.h>

#include "mdev_net.h"

/* Takes no lock, so it can be waited for under that of the queue. */
static enum hrtimer_restart expire(struct hrtimer *timer)
{
	struct mdev_net_queue *q = container_of(timer, struct mdev_net_queue,
						coal.timer);

	mdev_ring_work_kick(&q->work);
	return HRTIMER_NORESTART;
}

void mdev_net_coal_init(struct mdev_net_queue *q)
{
	hrtimer_setup(&q->coal.timer, expire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
}

/* 0 without coalescing: each notification is sent at once. */
static u32 hold_usecs(const struct mdev_net_queue *q, u64 nr_used)
{
	const struct mdev_net_coal_param *param =
		&q->net->coal[mdev_net_queue_has_uplink(q)];

	if (q->index == q->net->ctrl_index ||
	    nr_used >= READ_ONCE(param->packets))
		return 0;
	return READ_ONCE(param->usecs);
}

/*
 * The driver wants to be told. Returns whether it shall be later; if not it is the
 * caller's to tell it.
 */
bool mdev_net_coal_hold(struct mdev_net_queue *q)
{
	struct mdev_net_coal *coal = &q->coal;
	u32 usecs;

	lockdep_assert_held(&q->lock);
	usecs = hold_usecs(q, q->ring.stats.chains - coal->since);
	if (coal->pending)
		coal->merged++;
	if (!usecs) {
		mdev_net_coal_end(q);
		return false;
	}
	if (!coal->pending) {
		coal->pending = true;
		coal->deadline = ktime_add_us(ktime_get(), usecs);
		hrtimer_start(&coal->timer, coal->deadline,
			      HRTIMER_MODE_ABS_SOFT);
	}
	return true;
}

/*
 * The queue has been run: is it time for what is pending? Then it is the caller's to send.
 * Buffers that the driver did not want to be told of do not count later.
 */
bool mdev_net_coal_due(struct mdev_net_queue *q)
{
	struct mdev_net_coal *coal = &q->coal;

	lockdep_assert_held(&q->lock);
	if (coal->pending &&
	    hold_usecs(q, q->ring.stats.chains - coal->since) &&
	    ktime_before(ktime_get(), coal->deadline))
		return false;
	return mdev_net_coal_end(q);
}

/* Count anew. Returns whether something was pending, which is the caller's to send. */
bool mdev_net_coal_end(struct mdev_net_queue *q)
{
	struct mdev_net_coal *coal = &q->coal;
	bool pending = coal->pending;

	lockdep_assert_held(&q->lock);
	coal->since = q->ring.stats.chains;
	if (pending) {
		coal->pending = false;
		hrtimer_cancel(&coal->timer);
	}
	return pending;
}

/*
 * What the driver asks for. Under the lock of the control queue; nothing of what was asked
 * for before goes on.
 */
void mdev_net_coal_set(struct mdev_net *net, bool tx, u32 usecs, u32 packets)
{
	struct mdev_net_coal_param *param = &net->coal[tx];
	unsigned int i;

	WRITE_ONCE(param->usecs, usecs);
	WRITE_ONCE(param->packets, packets);
	for (i = 0; i < mdev_net_pairs(net); i++)
		mdev_net_queue_send_pending(&net->queues[2 * i + tx]);
}

/* With the device. No ring is running. */
void mdev_net_coal_reset(struct mdev_net *net)
{
	memset(net->coal, 0, sizeof(net->coal));
}

/* Migration. */

static void put_param(struct mdev_net_part_coal *part,
		      const struct mdev_net_coal_param *param)
{
	part->usecs = cpu_to_le32(param->usecs);
	part->packets = cpu_to_le32(param->packets);
}

/* First that of receive queues. */
void mdev_net_coal_put_part(struct mdev_net *net, struct mdev_parts *parts)
{
	struct mdev_net_part_coal part[2];

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_NOTF_COAL))
		return;
	put_param(&part[0], &net->coal[0]);
	put_param(&part[1], &net->coal[1]);
	mdev_parts_put(parts, MDEV_NET_PART_COAL, part, sizeof(part));
}

/* There is no number that a driver may not ask for. */
int mdev_net_coal_set_part(struct mdev_net *net, const void *data, u32 len)
{
	struct mdev_net_part_coal part[2];
	unsigned int tx;

	if (len != sizeof(part) ||
	    !mdev_net_negotiated(net, VIRTIO_NET_F_NOTF_COAL))
		return -EINVAL;
	memcpy(part, data, sizeof(part));
	for (tx = 0; tx < 2; tx++) {
		net->coal[tx].usecs = le32_to_cpu(part[tx].usecs);
		net->coal[tx].packets = le32_to_cpu(part[tx].packets);
	}
	return 0;
}
