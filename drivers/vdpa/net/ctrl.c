// SPDX-License-Identifier: GPL-2.0
/*
 * Control virtqueue (virtio 1.2, section 5.1.6.5).
 */
#include "mdev_net.h"

static int ctrl_rx(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	unsigned int bit = VIRTIO_NET_F_CTRL_RX;
	int err;
	u8 on;

	if (cmd > VIRTIO_NET_CTRL_RX_NOBCAST)
		return -EOPNOTSUPP;
	if (cmd > VIRTIO_NET_CTRL_RX_ALLMULTI)
		bit = VIRTIO_NET_F_CTRL_RX_EXTRA;
	if (!mdev_net_negotiated(net, bit))
		return -EOPNOTSUPP;
	err = mdev_net_ctrl_read(from, &on, sizeof(on));
	if (err)
		return err;
	return mdev_net_filter_set_mode(net, cmd, on);
}

static int ctrl_mac_addr(struct mdev_net *net, struct iov_iter *from)
{
	u8 mac[ETH_ALEN] __aligned(2);
	int err;

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_MAC_ADDR))
		return -EOPNOTSUPP;
	err = mdev_net_ctrl_read(from, mac, sizeof(mac));
	if (err)
		return err;
	if (!is_valid_ether_addr(mac))
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

static int ctrl_vlan(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	__le16 vid;
	int err;

	if (cmd > VIRTIO_NET_CTRL_VLAN_DEL ||
	    !mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_VLAN))
		return -EOPNOTSUPP;
	err = mdev_net_ctrl_read_last(from, &vid, sizeof(vid));
	if (err)
		return err;
	return mdev_net_vlan_set(net, le16_to_cpu(vid),
				 cmd == VIRTIO_NET_CTRL_VLAN_ADD);
}

static int ctrl_announce(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	if (cmd != VIRTIO_NET_CTRL_ANNOUNCE_ACK ||
	    !mdev_net_negotiated(net, VIRTIO_NET_F_GUEST_ANNOUNCE))
		return -EOPNOTSUPP;
	if (iov_iter_count(from))
		return -EINVAL;
	mdev_net_announce_ack(net);
	return 0;
}

/* Both commands have the same two numbers, in this order. */
static int ctrl_coal(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	struct virtio_net_ctrl_coal coal;
	int err;

	if (cmd > VIRTIO_NET_CTRL_NOTF_COAL_RX_SET ||
	    !mdev_net_negotiated(net, VIRTIO_NET_F_NOTF_COAL))
		return -EOPNOTSUPP;
	err = mdev_net_ctrl_read_last(from, &coal, sizeof(coal));
	if (err)
		return err;
	mdev_net_coal_set(net, cmd == VIRTIO_NET_CTRL_NOTF_COAL_TX_SET,
			  le32_to_cpu(coal.max_usecs),
			  le32_to_cpu(coal.max_packets));
	return 0;
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

/* Either of them decides how frames are spread, until the next one comes. */
static int ctrl_pairs(struct mdev_net *net, struct iov_iter *from)
{
	__le16 value;
	u16 pairs;
	int err;

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_MQ) &&
	    !mdev_net_negotiated(net, VIRTIO_NET_F_RSS))
		return -EOPNOTSUPP;
	err = mdev_net_ctrl_read(from, &value, sizeof(value));
	if (err)
		return err;
	pairs = le16_to_cpu(value);
	if (pairs < VIRTIO_NET_CTRL_MQ_VQ_PAIRS_MIN || pairs > net->pairs)
		return -EINVAL;
	err = mdev_net_rss_unsteer(net);
	if (!err)
		set_pairs(net, pairs);
	return err;
}

static int ctrl_rss(struct mdev_net *net, struct iov_iter *from)
{
	int pairs;

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_RSS))
		return -EOPNOTSUPP;
	pairs = mdev_net_rss_config(net, from);
	if (pairs < 0)
		return pairs;
	set_pairs(net, pairs);
	return 0;
}

/*
 * A driver that wants fewer may not expect what it has given up, so wait until the frames
 * that are being delivered are.
 */
static void set_offloads(struct mdev_net *net, u64 offloads)
{
	struct mdev_net_queue *q;
	unsigned int i;

	WRITE_ONCE(net->guest_offloads, offloads);
	for (i = 0; i < mdev_net_pairs(net); i++) {
		q = mdev_net_rxq(net, i);
		mutex_lock_nested(&q->lock, SINGLE_DEPTH_NESTING);
		mutex_unlock(&q->lock);
	}
}

