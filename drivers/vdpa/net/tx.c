// SPDX-License-Identifier: GPL-2.0
/*
 * From the driver to the representor: one copy from a chain into an skb, and
 * up into the network stack through NAPI, which merges what belongs together.
 */
#include <linux/sizes.h>
#include <linux/uio.h>

#include "mdev_net.h"

#define UPLINK_BYTES	SZ_4M
/* Bytes that are passed up at once, so that they are still in the cache there. */
#define BATCH_BYTES	SZ_256K
/* What the stack reads of a long frame; the rest goes into pages. */
#define HEAD_LEN	128
#define HEADROOM	(NET_SKB_PAD + NET_IP_ALIGN)
/* With its headroom it fits one page. */
#define LINEAR_MAX	SKB_WITH_OVERHEAD(PAGE_SIZE - HEADROOM)

static struct sk_buff *alloc_paged(size_t len)
{
	struct sk_buff *skb;
	int err;

	skb = alloc_skb_with_frags(HEADROOM + HEAD_LEN, len - HEAD_LEN,
				   PAGE_ALLOC_COSTLY_ORDER, &err, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, HEADROOM);
	skb_put(skb, HEAD_LEN);
	skb->data_len = len - HEAD_LEN;
	skb->len = len;
	return skb;
}

static struct sk_buff *alloc_frame(struct net_device *dev, size_t len)
{
	struct sk_buff *skb;

	if (len > LINEAR_MAX)
		return alloc_paged(len);
	skb = netdev_alloc_skb_ip_align(dev, len);
	if (skb)
		skb_put(skb, len);
	return skb;
}

/*
 * The frame in a chain, or ERR_PTR: -EINVAL where it is none, or its header asks for
 * what cannot be done, -ENOMEM, -EFAULT if a part of it is missing.
 */
static struct sk_buff *read_frame(struct mdev_net_queue *q,
				  const struct mdev_ring_chain *chain)
{
	u32 hdr_len = q->net->hdr_len;
	union mdev_net_hdr hdr;
	struct iov_iter from;
	struct sk_buff *skb;
	size_t len;

	/* First, so that no memory is wanted of what is too long. */
	if (chain->out_len < hdr_len + ETH_HLEN ||
	    chain->out_len > hdr_len + MDEV_NET_FRAME_MAX)
		return ERR_PTR(-EINVAL);
	len = chain->out_len - hdr_len;
	mdev_ring_out_iter(&q->ring, chain, &from);
	if (!copy_from_iter_full(&hdr, hdr_len, &from))
		return ERR_PTR(-EFAULT);
	skb = alloc_frame(q->net->rep, len);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	if (skb_copy_datagram_from_iter(skb, 0, &from, len)) {
		kfree_skb(skb);
		return ERR_PTR(-EFAULT);
	}
	if (mdev_net_offload_from_driver(q->net, skb, &hdr)) {
		kfree_skb(skb);
		return ERR_PTR(-EINVAL);
	}
	skb_record_rx_queue(skb, q->index / 2);
	return skb;
}

static bool uplink_below_max(const struct mdev_net_uplink *up)
{
	return skb_queue_len(&up->frames) < MDEV_NET_UPLINK &&
	       up->bytes < UPLINK_BYTES;
}

/* Is there a way up? If not, mdev_net_tx_poll() will kick the queue. */
static bool uplink_room(struct mdev_net_uplink *up)
{
	bool room;

	spin_lock_bh(&up->frames.lock);
	room = uplink_below_max(up);
	up->blocked = !room;
	spin_unlock_bh(&up->frames.lock);
	return room;
}

static bool uplink_add(struct mdev_net_uplink *up, struct sk_buff_head *frames)
{
	struct sk_buff *skb;
	bool open;

	spin_lock_bh(&up->frames.lock);
	open = up->open;
	while (open && (skb = __skb_dequeue(frames))) {
		up->bytes += skb->len;
		__skb_queue_tail(&up->frames, skb);
	}
	spin_unlock_bh(&up->frames.lock);
	return open;
}

static void drop(struct mdev_net_queue *q, struct sk_buff_head *frames)
{
	u32 nr = skb_queue_len(frames);

	q->stats.drops += nr;
	while (nr--)
		dev_core_stats_rx_dropped_inc(q->net->rep);
	__skb_queue_purge(frames);
}

static void pass_up(struct mdev_net_queue *q, struct sk_buff_head *frames)
{
	if (skb_queue_empty(frames))
		return;
	if (!uplink_add(&q->up, frames)) {
		drop(q, frames);
		return;
	}
	/* The soft interrupt runs here and now. */
	local_bh_disable();
	napi_schedule(&q->up.napi);
	local_bh_enable();
}

