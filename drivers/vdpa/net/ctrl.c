// SPDX-License-Identifier: GPL-2.0
/*
 * Control virtqueue (virtio 1.2, section 5.1.6.5).
 */
#include <linux/uio.h>

#include "mdev_net.h"

static int ctrl_rx(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	unsigned int bit = VIRTIO_NET_F_CTRL_RX;
	u8 on;

	if (cmd > VIRTIO_NET_CTRL_RX_NOBCAST)
		return -EOPNOTSUPP;
	if (cmd > VIRTIO_NET_CTRL_RX_ALLMULTI)
		bit = VIRTIO_NET_F_CTRL_RX_EXTRA;
	if (!mdev_net_negotiated(net, bit))
		return -EOPNOTSUPP;
	if (!copy_from_iter_full(&on, sizeof(on), from))
		return -EINVAL;
	return mdev_net_filter_set_mode(net, cmd, on);
}

static int ctrl_mac_addr(struct mdev_net *net, struct iov_iter *from)
{
	u8 mac[ETH_ALEN] __aligned(2);

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_MAC_ADDR))
		return -EOPNOTSUPP;
	if (!copy_from_iter_full(mac, sizeof(mac), from) ||
	    !is_valid_ether_addr(mac))
		return -EINVAL;
	mdev_net_config_set_mac(net, mac);
	return 0;
}

static int ctrl_mac(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	switch (cmd) {
	case VIRTIO_NET_CTRL_MAC_TABLE_SET:
		if (!mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_RX))
			return -EOPNOTSUPP;
		return mdev_net_filter_set_table(net, from);
	case VIRTIO_NET_CTRL_MAC_ADDR_SET:
		return ctrl_mac_addr(net, from);
	default:
		return -EOPNOTSUPP;
	}
}

/*
 * Once the command is answered no frame may reach a queue above @pairs: wait
 * until those that are being run have seen the new number. The kick drops what
 * they had in their backlogs.
 */
static void set_pairs(struct mdev_net *net, u16 pairs)
{
	struct mdev_net_queue *q;
	unsigned int i;

	WRITE_ONCE(net->active_pairs, pairs);
	for (i = pairs; i < net->pairs; i++) {
		q = mdev_net_rxq(net, i);
		mutex_lock_nested(&q->lock, SINGLE_DEPTH_NESTING);
		mutex_unlock(&q->lock);
		mdev_ring_work_kick(&q->work);
	}
}

static int ctrl_mq(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	__le16 value;
	u16 pairs;

	if (cmd != VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET ||
	    !mdev_net_negotiated(net, VIRTIO_NET_F_MQ))
		return -EOPNOTSUPP;
	if (!copy_from_iter_full(&value, sizeof(value), from))
		return -EINVAL;
	pairs = le16_to_cpu(value);
	if (pairs < VIRTIO_NET_CTRL_MQ_VQ_PAIRS_MIN || pairs > net->pairs)
		return -EINVAL;
	set_pairs(net, pairs);
	return 0;
}

static int execute(struct mdev_net *net, struct iov_iter *from)
{
	struct virtio_net_ctrl_hdr hdr;

	if (!copy_from_iter_full(&hdr, sizeof(hdr), from))
		return -EINVAL;
	switch (hdr.class) {
	case VIRTIO_NET_CTRL_RX:
		return ctrl_rx(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_MAC:
		return ctrl_mac(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_MQ:
		return ctrl_mq(net, hdr.cmd, from);
	default:
		return -EOPNOTSUPP;
	}
}

/* A command without room for its answer is not executed. */
static void run_command(struct mdev_net_queue *q,
			const struct mdev_ring_chain *chain)
{
	virtio_net_ctrl_ack ack = VIRTIO_NET_ERR;
	struct iov_iter from, to;
	size_t written;

	mdev_ring_out_iter(&q->ring, chain, &from);
	mdev_ring_in_iter(&q->ring, chain, 1, &to);
	if (iov_iter_count(&to) && !execute(q->net, &from))
		ack = VIRTIO_NET_OK;
	written = copy_to_iter(&ack, sizeof(ack), &to);
	q->stats.commands++;
	if (ack != VIRTIO_NET_OK)
		q->stats.failed++;
	mdev_ring_push(&q->ring, chain, written);
}

/* Each command is answered at once: the driver spins until it is. */
unsigned int mdev_net_ctrl_run(struct mdev_net_queue *q, unsigned int budget)
{
	struct mdev_ring_chain chain;
	unsigned int done = 0;

	while (done < budget) {
		if (mdev_ring_pop(&q->ring, &chain) > 0) {
			run_command(q, &chain);
			mdev_ring_flush(&q->ring);
			done++;
		} else if (!mdev_ring_running(&q->ring) ||
			   !mdev_ring_enable_kick(&q->ring)) {
			break;
		}
	}
	return done;
}
