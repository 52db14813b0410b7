// SPDX-License-Identifier: GPL-2.0
/*
 * From the representor to the driver: one copy from an skb into the buffers of
 * a receive queue.
 */
#include <linux/sizes.h>
#include <linux/uio.h>
#include <net/checksum.h>
#include <net/gso.h>

#include "mdev_net.h"

/*
 * Buffers that one frame may be spread over: the longest takes 43 of those that hold a frame
 * of 1514 bytes.
 */
#define CHAINS_MAX	64
/* Bytes that are delivered before the driver is told. */
#define BATCH_BYTES	SZ_256K
/* Where a frame is cut here, its segments still lack their checksums. */
#define SEGMENT_FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
			  NETIF_F_HW_CSUM)

/* What one run has done. Filtered frames have left the representor, too. */
struct rx_run {
	struct mdev_net_queue *q;
	unsigned int packets;
	unsigned int bytes;
	unsigned int filtered;
	unsigned int filtered_bytes;
	bool starved;		/* the next frame waits for buffers */
};

static void drop(struct mdev_net_queue *q, struct sk_buff *skb)
{
	q->stats.drops++;
	dev_core_stats_tx_dropped_inc(q->net->rep);
	kfree_skb(skb);
}

/*
 * The representor stops its queue when the backlog is full, then looks again;
 * here frames are taken out, or it is found that the driver takes none, then
 * the queue is looked at. With a full barrier in both, one of them sees what
 * the other did. Somebody else may wake the queue meanwhile, and frames be added,
 * so the producer's index is read under its lock. With bottom halves enabled again
 * transmission goes on at once.
 */
static void wake_representor(struct mdev_net_queue *q)
{
	struct netdev_queue *txq = mdev_net_rep_txq(q);

	smp_mb(); /* pairs with stop_if_full() in rep.c */
	if (likely(!netif_tx_queue_stopped(txq)))
		return;
	__netif_tx_lock_bh(txq);
	if (!__ptr_ring_full(&q->backlog) || q->starved)
		netif_tx_wake_queue(txq);
	__netif_tx_unlock_bh(txq);
}

/*
 * The driver takes no frames for now. What waits is kept, but senders are not
 * held up for a time that is the driver's to choose: further frames are dropped.
 */
void mdev_net_rx_starve(struct mdev_net_queue *q)
{
	lockdep_assert_held(&q->lock);
	WRITE_ONCE(q->starved, true);
	wake_representor(q);
}

/* The first one that waits stays there until it is taken. */
static struct sk_buff *next_frame(struct mdev_net_queue *q)
{
	return q->segments ?: __ptr_ring_peek(&q->backlog);
}

static void take_frame(struct mdev_net_queue *q, struct sk_buff *skb)
{
	if (skb == q->segments) {
		q->segments = skb->next;
		skb_mark_not_on_list(skb);
	} else {
		__ptr_ring_discard_one(&q->backlog);
	}
}

/* Drop the backlog. Without it, and a ring that runs, nothing looks at it any more. */
void mdev_net_rx_purge(struct mdev_net_queue *q)
{
	struct sk_buff *skb;

	lockdep_assert_held(&q->lock);
	timer_delete_sync(&q->stuck_timer);
	q->stuck_since = 0;
	while ((skb = next_frame(q))) {
		take_frame(q, skb);
		drop(q, skb);
	}
	WRITE_ONCE(q->starved, false);
	wake_representor(q);
}

/*
 * Checksums are left to the device end, so that the sender does not pay. The
 * data is read once here and once by the copy; were it changed in between by
 * someone who shares the pages, the driver finds the checksum wrong.
 */
static bool fill_checksum(struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb);
	int at = start + skb->csum_offset;
	__sum16 sum;

	if (skb_ensure_writable(skb, at + sizeof(sum)))
		return false;
	sum = csum_fold(skb_checksum(skb, start, skb->len - start, 0));
	*(__sum16 *)(skb->data + at) = sum ?: CSUM_MANGLED_0;
	skb->ip_summed = CHECKSUM_NONE;
	return true;
}

static bool frame_valid(struct mdev_net_queue *q, struct sk_buff *skb)
{
	u32 max = q->net->frame_max;

	if (!pskb_may_pull(skb, ETH_HLEN) || skb->len > MDEV_NET_FRAME_MAX)
		return false;
	return skb_is_gso(skb) ? skb_gso_validate_mac_len(skb, max) :
				 skb->len <= max;
}

