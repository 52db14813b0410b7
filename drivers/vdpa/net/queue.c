// SPDX-License-Identifier: GPL-2.0
/*
 * Virtqueues: what the driver sets them up with, and running them.
 */
#include <linux/log2.h>
#include <linux/mdev_as.h>

#include "mdev_net.h"

/* A driver's callback schedules its NAPI, which runs when bottom halves are enabled again. */
static void queue_interrupt(struct mdev_net_queue *q)
{
	lockdep_assert_held(&q->lock);
	if (!q->cb.callback) {
		q->missed = true;
		return;
	}
	local_bh_disable();
	q->cb.callback(q->cb.private);
	local_bh_enable();
}

/* Called by mdev_ring_flush(), under the lock of the queue. */
static void queue_notify(struct mdev_ring *ring)
{
	struct mdev_net_queue *q = container_of(ring, struct mdev_net_queue,
						ring);

	if (!mdev_net_coal_hold(q))
		queue_interrupt(q);
}

static unsigned int queue_run(struct mdev_net_queue *q, unsigned int budget)
{
	if (q->index == q->net->ctrl_index)
		return mdev_net_ctrl_run(q, budget);
	if (mdev_net_queue_has_uplink(q))
		return mdev_net_tx_run(q, budget);
	if (mdev_net_queue_has_backlog(q))
		return mdev_net_rx_run(q, budget);
	return 0;
}

/*
 * Frames are kept for resume, and for a driver that has reset the queue alone: it is about
 * to set it up anew, with another size perhaps, and loses nothing by that. Should it not,
 * they are no more than what waits for one that adds no buffers. Else nobody waits for
 * them.
 */
static bool queue_keeps(const struct mdev_net_queue *q)
{
	return READ_ONCE(q->net->suspended) ||
	       (q->pausing &&
		q->index / 2 < READ_ONCE(q->net->active_pairs));
}

static void queue_idle(struct mdev_net_queue *q)
{
	if (!mdev_net_queue_has_backlog(q))
		return;
	if (queue_keeps(q))
		mdev_net_rx_starve(q);
	else
		mdev_net_rx_purge(q);
}

static void queue_break(struct mdev_net_queue *q)
{
	WRITE_ONCE(q->broken, true);
	mdev_net_needs_reset(q->net);
	queue_idle(q);
}

/* Neither broken nor idle: it waits for memory of the driver. */
static bool queue_waits(const struct mdev_net_queue *q)
{
	return mdev_ring_running(&q->ring);
}

static unsigned int queue_turn(struct mdev_net_queue *q, unsigned int budget)
{
	unsigned int done;

	if (!mdev_ring_begin(&q->ring)) {
		if (queue_waits(q) && mdev_net_queue_has_backlog(q))
			mdev_net_rx_starve(q);
		return 0;
	}
	done = queue_run(q, budget);
	mdev_ring_end(&q->ring);
	return done;
}

static unsigned int run_work(struct mdev_ring_work *work, unsigned int budget)
{
	struct mdev_net_queue *q = container_of(work, struct mdev_net_queue,
						work);
	unsigned int done = 0;

	mutex_lock(&q->lock);
	if (mdev_ring_running(&q->ring)) {
		done = queue_turn(q, budget);
		if (!mdev_ring_running(&q->ring))
			queue_break(q);
	} else {
		queue_idle(q);
	}
	if (mdev_net_coal_due(q))
		queue_interrupt(q);
	/* What was counted is seen by whoever sees this; pairs with turn_over(). */
	smp_store_release(&q->turns, q->turns + 1);
	mutex_unlock(&q->lock);
	return done;
}

/* Pairs next to each other, the two ends of a pair on different CPUs. */
static unsigned int preferred_cpu(const struct mdev_net_queue *q)
{
	const struct cpumask *cpus = mdev_net_cpus(q->net);
	unsigned int nr = q->net->port + q->index / 2 + q->index % 2;

	if (cpus)
		return cpumask_nth(nr % cpumask_weight(cpus), cpus);
	return nr % num_online_cpus();
}

