// SPDX-License-Identifier: GPL-2.0
/*
 * Which frames the driver wants (virtio 1.2, sections 5.1.6.5.1 and 5.1.6.5.2).
 * Read for every frame under RCU. There is one writer at a time: the control
 * queue's worker, or the device while that queue is not running.
 */
#include <linux/mdev_parts.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "mdev_net.h"

static bool mode(const struct mdev_net_filter *filter, unsigned int cmd)
{
	return filter->mode & BIT(cmd);
}

static bool in_table(const u8 (*table)[ETH_ALEN], unsigned int nr,
		     const u8 *dest)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (ether_addr_equal(table[i], dest))
			return true;
	}
	return false;
}

static bool match_multicast(const struct mdev_net_filter *filter,
			    const u8 *dest)
{
	if (is_broadcast_ether_addr(dest))
		return !mode(filter, VIRTIO_NET_CTRL_RX_NOBCAST);
	if (mode(filter, VIRTIO_NET_CTRL_RX_NOMULTI))
		return false;
	return mode(filter, VIRTIO_NET_CTRL_RX_ALLMULTI) ||
	       filter->all_multicast ||
	       in_table(filter->multicast, filter->nr_multicast, dest);
}

/* A device without an address of its own cannot tell what is for it. */
static bool match_own(struct mdev_net *net, const u8 *dest)
{
	u64 own = atomic64_read(&net->config_mac);
	u64 mac = ether_addr_to_u64(dest);

	return !own || own == mac || atomic64_read(&net->driver_mac) == mac;
}

static bool match_unicast(struct mdev_net *net,
			  const struct mdev_net_filter *filter, const u8 *dest)
{
	if (mode(filter, VIRTIO_NET_CTRL_RX_NOUNI))
		return false;
	return mode(filter, VIRTIO_NET_CTRL_RX_ALLUNI) ||
	       filter->all_unicast || match_own(net, dest) ||
	       in_table(filter->unicast, filter->nr_unicast, dest);
}

static bool match(struct mdev_net *net, const struct mdev_net_filter *filter,
		  const u8 *dest)
{
	if (!filter || mode(filter, VIRTIO_NET_CTRL_RX_PROMISC))
		return true;
	if (is_multicast_ether_addr(dest))
		return match_multicast(filter, dest);
	return match_unicast(net, filter, dest);
}

bool mdev_net_filter_match(struct mdev_net *net, const u8 *dest)
{
	bool wanted;

	rcu_read_lock();
	wanted = match(net, rcu_dereference(net->filter), dest);
	rcu_read_unlock();
	return wanted;
}

/* Under RCU. */
bool mdev_net_filter_promiscuous(struct mdev_net *net)
{
	const struct mdev_net_filter *filter = rcu_dereference(net->filter);

	return filter && mode(filter, VIRTIO_NET_CTRL_RX_PROMISC);
}

static struct mdev_net_filter *filter_get(struct mdev_net *net)
{
	return rcu_dereference_protected(net->filter, true);
}

static void filter_replace(struct mdev_net *net, struct mdev_net_filter *filter)
{
	struct mdev_net_filter *old = filter_get(net);

	rcu_assign_pointer(net->filter, filter);
	kfree_rcu(old, rcu);
}

/* A driver that can ask for more starts with its own address and broadcast. */
int mdev_net_filter_enable(struct mdev_net *net)
{
	struct mdev_net_filter *filter;

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_RX))
		return 0;
	filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	if (!filter)
		return -ENOMEM;
	filter_replace(net, filter);
	return 0;
}

void mdev_net_filter_disable(struct mdev_net *net)
{
	filter_replace(net, NULL);
}

static struct mdev_net_filter *filter_copy(struct mdev_net *net)
{
	struct mdev_net_filter *old = filter_get(net);

	return old ? kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT) : NULL;
}

int mdev_net_filter_set_mode(struct mdev_net *net, u8 cmd, bool on)
{
	struct mdev_net_filter *filter;

	filter = filter_copy(net);
	if (!filter)
		return -ENOMEM;
	if (on)
		filter->mode |= BIT(cmd);
	else
		filter->mode &= ~BIT(cmd);
	filter_replace(net, filter);
	return 0;
}