static bool frame_wanted(struct mdev_net_queue *q, const struct sk_buff *skb)
{
	return mdev_net_filter_match(q->net, skb->data) &&
	       mdev_net_vlan_match(q->net, skb);
}

/*
 * The driver does not take the frame whole, or any more: its segments come next. Returns
 * false if there is no way to cut it.
 */
static bool cut_frame(struct mdev_net_queue *q, struct sk_buff *skb)
{
	struct sk_buff *segments = skb_gso_segment(skb, SEGMENT_FEATURES);

	if (IS_ERR_OR_NULL(segments))
		return false;
	q->segments = segments;
	return true;
}

static unsigned int chains_max(struct mdev_net_queue *q)
{
	if (!mdev_net_negotiated(q->net, VIRTIO_NET_F_MRG_RXBUF))
		return 1;
	return min(q->num, CHAINS_MAX);
}

/*
 * Take buffers for @len bytes. Returns how many; -EAGAIN if the driver has to
 * add some first or memory is missing, -EMSGSIZE if it would never fit, other errors if the ring is
 * broken. On error none is taken.
 */
static int take_chains(struct mdev_net_queue *q, struct mdev_ring_chain *chains,
		       u32 len)
{
	unsigned int max = chains_max(q);
	unsigned int nr = 0;
	u64 room = 0;
	int ret;

	while (room < len) {
		ret = nr < max ? mdev_ring_pop(&q->ring, &chains[nr]) :
				 -EMSGSIZE;
		if (ret <= 0) {
			mdev_ring_unpop(&q->ring, nr);
			return ret ?: -EAGAIN;
		}
		room += chains[nr++].in_len;
	}
	return nr;
}

static bool write_frame(struct mdev_net_queue *q, struct sk_buff *skb,
			u64 offloads, unsigned int nr, struct iov_iter *to)
{
	size_t len = q->net->hdr_len;
	union mdev_net_hdr hdr;

	mdev_net_offload_to_driver(offloads, skb, &hdr);
	hdr.hash.hdr.num_buffers = (__force __virtio16)cpu_to_le16(nr);
	if (len == sizeof(hdr.hash))
		mdev_net_rss_report(q->net, skb, &hdr.hash);
	return copy_to_iter(&hdr, len, to) == len &&
	       !skb_copy_datagram_iter(skb, 0, to, skb->len);
}

static void push_chains(struct mdev_net_queue *q,
			const struct mdev_ring_chain *chains, unsigned int nr,
			u32 len)
{
	unsigned int i;
	u32 part;

	for (i = 0; i < nr; i++) {
		part = min(len, chains[i].in_len);
		mdev_ring_push(&q->ring, &chains[i], part);
		len -= part;
	}
}

/*
 * Returns 0, -EMSGSIZE if the frame cannot be delivered, -EAGAIN for want of
 * buffers, other errors if the ring is broken.
 */
static int deliver(struct mdev_net_queue *q, struct sk_buff *skb, u64 offloads)
{
	u32 len = q->net->hdr_len + skb->len;
	struct mdev_ring_chain chains[CHAINS_MAX];
	struct iov_iter to;
	int nr;

	nr = take_chains(q, chains, len);
	if (nr < 0)
		return nr == -ENOBUFS ? -EMSGSIZE : nr;
	mdev_ring_in_iter(&q->ring, chains, nr, &to);
	/* Receive buffers have nothing for the device to read in between. */
	if (iov_iter_count(&to) < len) {
		mdev_ring_break(&q->ring, -EPROTO);
		return -EPROTO;
	}
	/* The room is there, so its memory is missing. */
	if (!write_frame(q, skb, offloads, nr, &to)) {
		mdev_ring_in_missing(&q->ring, chains, nr, len);
		return -EAGAIN;
	}
	push_chains(q, chains, nr, len);
	return 0;
}

/* As above. */
static int try_frame(struct mdev_net_queue *q, struct sk_buff *skb)
{
	u64 offloads = READ_ONCE(q->net->guest_offloads);

	if (skb_is_gso(skb)) {
		if (!mdev_net_offload_takes(offloads, skb))
			return -EMSGSIZE;
	} else if (skb->ip_summed == CHECKSUM_PARTIAL &&
		   !(offloads & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM)) &&
		   !fill_checksum(skb)) {
		return -EMSGSIZE;
	}
	return deliver(q, skb, offloads);
}