/* What a driver that does not choose has. The ring is stopped. */
static void queue_fit(struct mdev_net_queue *q)
{
	q->num = q->net->queue_size;
	mdev_ring_set_num(&q->ring, q->num);
}

/* As ptr_ring_init(), which has no node. */
static int backlog_init(struct mdev_net_queue *q)
{
	struct ptr_ring *backlog = &q->backlog;

	backlog->queue = kvcalloc_node(MDEV_NET_BACKLOG, sizeof(void *),
				       GFP_KERNEL_ACCOUNT, q->net->node);
	if (!backlog->queue)
		return -ENOMEM;
	__ptr_ring_set_size(backlog, MDEV_NET_BACKLOG);
	spin_lock_init(&backlog->producer_lock);
	spin_lock_init(&backlog->consumer_lock);
	return 0;
}

int mdev_net_queue_init(struct mdev_net *net, u16 index)
{
	struct mdev_net_queue *q = &net->queues[index];
	int err;

	q->net = net;
	q->index = index;
	mutex_init(&q->lock);
	atomic64_set(&q->kicks, 0);
	mdev_net_coal_init(q);
	err = mdev_ring_init(&q->ring, MDEV_NET_VQ_NUM_MAX, queue_notify);
	if (err)
		return err;
	queue_fit(q);
	mdev_net_rx_init(q);
	if (mdev_net_queue_has_backlog(q))
		err = backlog_init(q);
	else if (mdev_net_queue_has_uplink(q))
		skb_queue_head_init(&q->up.frames);
	if (err) {
		mdev_ring_destroy(&q->ring);
		return err;
	}
	mdev_ring_work_init(&q->work, run_work, preferred_cpu(q));
	q->ring.work = &q->work;
	q->ring.slice = net->slice;
	q->ring.index = index;
	q->ring.node = net->node;
	return 0;
}

static void free_frame(void *frame)
{
	kfree_skb(frame);
}

void mdev_net_queue_destroy(struct mdev_net_queue *q)
{
	if (mdev_net_queue_has_backlog(q))
		ptr_ring_cleanup(&q->backlog, free_frame);
	mdev_ring_destroy(&q->ring);
	mutex_destroy(&q->lock);
}

/*
 * Memory is got before the lock is taken, which the worker wants: it works for others as well,
 * who do not wait until the caller's cgroup has memory. The lock of the slice is enough for
 * what the memory is to fit. The driver may have kicked before, so have a look.
 */
int mdev_net_queue_start(struct mdev_net_queue *q)
{
	int err;

	lockdep_assert_held(&q->net->lock);
	err = mdev_ring_prepare(&q->ring, q->net->features);
	/* Its recovery may have got no further than to make the ring whole. */
	if (!err && READ_ONCE(q->broken))
		err = -EIO;
	if (err)
		return err;
	mutex_lock(&q->lock);
	err = mdev_ring_start(&q->ring, q->net->features);
	if (!err)
		q->pausing = false;
	mutex_unlock(&q->lock);
	if (!err)
		mdev_ring_work_kick(&q->work);
	return err;
}

void mdev_net_queue_stop(struct mdev_net_queue *q)
{
	lockdep_assert_held(&q->net->lock);
	mutex_lock(&q->lock);
	mdev_ring_stop(&q->ring);
	if (mdev_net_coal_end(q))
		queue_interrupt(q);
	mutex_unlock(&q->lock);
	/* What waits for the ring is looked after. */
	mdev_ring_work_kick(&q->work);
}

/* Called by the control queue. */
void mdev_net_queue_send_pending(struct mdev_net_queue *q)
{
	mutex_lock_nested(&q->lock, SINGLE_DEPTH_NESTING);
	if (mdev_net_coal_end(q))
		queue_interrupt(q);
	mutex_unlock(&q->lock);
}

/* Back to what it was before the driver touched it, but for its backlog. */
static void queue_forget(struct mdev_net_queue *q)
{
	WRITE_ONCE(q->ready, false);
	q->cb = (struct mdev_virtio_cb){};
	mdev_ring_reset(&q->ring);
	/* Nobody is there to be told. */
	if (mdev_net_coal_end(q))
		q->coal.merged++;
	q->missed = false;
	WRITE_ONCE(q->broken, false);
	queue_fit(q);
}