/* Returns false if the chain has to wait for its memory. */
static bool take_frame(struct mdev_net_queue *q, struct sk_buff_head *frames,
		       const struct mdev_ring_chain *chain)
{
	struct sk_buff *skb = read_frame(q, chain);

	if (IS_ERR(skb)) {
		if (PTR_ERR(skb) == -EFAULT) {
			mdev_ring_out_missing(&q->ring, chain, chain->out_len);
			return false;
		}
		q->stats.drops++;
		DEV_STATS_INC(q->net->rep, rx_errors);
	} else {
		q->stats.packets++;
		q->stats.bytes += skb->len + ETH_HLEN;
		__skb_queue_tail(frames, skb);
	}
	mdev_ring_push(&q->ring, chain, 0);
	return true;
}

/* Goes on as long as it returns true. The last frame may be longer than @room. */
static bool run_batch(struct mdev_net_queue *q, unsigned int max, u32 room,
		      unsigned int *done)
{
	u64 before = q->stats.bytes;
	struct mdev_ring_chain chain;
	struct sk_buff_head frames;
	bool more = true;
	u32 bytes = 0;

	__skb_queue_head_init(&frames);
	while (max-- && bytes < room) {
		more = mdev_ring_pop(&q->ring, &chain) > 0 &&
		       take_frame(q, &frames, &chain);
		if (!more)
			break;
		bytes += chain.out_len;
		++*done;
	}
	mdev_ring_flush(&q->ring);
	mdev_net_rate_charge(q->net, q->stats.bytes - before);
	pass_up(q, &frames);
	return more;
}

unsigned int mdev_net_tx_run(struct mdev_net_queue *q, unsigned int budget)
{
	unsigned int done = 0;
	u32 room;

	mdev_ring_disable_kick(&q->ring);
	while (done < budget && uplink_room(&q->up)) {
		room = mdev_net_rate_room(q, BATCH_BYTES);
		if (!room)
			break;
		if (run_batch(q, min(budget - done, MDEV_NET_BATCH), room,
			      &done))
			continue;
		if (!mdev_ring_running(&q->ring) ||
		    !mdev_ring_enable_kick(&q->ring))
			break;
		mdev_ring_disable_kick(&q->ring);
	}
	return done;
}

static int poll_frames(struct mdev_net_uplink *up, int budget,
		       struct sk_buff_head *frames)
{
	struct sk_buff *skb;
	int nr = 0;

	spin_lock(&up->frames.lock);
	while (nr < budget && (skb = __skb_dequeue(&up->frames))) {
		up->bytes -= skb->len;
		__skb_queue_tail(frames, skb);
		nr++;
	}
	spin_unlock(&up->frames.lock);
	return nr;
}

static bool poll_unblock(struct mdev_net_uplink *up)
{
	bool unblock;

	spin_lock_bh(&up->frames.lock);
	unblock = up->blocked && uplink_below_max(up);
	if (unblock)
		up->blocked = false;
	spin_unlock_bh(&up->frames.lock);
	return unblock;
}

/*
 * napi_schedule() while this runs makes it run once more, so frames that are
 * added after poll_frames() looked are not forgotten.
 */
int mdev_net_tx_poll(struct napi_struct *napi, int budget)
{
	struct mdev_net_queue *q = container_of(napi, struct mdev_net_queue,
						up.napi);
	struct sk_buff_head frames;
	struct sk_buff *skb;
	int nr;

	/* Netpoll, with interrupts off: there are no transmissions to clean. */
	if (!budget)
		return 0;
	__skb_queue_head_init(&frames);
	nr = poll_frames(&q->up, budget, &frames);
	while ((skb = __skb_dequeue(&frames))) {
		dev_sw_netstats_rx_add(napi->dev, skb->len + ETH_HLEN);
		napi_gro_receive(napi, skb);
	}
	if (poll_unblock(&q->up))
		mdev_ring_work_kick(&q->work);
	if (nr < budget)
		napi_complete_done(napi, nr);
	return nr;
}

void mdev_net_tx_open(struct mdev_net_queue *q)
{
	napi_enable(&q->up.napi);
	spin_lock_bh(&q->up.frames.lock);
	q->up.open = true;
	spin_unlock_bh(&q->up.frames.lock);
}

/* Once it is not open nothing is added, so the list stays empty. */
void mdev_net_tx_close(struct mdev_net_queue *q)
{
	spin_lock_bh(&q->up.frames.lock);
	q->up.open = false;
	spin_unlock_bh(&q->up.frames.lock);
	napi_disable(&q->up.napi);
	skb_queue_purge(&q->up.frames);
	q->up.bytes = 0;
	if (poll_unblock(&q->up))
		mdev_ring_work_kick(&q->work);
}