static int ctrl_offloads(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	__le64 value;
	u64 offloads;
	int err;

	if (cmd != VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET ||
	    !mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS))
		return -EOPNOTSUPP;
	err = mdev_net_ctrl_read(from, &value, sizeof(value));
	if (err)
		return err;
	offloads = le64_to_cpu(value);
	if (!mdev_net_offloads_valid(net, offloads))
		return -EINVAL;
	set_offloads(net, offloads);
	return 0;
}

static int ctrl_mq(struct mdev_net *net, u8 cmd, struct iov_iter *from)
{
	switch (cmd) {
	case VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET:
		return ctrl_pairs(net, from);
	case VIRTIO_NET_CTRL_MQ_RSS_CONFIG:
		return ctrl_rss(net, from);
	case VIRTIO_NET_CTRL_MQ_HASH_CONFIG:
		if (!mdev_net_negotiated(net, VIRTIO_NET_F_HASH_REPORT))
			return -EOPNOTSUPP;
		return mdev_net_rss_hash_config(net, from);
	default:
		return -EOPNOTSUPP;
	}
}

static int execute(struct mdev_net *net, struct iov_iter *from)
{
	struct virtio_net_ctrl_hdr hdr;
	int err;

	err = mdev_net_ctrl_read(from, &hdr, sizeof(hdr));
	if (err)
		return err;
	switch (hdr.class) {
	case VIRTIO_NET_CTRL_RX:
		return ctrl_rx(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_MAC:
		return ctrl_mac(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_VLAN:
		return ctrl_vlan(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_ANNOUNCE:
		return ctrl_announce(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_MQ:
		return ctrl_mq(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_NOTF_COAL:
		return ctrl_coal(net, hdr.cmd, from);
	case VIRTIO_NET_CTRL_GUEST_OFFLOADS:
		return ctrl_offloads(net, hdr.cmd, from);
	default:
		return -EOPNOTSUPP;
	}
}

/*
 * The place for the answer is tried before a command is executed. Should it be
 * missing afterwards, the command is executed once more, which changes nothing:
 * commands set things.
 */
static bool answer(struct mdev_net_queue *q,
		   const struct mdev_ring_chain *chain, virtio_net_ctrl_ack ack)
{
	struct iov_iter to;

	mdev_ring_in_iter(&q->ring, chain, 1, &to);
	if (copy_to_iter(&ack, sizeof(ack), &to) == sizeof(ack))
		return true;
	mdev_ring_in_missing(&q->ring, chain, 1, sizeof(ack));
	return false;
}

/*
 * A command without room for its answer is not executed. Returns false if it has
 * to wait for its memory.
 */
static bool run_command(struct mdev_net_queue *q,
			const struct mdev_ring_chain *chain)
{
	bool room = chain->in_len;
	struct iov_iter from;
	int err = -EINVAL;

	if (room) {
		if (!answer(q, chain, VIRTIO_NET_ERR))
			return false;
		mdev_ring_out_iter(&q->ring, chain, &from);
		err = execute(q->net, &from);
		if (err == -EFAULT) {
			mdev_ring_out_missing(&q->ring, chain, chain->out_len -
					      iov_iter_count(&from));
			return false;
		}
		if (!err && !answer(q, chain, VIRTIO_NET_OK))
			return false;
	}
	q->stats.commands++;
	if (err)
		q->stats.failed++;
	mdev_ring_push(&q->ring, chain,
		       room ? sizeof(virtio_net_ctrl_ack) : 0);
	return true;
}

/* Each command is answered at once: the driver spins until it is. */
unsigned int mdev_net_ctrl_run(struct mdev_net_queue *q, unsigned int budget)
{
	struct mdev_ring_chain chain;
	unsigned int done = 0;

	while (done < budget) {
		if (mdev_ring_pop(&q->ring, &chain) > 0) {
			if (!run_command(q, &chain))
				break;
			mdev_ring_flush(&q->ring);
			done++;
		} else if (!mdev_ring_running(&q->ring) ||
			   !mdev_ring_enable_kick(&q->ring)) {
			break;
		}
	}
	return done;
}