void mdev_net_queue_reset(struct mdev_net_queue *q)
{
	lockdep_assert_held(&q->net->lock);
	mutex_lock(&q->lock);
	queue_forget(q);
	q->pausing = false;
	WRITE_ONCE(q->work.cpu, preferred_cpu(q));
	if (mdev_net_queue_has_backlog(q))
		mdev_net_rx_purge(q);
	mutex_unlock(&q->lock);
}

/* A whole ring with the same place and addresses, which does not run. */
static void ring_recover(struct mdev_ring *ring, u32 num)
{
	u64 desc = ring->desc.addr, driver = ring->avail.addr;
	u64 device = ring->used.addr;
	struct mdev_vq_state state;
	bool stated;

	stated = mdev_ring_get_state(ring, &state);
	mdev_ring_reset(ring);
	mdev_ring_set_num(ring, num);
	mdev_ring_set_address(ring, desc, driver, device);
	if (stated)
		mdev_ring_set_state(ring, &state);
}

/*
 * A driver of this host that has no interrupt has been waiting for the answer to a command,
 * and when it was told that the device is broken it has freed what the command is in.
 */
static bool queue_is_given_up(const struct mdev_net_queue *q)
{
	return q->index == q->net->ctrl_index && !q->cb.callback &&
	       mdev_slice_class_id(q->net->slice) == MDEV_CLASS_VIRTIO;
}

/*
 * One that is not in order is broken again, by the worker or here. One that the driver has
 * disabled meanwhile waits for it: what is where the ring was may be something else by now.
 * @err is that of its preparation.
 */
static int queue_restart(struct mdev_net_queue *q, int err)
{
	if (!err && q->ready)
		err = mdev_ring_start(&q->ring, q->net->features);
	if (err) {
		mdev_ring_break(&q->ring, err);
		return err;
	}
	if (q->net->suspended)
		mdev_ring_stop(&q->ring);
	WRITE_ONCE(q->broken, false);
	return 0;
}

/* Whoever runs it has the lock for a moment, or until its user has given it memory. */
static bool queue_trylock(struct mdev_net_queue *q)
{
	unsigned int tries = 20;

	while (!mutex_trylock(&q->lock)) {
		if (!--tries)
			return false;
		usleep_range(500, 1000);
	}
	return true;
}

/* Its ring is whole, and may be cleared again. */
static int queue_clear(struct mdev_net_queue *q)
{
	int err = 0;

	if (!queue_trylock(q))
		return -EBUSY;
	if (queue_is_given_up(q))
		err = -EOPNOTSUPP;
	else
		ring_recover(&q->ring, q->num);
	mutex_unlock(&q->lock);
	return err;
}

/*
 * 0 if it was not broken, or has begun anew; -EBUSY while somebody is at it, -EOPNOTSUPP
 * where only a reset helps.
 */
int mdev_net_queue_recover(struct mdev_net_queue *q)
{
	int err;

	lockdep_assert_held(&q->net->lock);
	if (!READ_ONCE(q->broken))
		return 0;
	err = queue_clear(q);
	if (err)
		return err;
	/* Without its lock, see mdev_net_queue_start(). Broken it stays as long. */
	if (q->ready)
		err = mdev_ring_prepare(&q->ring, q->net->features);
	if (!queue_trylock(q))
		return -EBUSY;
	err = queue_restart(q, err);
	mutex_unlock(&q->lock);
	mdev_ring_work_kick(&q->work);
	return err;
}

/*
 * A driver of this host holds rtnl until the control queue answers, which may not
 * depend on the CPU time that the owner has left. User memory of the root cgroup has an
 * owner if it is confined, see mdev_as_confine().
 */
static struct mdev_ring_owner *queue_owner(const struct mdev_net_queue *q,
					   const struct mdev_as *as)
{
	/* Of user memory; nobody if that is of the root cgroup. */
	if (as && (as->user || as->owner))
		return as->owner;
	return q->index == q->net->ctrl_index ? q->net->owners.nobody :
						q->net->owners.maker;
}