/* Read one half of the table. With more entries than fit all are accepted. */
static int read_table(struct iov_iter *from, u8 (*table)[ETH_ALEN], u8 *nr,
		      bool *all)
{
	size_t bytes;
	__le32 count;
	u32 entries;
	int err;

	err = mdev_net_ctrl_read(from, &count, sizeof(count));
	if (err)
		return err;
	entries = le32_to_cpu(count);
	if (entries > iov_iter_count(from) / ETH_ALEN)
		return -EINVAL;
	bytes = (size_t)entries * ETH_ALEN;
	*all = entries > MDEV_NET_FILTER_MAX;
	*nr = *all ? 0 : entries;
	if (!*all)
		return mdev_net_ctrl_read(from, table, bytes);
	iov_iter_advance(from, bytes);
	return 0;
}

/* Both halves, or the table stays as it was. */
int mdev_net_filter_set_table(struct mdev_net *net, struct iov_iter *from)
{
	struct mdev_net_filter *filter;
	int err;

	filter = filter_copy(net);
	if (!filter)
		return -ENOMEM;
	err = read_table(from, filter->unicast, &filter->nr_unicast,
			 &filter->all_unicast);
	if (!err)
		err = read_table(from, filter->multicast,
				 &filter->nr_multicast, &filter->all_multicast);
	if (err)
		kfree(filter);
	else
		filter_replace(net, filter);
	return err;
}

/* Migration. */

#define PART_RX_MAX	(sizeof(struct mdev_net_part_rx) + \
			 2 * MDEV_NET_FILTER_MAX * ETH_ALEN)

/* A driver that cannot ask for more has none. */
void mdev_net_filter_put_part(struct mdev_net *net, struct mdev_parts *parts)
{
	const struct mdev_net_filter *filter = filter_get(net);
	struct mdev_net_part_rx *part;
	u8 buf[PART_RX_MAX] = {};
	unsigned int nr;

	if (!filter)
		return;
	part = (struct mdev_net_part_rx *)buf;
	part->mode = filter->mode;
	part->flags = (filter->all_unicast ? MDEV_NET_PART_ALL_UNICAST : 0) |
		      (filter->all_multicast ? MDEV_NET_PART_ALL_MULTICAST : 0);
	part->nr_unicast = filter->nr_unicast;
	part->nr_multicast = filter->nr_multicast;
	memcpy(part->table, filter->unicast, filter->nr_unicast * ETH_ALEN);
	memcpy(part->table + filter->nr_unicast, filter->multicast,
	       filter->nr_multicast * ETH_ALEN);
	nr = filter->nr_unicast + filter->nr_multicast;
	mdev_parts_put(parts, MDEV_NET_PART_RX, buf,
		       struct_size(part, table, nr));
}

/* Only what the driver can have asked for. */
static bool part_valid(struct mdev_net *net, const struct mdev_net_part_rx *part,
		       u32 len)
{
	unsigned int last = VIRTIO_NET_CTRL_RX_ALLMULTI;

	if (mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_RX_EXTRA))
		last = VIRTIO_NET_CTRL_RX_NOBCAST;
	return len >= sizeof(*part) && part->mode < BIT(last + 1) &&
	       !(part->flags & ~(MDEV_NET_PART_ALL_UNICAST |
				 MDEV_NET_PART_ALL_MULTICAST)) &&
	       part->nr_unicast <= MDEV_NET_FILTER_MAX &&
	       part->nr_multicast <= MDEV_NET_FILTER_MAX &&
	       len == struct_size(part, table, (size_t)part->nr_unicast +
						part->nr_multicast);
}

int mdev_net_filter_set_part(struct mdev_net *net, const void *data, u32 len)
{
	const struct mdev_net_part_rx *part = data;
	struct mdev_net_filter *filter;

	if (!filter_get(net) || !part_valid(net, part, len))
		return -EINVAL;
	filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	if (!filter)
		return -ENOMEM;
	filter->mode = part->mode;
	filter->all_unicast = part->flags & MDEV_NET_PART_ALL_UNICAST;
	filter->all_multicast = part->flags & MDEV_NET_PART_ALL_MULTICAST;
	filter->nr_unicast = part->nr_unicast;
	filter->nr_multicast = part->nr_multicast;
	memcpy(filter->unicast, part->table, filter->nr_unicast * ETH_ALEN);
	memcpy(filter->multicast, part->table + filter->nr_unicast,
	       filter->nr_multicast * ETH_ALEN);
	filter_replace(net, filter);
	return 0;
}