static void filter_frame(struct rx_run *run, struct sk_buff *skb)
{
	run->filtered++;
	run->filtered_bytes += skb->len;
	take_frame(run->q, skb);
	consume_skb(skb);
}

static void drop_frame(struct mdev_net_queue *q, struct sk_buff *skb)
{
	take_frame(q, skb);
	drop(q, skb);
}

/* How long a long frame waits for buffers that it fits. */
#define STUCK	(HZ / 50 ?: 1)

/* Takes no lock, so it can be waited for under that of the queue. */
static void look_again(struct timer_list *timer)
{
	struct mdev_net_queue *q = from_timer(q, timer, stuck_timer);

	mdev_ring_work_kick(&q->work);
}

void mdev_net_rx_init(struct mdev_net_queue *q)
{
	timer_setup(&q->stuck_timer, look_again, 0);
}

/*
 * A driver may have added all the buffers that it ever has at a time, and not be kicked by
 * anything: a frame that is longer than they are would wait for ever. It is cut when there
 * are no more of them after a while.
 */
static bool is_stuck(struct mdev_net_queue *q)
{
	u16 seen = mdev_ring_seen(&q->ring);

	if (q->stuck_since && q->stuck == seen)
		return time_after(jiffies, q->stuck_since + STUCK);
	q->stuck = seen;
	q->stuck_since = jiffies ?: 1;
	mod_timer(&q->stuck_timer, jiffies + STUCK + 1);
	return false;
}

/* Returns false when the frame has to wait. */
static bool run_frame(struct rx_run *run, struct sk_buff *skb)
{
	struct mdev_net_queue *q = run->q;
	int err;

	if (!frame_valid(q, skb)) {
		drop_frame(q, skb);
		return true;
	}
	if (!frame_wanted(q, skb)) {
		filter_frame(run, skb);
		return true;
	}
	err = try_frame(q, skb);
	if (err == -EAGAIN && skb_is_gso(skb) && is_stuck(q))
		err = -EMSGSIZE;
	if (err && err != -EMSGSIZE)
		return false;
	q->stuck_since = 0;
	if (err && (!skb_is_gso(skb) || !cut_frame(q, skb))) {
		drop_frame(q, skb);
		return true;
	}
	if (!err) {
		run->packets++;
		run->bytes += skb->len;
	}
	take_frame(q, skb);
	consume_skb(skb);
	return true;
}

/* Goes on as long as it returns true. */
static bool run_batch(struct rx_run *run, unsigned int max, unsigned int *done)
{
	struct mdev_net_queue *q = run->q;
	unsigned int start = run->bytes;
	struct sk_buff *skb;
	bool more = true;

	while (max-- && run->bytes - start < BATCH_BYTES) {
		skb = next_frame(q);
		run->starved = skb && !run_frame(run, skb);
		more = skb && !run->starved;
		if (!more)
			break;
		++*done;
	}
	mdev_ring_flush(&q->ring);
	return more;
}

static void count(struct rx_run *run)
{
	struct mdev_net_queue *q = run->q;

	q->stats.packets += run->packets;
	q->stats.bytes += run->bytes;
	q->stats.filtered += run->filtered;
	local_bh_disable();
	dev_sw_netstats_tx_add(q->net->rep, run->packets + run->filtered,
			       run->bytes + run->filtered_bytes);
	local_bh_enable();
}

/* Goes on as long as it returns true. */
static bool run_more(struct rx_run *run, unsigned int max, unsigned int *done)
{
	struct mdev_net_queue *q = run->q;

	if (run_batch(run, max, done))
		return true;
	if (!run->starved || !mdev_ring_running(&q->ring))
		return false;
	if (!mdev_ring_enable_kick(&q->ring)) {
		mdev_net_rx_starve(q);
		return false;
	}
	mdev_ring_disable_kick(&q->ring);
	return true;
}

unsigned int mdev_net_rx_run(struct mdev_net_queue *q, unsigned int budget)
{
	struct rx_run run = { .q = q };
	unsigned int done = 0;

	if (q->index / 2 >= READ_ONCE(q->net->active_pairs)) {
		mdev_net_rx_purge(q);
		return 0;
	}
	mdev_ring_disable_kick(&q->ring);
	WRITE_ONCE(q->starved, false);
	while (done < budget &&
	       run_more(&run, min(budget - done, MDEV_NET_BATCH), &done))
		wake_representor(q);
	wake_representor(q);
	count(&run);
	return done;
}