void mdev_net_queue_set_as(struct mdev_net_queue *q, struct mdev_as *as)
{
	mutex_lock(&q->lock);
	/* First: the former address space may go with its owner. */
	mdev_ring_work_charge(&q->work, queue_owner(q, as));
	mdev_ring_set_as(&q->ring, as);
	WRITE_ONCE(q->waits, as && as->remote);
	mutex_unlock(&q->lock);
}

u16 mdev_net_get_vq_num_max(struct mdev_slice *slice, u16 vq)
{
	return READ_ONCE(mdev_net_of(slice)->queue_size);
}

u16 mdev_net_get_vq_num_default(struct mdev_slice *slice, u16 vq)
{
	return min_t(u16, mdev_net_get_vq_num_max(slice, vq),
		     MDEV_NET_VQ_NUM_DEFAULT);
}

u32 mdev_net_get_vq_align(struct mdev_slice *slice)
{
	return PAGE_SIZE;
}

/* The queue, locked for a change. */
static struct mdev_net_queue *queue_lock(struct mdev_slice *slice, u16 vq)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];

	mutex_lock(&q->net->lock);
	mutex_lock(&q->lock);
	return q;
}

/* While the device is suspended a ring does not run and can be moved. */
static bool queue_fixed(const struct mdev_net_queue *q)
{
	return q->ready && !q->net->suspended;
}

static void queue_unlock(struct mdev_net_queue *q)
{
	mutex_unlock(&q->lock);
	mutex_unlock(&q->net->lock);
}

/* The layout is known before the size, as features are (section 3.1.1). */
static int set_num(struct mdev_net_queue *q, u32 num)
{
	if (queue_fixed(q))
		return -EBUSY;
	if (!is_power_of_2(num) &&
	    !mdev_net_negotiated(q->net, VIRTIO_F_RING_PACKED))
		return -EINVAL;
	if (num > q->net->queue_size)
		return -EINVAL;
	return mdev_ring_set_num(&q->ring, num);
}

int mdev_net_set_vq_num(struct mdev_slice *slice, u16 vq, u32 num)
{
	struct mdev_net_queue *q;
	int err;

	err = mdev_net_fault(mdev_net_of(slice)->parent,
			     MDEV_NET_FAULT_SET_VQ_NUM);
	if (err)
		return err;
	q = queue_lock(slice, vq);
	err = set_num(q, num);
	if (!err)
		q->num = num;
	queue_unlock(q);
	return err;
}

int mdev_net_set_vq_address(struct mdev_slice *slice, u16 vq, u64 desc,
			    u64 driver, u64 device)
{
	struct mdev_net_queue *q;
	int err;

	err = mdev_net_fault(mdev_net_of(slice)->parent,
			     MDEV_NET_FAULT_SET_VQ_ADDRESS);
	if (err)
		return err;
	q = queue_lock(slice, vq);
	err = queue_fixed(q) ? -EBUSY :
	      mdev_ring_set_address(&q->ring, desc, driver, device);
	queue_unlock(q);
	return err;
}

int mdev_net_set_vq_state(struct mdev_slice *slice, u16 vq,
			  const struct mdev_vq_state *state)
{
	struct mdev_net_queue *q;
	int err;

	err = mdev_net_fault(mdev_net_of(slice)->parent,
			     MDEV_NET_FAULT_SET_VQ_STATE);
	if (err)
		return err;
	q = queue_lock(slice, vq);
	err = queue_fixed(q) ? -EBUSY : mdev_ring_set_state(&q->ring, state);
	queue_unlock(q);
	return err;
}

int mdev_net_get_vq_state(struct mdev_slice *slice, u16 vq,
			  struct mdev_vq_state *state)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];
	int err;

	err = mdev_net_fault(q->net->parent, MDEV_NET_FAULT_GET_VQ_STATE);
	if (err)
		return err;
	mutex_lock(&q->lock);
	/* A new packed ring starts with both wrap counters set (section 2.8.1). */
	if (!mdev_ring_get_state(&q->ring, state) &&
	    mdev_net_negotiated(q->net, VIRTIO_F_RING_PACKED)) {
		state->packed.last_avail_counter = 1;
		state->packed.last_used_counter = 1;
	}
	mutex_unlock(&q->lock);
	return 0;
}

