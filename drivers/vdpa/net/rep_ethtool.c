// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool says of a representor, and sets.
 *
 * Directions are those of the representor: it receives what the driver transmits.
 */
#include <linux/ethtool.h>
#include <net/netdev_queues.h>

#include "mdev_net.h"

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(dev->dev.parent),
		sizeof(info->bus_info));
}

/* Both ends have the same link. */
static int get_link_ksettings(struct net_device *dev,
			      struct ethtool_link_ksettings *cmd)
{
	mdev_net_config_get_speed(mdev_net_rep_net(dev), &cmd->base.speed,
				  &cmd->base.duplex);
	cmd->base.port = PORT_OTHER;
	cmd->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static int set_link_ksettings(struct net_device *dev,
			      const struct ethtool_link_ksettings *cmd)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	u32 speed;
	u8 duplex;
	int err;

	mdev_net_config_get_speed(net, &speed, &duplex);
	err = ethtool_virtdev_set_link_ksettings(dev, cmd, &speed, &duplex);
	if (!err)
		mdev_net_config_set_speed(net, speed, duplex);
	return err;
}

/* How many pairs are in use is the driver's to say. */
static void get_channels(struct net_device *dev,
			 struct ethtool_channels *channels)
{
	struct mdev_net *net = mdev_net_rep_net(dev);

	channels->max_combined = net->pairs;
	channels->combined_count = READ_ONCE(net->active_pairs);
}

/* Frames that wait on either way; fixed. */
static void get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *kernel_ring,
			  struct netlink_ext_ack *extack)
{
	ring->rx_max_pending = MDEV_NET_UPLINK;
	ring->rx_pending = MDEV_NET_UPLINK;
	ring->tx_max_pending = MDEV_NET_BACKLOG;
	ring->tx_pending = MDEV_NET_BACKLOG;
}

/* The last one only of queues that the representor transmits to. */
static const char * const stat_names[] = {
	"packets", "bytes", "drops", "kicks", "notifications", "suppressed",
	"errors", "filtered",
};

#define NR_TX_STATS	ARRAY_SIZE(stat_names)
#define NR_RX_STATS	(NR_TX_STATS - 1)

static int get_sset_count(struct net_device *dev, int sset)
{
	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return mdev_net_rep_net(dev)->pairs * (NR_RX_STATS + NR_TX_STATS);
}

static void put_names(u8 **data, const char *direction, unsigned int pair,
		      unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		ethtool_sprintf(data, "%s%u_%s", direction, pair,
				stat_names[i]);
}

static void get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	unsigned int pair;

	if (sset != ETH_SS_STATS)
		return;
	for (pair = 0; pair < net->pairs; pair++) {
		put_names(&data, "rx", pair, NR_RX_STATS);
		put_names(&data, "tx", pair, NR_TX_STATS);
	}
}

/* In the order of the names. */
static void read_stats(const struct mdev_net_queue *q, u64 *data)
{
	*data++ = READ_ONCE(q->stats.packets);
	*data++ = READ_ONCE(q->stats.bytes);
	*data++ = READ_ONCE(q->stats.drops);
	*data++ = atomic64_read(&q->kicks);
	*data++ = mdev_net_queue_notified(q);
	*data++ = mdev_net_queue_suppressed(q);
	*data++ = READ_ONCE(q->ring.stats.errors);
	if (mdev_net_queue_has_backlog(q))
		*data = READ_ONCE(q->stats.filtered);
}

/* rtnl is held, so no lock of a queue is taken: each counter is right by itself. */
static void get_ethtool_stats(struct net_device *dev,
			      struct ethtool_stats *stats, u64 *data)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	unsigned int pair;

	for (pair = 0; pair < net->pairs; pair++) {
		read_stats(mdev_net_txq(net, pair), data);
		data += NR_RX_STATS;
		read_stats(mdev_net_rxq(net, pair), data);
		data += NR_TX_STATS;
	}
}

/* Counters of queues with the names that all drivers have in common. */
static void get_queue_stats_rx(struct net_device *dev, int pair,
			       struct netdev_queue_stats_rx *stats)
{
	const struct mdev_net_queue *q = mdev_net_txq(mdev_net_rep_net(dev), pair);

	stats->packets = READ_ONCE(q->stats.packets);
	stats->bytes = READ_ONCE(q->stats.bytes);
	stats->hw_drops = READ_ONCE(q->stats.drops);
}

static void get_queue_stats_tx(struct net_device *dev, int pair,
			       struct netdev_queue_stats_tx *stats)
{
	const struct mdev_net_queue *q = mdev_net_rxq(mdev_net_rep_net(dev), pair);

	stats->packets = READ_ONCE(q->stats.packets);
	stats->bytes = READ_ONCE(q->stats.bytes);
	stats->hw_drops = READ_ONCE(q->stats.drops);
}

/* Queues live as long as the representor. */
static void get_base_stats(struct net_device *dev,
			   struct netdev_queue_stats_rx *rx,
			   struct netdev_queue_stats_tx *tx)
{
	rx->packets = 0;
	rx->bytes = 0;
	rx->hw_drops = 0;
	tx->packets = 0;
	tx->bytes = 0;
	tx->hw_drops = 0;
}

const struct netdev_stat_ops mdev_net_rep_stat_ops = {
	.get_queue_stats_rx = get_queue_stats_rx,
	.get_queue_stats_tx = get_queue_stats_tx,
	.get_base_stats = get_base_stats,
};

const struct ethtool_ops mdev_net_rep_ethtool_ops = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_link_ksettings = get_link_ksettings,
	.set_link_ksettings = set_link_ksettings,
	.get_channels = get_channels,
	.get_ringparam = get_ringparam,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
};
