// SPDX-License-Identifier: GPL-2.0
/*
 * Receive-side scaling and hash reports (virtio 1.2, sections 5.1.6.5.6 and 5.1.6.5.7):
 * what the driver has set by the control queue. Read for every frame under RCU. There is
 * one writer at a time: the control queue's worker, or the device while that queue is not
 * running.
 */
#include <linux/log2.h>
#include <linux/mdev_parts.h>
#include <linux/slab.h>

#include "hash.h"
#include "mdev_net.h"

/**
 * struct mdev_net_rss - how frames are hashed and spread
 * @rcu: for its end
 * @types: bits of VIRTIO_NET_RSS_HASH_TYPE_ that the driver wants
 * @steer: frames are spread by @table; else as without RSS
 * @alone: all of @table is @unclassified, so that no hash is needed to look there
 * @mask: number of entries in @table, less 1
 * @unclassified: pair for frames that have no hash
 * @max_tx: transmit queues that the driver uses
 * @key_len: bytes of @key that the driver has set; the others are 0
 * @key: of the hash
 * @table: pairs
 * @toeplitz: @key made ready
 */
struct mdev_net_rss {
	struct rcu_head rcu;
	u32 types;
	bool steer;
	bool alone;
	u16 mask;
	u16 unclassified;
	u16 max_tx;
	u8 key_len;
	u8 key[MDEV_NET_HASH_KEY];
	u16 table[MDEV_NET_RSS_TABLE];
	struct mdev_net_toeplitz toeplitz;
};

/* The pair that the driver wants the frame in, or -1 if it leaves that to the device. */
int mdev_net_rss_select(struct mdev_net *net, const struct sk_buff *skb)
{
	const struct mdev_net_rss *rss;
	int pair = -1;
	u32 hash;

	rcu_read_lock();
	rss = rcu_dereference(net->rss);
	if (rss && rss->steer)
		pair = !rss->alone && mdev_net_hash(&rss->toeplitz, rss->types,
						    skb, &hash) ?
		       rss->table[hash & rss->mask] : rss->unclassified;
	rcu_read_unlock();
	return pair;
}

/* With VIRTIO_NET_F_HASH_REPORT. */
void mdev_net_rss_report(struct mdev_net *net, const struct sk_buff *skb,
			 struct virtio_net_hdr_v1_hash *hdr)
{
	u16 report = VIRTIO_NET_HASH_REPORT_NONE;
	const struct mdev_net_rss *rss;
	u32 hash = 0;

	rcu_read_lock();
	rss = rcu_dereference(net->rss);
	if (rss)
		report = mdev_net_hash(&rss->toeplitz, rss->types, skb, &hash);
	rcu_read_unlock();
	hdr->hash_value = cpu_to_le32(hash);
	hdr->hash_report = cpu_to_le16(report);
	hdr->padding = 0;
}

static struct mdev_net_rss *rss_get(struct mdev_net *net)
{
	return rcu_dereference_protected(net->rss, true);
}

static void rss_replace(struct mdev_net *net, struct mdev_net_rss *rss)
{
	struct mdev_net_rss *old = rss_get(net);

	rcu_assign_pointer(net->rss, rss);
	kfree_rcu(old, rcu);
}

void mdev_net_rss_disable(struct mdev_net *net)
{
	rss_replace(net, NULL);
}

/*
 * Both commands end by the key, but for a byte of padding that Linux' driver adds, so what
 * follows is not looked at.
 */
static int read_key(struct iov_iter *from, struct mdev_net_rss *rss)
{
	int err;

	err = mdev_net_ctrl_read(from, &rss->key_len, sizeof(rss->key_len));
	if (err)
		return err;
	if (rss->key_len > MDEV_NET_HASH_KEY || (rss->types && !rss->key_len))
		return -EINVAL;
	return mdev_net_ctrl_read(from, rss->key, rss->key_len);
}

static int read_types(struct iov_iter *from, struct mdev_net_rss *rss)
{
	__le32 types;
	int err;

	err = mdev_net_ctrl_read(from, &types, sizeof(types));
	if (err)
		return err;
	rss->types = le32_to_cpu(types);
	return rss->types & ~MDEV_NET_HASH_TYPES ? -EINVAL : 0;
}

static int read_table(struct iov_iter *from, struct mdev_net_rss *rss)
{
	__le16 head[2], table[MDEV_NET_RSS_TABLE], max_tx;
	unsigned int i;
	int err;

	err = mdev_net_ctrl_read(from, head, sizeof(head));
	if (err)
		return err;
	rss->mask = le16_to_cpu(head[0]);
	rss->unclassified = le16_to_cpu(head[1]);
	if (rss->mask >= MDEV_NET_RSS_TABLE)
		return -EINVAL;
	err = mdev_net_ctrl_read(from, table,
				 (rss->mask + 1) * sizeof(table[0]));
	if (!err)
		err = mdev_net_ctrl_read(from, &max_tx, sizeof(max_tx));
	if (err)
		return err;
	for (i = 0; i <= rss->mask; i++)
		rss->table[i] = le16_to_cpu(table[i]);
	rss->max_tx = le16_to_cpu(max_tx);
	return 0;
}

/* The last pair that frames can go to. */
static u16 last_pair(const struct mdev_net_rss *rss)
{
	u16 last = rss->unclassified;
	unsigned int i;

	for (i = 0; i <= rss->mask; i++)
		last = max(last, rss->table[i]);
	return last;
}

static bool is_alone(const struct mdev_net_rss *rss)
{
	unsigned int i;

	for (i = 0; i <= rss->mask; i++) {
		if (rss->table[i] != rss->unclassified)
			return false;
	}
	return true;
}