/* Where it is started later, what can be judged now is: later nobody may be told. */
static int enable(struct mdev_net_queue *q)
{
	struct mdev_net *net = q->net;
	int err = 0;

	if (q->ready)
		return 0;
	if (net->status & VIRTIO_CONFIG_S_DRIVER_OK && !net->suspended)
		err = mdev_net_queue_start(q);
	else if (net->status & VIRTIO_CONFIG_S_FEATURES_OK)
		err = mdev_ring_check(&q->ring, net->features);
	if (!err)
		WRITE_ONCE(q->ready, true);
	return err;
}

static void disable(struct mdev_net_queue *q)
{
	WRITE_ONCE(q->ready, false);
	mutex_lock(&q->lock);
	q->pausing = false;
	mutex_unlock(&q->lock);
	mdev_net_queue_stop(q);
}

int mdev_net_set_vq_ready(struct mdev_slice *slice, u16 vq, bool ready)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];
	int fault, err = 0;

	fault = mdev_net_fault(q->net->parent, MDEV_NET_FAULT_SET_VQ_READY);
	mutex_lock(&q->net->lock);
	/* A queue that did not stop would write to memory that is gone. */
	if (!ready)
		disable(q);
	else if (!fault)
		err = enable(q);
	mutex_unlock(&q->net->lock);
	return fault ?: err;
}

/* NEEDS_RESET stays, since it says that the device has to be reset (section 2.1.2). */
int mdev_net_reset_vq(struct mdev_slice *slice, u16 vq)
{
	struct mdev_net_queue *q;
	int err;

	err = mdev_net_fault(mdev_net_of(slice)->parent,
			     MDEV_NET_FAULT_RESET_VQ);
	if (err)
		return err;
	q = queue_lock(slice, vq);
	queue_forget(q);
	q->pausing = true;
	queue_idle(q);
	queue_unlock(q);
	return 0;
}

bool mdev_net_get_vq_ready(struct mdev_slice *slice, u16 vq)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];

	return READ_ONCE(q->ready) && !READ_ONCE(q->broken);
}

/*
 * A used buffer interrupt runs where the worker does, and so does what it wakes, such as
 * a driver's NAPI. So the worker goes where the interrupt should: if it may not stay, the
 * two ends of a pair go to different CPUs as far as there are. It does not leave those that
 * the slice is confined to.
 */
int mdev_net_set_vq_affinity(struct mdev_slice *slice, u16 vq,
			     const struct cpumask *mask)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];
	const struct cpumask *cpus = mdev_net_cpus(q->net) ?: cpu_possible_mask;
	unsigned int cpu = preferred_cpu(q);
	unsigned int nr = mask ? cpumask_weight_and(mask, cpus) : 0;

	if (nr && !cpumask_test_cpu(cpu, mask))
		cpu = cpumask_nth_and(cpu % nr, mask, cpus);
	WRITE_ONCE(q->work.cpu, cpu);
	return 0;
}

void mdev_net_kick_vq(struct mdev_slice *slice, u16 vq)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];

	atomic64_inc(&q->kicks);
	mdev_ring_kick(&q->ring);
}

/*
 * Section 2.9: the queue, and where the driver stands in it. That is a hint which the
 * ring does not need: it looks for itself. Any value may come.
 */
void mdev_net_kick_vq_with_data(struct mdev_slice *slice, u32 data)
{
	u16 vq = data;

	if (vq < mdev_net_of(slice)->nr_queues)
		mdev_net_kick_vq(slice, vq);
}

/* Callbacks run under the lock, so the former one does not run any more. */
void mdev_net_set_vq_cb(struct mdev_slice *slice, u16 vq,
			const struct mdev_virtio_cb *cb)
{
	struct mdev_net_queue *q = &mdev_net_of(slice)->queues[vq];

	mutex_lock(&q->lock);
	q->cb = cb ? *cb : (struct mdev_virtio_cb){};
	if (q->missed && q->cb.callback) {
		q->missed = false;
		queue_interrupt(q);
	}
	mutex_unlock(&q->lock);
}
