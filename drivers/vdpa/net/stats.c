// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of slices and of their queues, as they are reported. The names are part of the
 * interface to user space.
 */
#include "mdev_net.h"

static void add_data(const struct mdev_net_queue *q,
		     struct mdev_vq_stats *stats)
{
	mdev_vq_stats_add(stats, "packets", READ_ONCE(q->stats.packets));
	mdev_vq_stats_add(stats, "bytes", READ_ONCE(q->stats.bytes));
	mdev_vq_stats_add(stats, "drops", READ_ONCE(q->stats.drops));
	if (mdev_net_queue_has_backlog(q))
		mdev_vq_stats_add(stats, "filtered", READ_ONCE(q->stats.filtered));
}

static void add_ctrl(const struct mdev_net_queue *q,
		     struct mdev_vq_stats *stats)
{
	mdev_vq_stats_add(stats, "commands", READ_ONCE(q->stats.commands));
	mdev_vq_stats_add(stats, "failed", READ_ONCE(q->stats.failed));
}

static void add_ring(const struct mdev_net_queue *q,
		     struct mdev_vq_stats *stats)
{
	mdev_vq_stats_add(stats, "kicks", atomic64_read(&q->kicks));
	mdev_vq_stats_add(stats, "notifications",
			  mdev_net_queue_notified(q));
	mdev_vq_stats_add(stats, "suppressed",
			  mdev_net_queue_suppressed(q));
	mdev_vq_stats_add(stats, "errors", READ_ONCE(q->ring.stats.errors));
}

/* A queue that has been a control queue, with other features, says so. */
static bool has_commands(const struct mdev_net_queue *q)
{
	return q->index >= 2 * q->net->pairs ||
	       q->index == READ_ONCE(q->net->ctrl_index) ||
	       READ_ONCE(q->stats.commands);
}

static void add_queue(const struct mdev_net_queue *q,
		      struct mdev_vq_stats *stats)
{
	if (q->index < 2 * q->net->pairs)
		add_data(q, stats);
	if (has_commands(q))
		add_ctrl(q, stats);
	add_ring(q, stats);
}

/* How long a turn is waited for. Mostly it takes less than a thousandth of that. */
#define PATIENCE	(HZ / 20 ?: 1)

/* Has the turn ended that was running when there had been @turns? */
static bool turn_over(const struct mdev_net_queue *q, u32 turns)
{
	/* Pairs with run_work(). */
	return smp_load_acquire(&q->turns) != turns;
}

/*
 * Whoever asks is told of all that was transferred before: a turn has counted that when it
 * ends. While there is traffic the next one follows, so it is not the lock that is waited
 * for. And nobody waits for long for the user of a slice: a turn may have to wait for
 * memory, or for CPU time of a cgroup that has none left. Then each counter is only right by
 * itself.
 *
 * Returns true with the lock.
 */
static bool wait_for_turn(struct mdev_net_queue *q)
{
	unsigned long end = jiffies + PATIENCE;
	u32 turns = READ_ONCE(q->turns);

	while (!READ_ONCE(q->waits)) {
		if (mutex_trylock(&q->lock))
			return true;
		if (turn_over(q, turns) || time_after(jiffies, end))
			break;
		usleep_range(50, 100);
	}
	return false;
}

int mdev_net_get_vq_stats(struct mdev_slice *slice, u16 vq,
			  struct mdev_vq_stats *stats)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];
	bool locked;
	int err;

	err = mdev_net_fault(q->net->parent, MDEV_NET_FAULT_GET_VQ_STATS);
	if (err)
		return err;
	stats->nr = 0;
	locked = wait_for_turn(q);
	add_queue(q, stats);
	if (locked)
		mutex_unlock(&q->lock);
	return 0;
}

void mdev_net_get_stats(struct mdev_slice *slice, struct mdev_vq_stats *stats)
{
	const struct mdev_net *net = mdev_net_of(slice);

	mdev_vq_stats_add(stats, "resets", READ_ONCE(net->resets));
	mdev_vq_stats_add(stats, "broken", READ_ONCE(net->breaks));
}