static bool table_valid(const struct mdev_net *net,
			const struct mdev_net_rss *rss)
{
	return rss->mask < MDEV_NET_RSS_TABLE &&
	       is_power_of_2(rss->mask + 1) &&
	       last_pair(rss) < net->pairs &&
	       rss->max_tx >= 1 && rss->max_tx <= net->pairs;
}

/* Returns how many pairs get frames from now on, or an error. */
int mdev_net_rss_config(struct mdev_net *net, struct iov_iter *from)
{
	struct mdev_net_rss *rss;
	int err;

	rss = kzalloc(sizeof(*rss), GFP_KERNEL_ACCOUNT);
	if (!rss)
		return -ENOMEM;
	rss->steer = true;
	err = read_types(from, rss) ?: read_table(from, rss) ?:
	      read_key(from, rss);
	if (!err && !table_valid(net, rss))
		err = -EINVAL;
	if (err) {
		kfree(rss);
		return err;
	}
	mdev_net_toeplitz_init(&rss->toeplitz, rss->key);
	rss->alone = is_alone(rss);
	/* What is spread over more is not dropped there. */
	if (last_pair(rss) >= net->active_pairs)
		WRITE_ONCE(net->active_pairs, last_pair(rss) + 1);
	rss_replace(net, rss);
	return last_pair(rss) + 1;
}

static struct mdev_net_rss *rss_copy(struct mdev_net *net)
{
	struct mdev_net_rss *old = rss_get(net);

	return old ? kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT) :
		     kzalloc(sizeof(*old), GFP_KERNEL_ACCOUNT);
}

/* Hash and key alone; frames are spread as before. */
int mdev_net_rss_hash_config(struct mdev_net *net, struct iov_iter *from)
{
	struct mdev_net_rss *rss = rss_copy(net);
	__le16 reserved[4];
	int err;

	if (!rss)
		return -ENOMEM;
	memset(rss->key, 0, sizeof(rss->key));
	err = read_types(from, rss) ?:
	      mdev_net_ctrl_read(from, reserved, sizeof(reserved)) ?:
	      read_key(from, rss);
	if (err) {
		kfree(rss);
		return err;
	}
	mdev_net_toeplitz_init(&rss->toeplitz, rss->key);
	rss_replace(net, rss);
	return 0;
}

/* The driver wants frames spread as without RSS. They are hashed as before. */
int mdev_net_rss_unsteer(struct mdev_net *net)
{
	struct mdev_net_rss *rss = rss_get(net);

	if (!rss || !rss->steer)
		return 0;
	rss = rss_copy(net);
	if (!rss)
		return -ENOMEM;
	rss->steer = false;
	rss_replace(net, rss);
	return 0;
}

/* Migration. */

void mdev_net_rss_put_part(struct mdev_net *net, struct mdev_parts *parts)
{
	const struct mdev_net_rss *rss = rss_get(net);
	struct mdev_net_part_rss part = {};
	unsigned int i;

	if (!rss)
		return;
	part.types = cpu_to_le32(rss->types);
	part.mask = cpu_to_le16(rss->mask);
	part.unclassified = cpu_to_le16(rss->unclassified);
	part.max_tx = cpu_to_le16(rss->max_tx);
	part.steer = rss->steer;
	part.key_len = rss->key_len;
	memcpy(part.key, rss->key, sizeof(part.key));
	for (i = 0; i < MDEV_NET_RSS_TABLE; i++)
		part.table[i] = cpu_to_le16(rss->table[i]);
	mdev_parts_put(parts, MDEV_NET_PART_RSS, &part, sizeof(part));
}

/* Only what the driver can have asked for. */
static bool part_valid(struct mdev_net *net, const struct mdev_net_rss *rss)
{
	unsigned int bit = rss->steer ? VIRTIO_NET_F_RSS :
					VIRTIO_NET_F_HASH_REPORT;
	bool may = mdev_net_negotiated(net, bit) ||
		   mdev_net_negotiated(net, VIRTIO_NET_F_RSS);

	return may && !(rss->types & ~MDEV_NET_HASH_TYPES) &&
	       rss->key_len <= MDEV_NET_HASH_KEY &&
	       (rss->key_len || !rss->types) &&
	       !memchr_inv(rss->key + rss->key_len, 0,
			   MDEV_NET_HASH_KEY - rss->key_len) &&
	       (!rss->steer || table_valid(net, rss));
}

static void read_part(struct mdev_net_rss *rss,
		      const struct mdev_net_part_rss *part)
{
	unsigned int i;

	rss->types = le32_to_cpu(part->types);
	rss->mask = le16_to_cpu(part->mask);
	rss->unclassified = le16_to_cpu(part->unclassified);
	rss->max_tx = le16_to_cpu(part->max_tx);
	rss->steer = part->steer;
	rss->key_len = part->key_len;
	memcpy(rss->key, part->key, sizeof(rss->key));
	for (i = 0; i < MDEV_NET_RSS_TABLE; i++)
		rss->table[i] = le16_to_cpu(part->table[i]);
}

int mdev_net_rss_set_part(struct mdev_net *net, const void *data, u32 len)
{
	const struct mdev_net_part_rss *part = data;
	struct mdev_net_rss *rss;

	if (len != sizeof(*part) || part->steer > 1)
		return -EINVAL;
	rss = kzalloc(sizeof(*rss), GFP_KERNEL_ACCOUNT);
	if (!rss)
		return -ENOMEM;
	read_part(rss, part);
	if (!part_valid(net, rss)) {
		kfree(rss);
		return -EINVAL;
	}
	mdev_net_toeplitz_init(&rss->toeplitz, rss->key);
	rss->alone = rss->steer && is_alone(rss);
	rss_replace(net, rss);
	return 0;
}
