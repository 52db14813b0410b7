// SPDX-License-Identifier: GPL-2.0
/*
 * Representor: the netdev at the other end of the slice's wire.
 *
 * It is registered as the last step of making a slice and unregistered before
 * the queues are destroyed. Unregistering waits for transmissions in progress
 * and for every reference, so none of the functions here runs, and no frame
 * refers to the device, when the queues go.
 */
#include <linux/rtnetlink.h>

#include "mdev_net.h"

struct rep {
	struct mdev_net *net;
};

struct mdev_net *mdev_net_rep_net(const struct net_device *dev)
{
	const struct rep *rep = netdev_priv(dev);

	return rep->net;
}

static int rep_open(struct net_device *dev)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	unsigned int i;

	for (i = 0; i < net->pairs; i++)
		mdev_net_tx_open(mdev_net_txq(net, i));
	netif_tx_start_all_queues(dev);
	mdev_net_config_set_link(net, true);
	mdev_net_announce(net);
	return 0;
}

static int rep_stop(struct net_device *dev)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	unsigned int i;

	mdev_net_config_set_link(net, false);
	netif_tx_stop_all_queues(dev);
	for (i = 0; i < net->pairs; i++)
		mdev_net_tx_close(mdev_net_txq(net, i));
	return 0;
}

/* Only the pairs that the driver uses get frames; it may have said which ones. */
static u16 rep_select_queue(struct net_device *dev, struct sk_buff *skb,
			    struct net_device *sb_dev)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	u16 active = READ_ONCE(net->active_pairs);
	int pair = mdev_net_rss_select(net, skb);

	if (pair >= 0)
		return pair;
	return active > 1 ? reciprocal_scale(skb_get_hash(skb), active) : 0;
}

/*
 * The driver may leave a frame waiting for as long as it likes, so it must not
 * hold up its sender.
 */
static bool release_sender(struct sk_buff *skb)
{
	if (skb_orphan_frags_rx(skb, GFP_ATOMIC))
		return false;
	skb_tx_timestamp(skb);
	skb_orphan(skb);
	nf_reset_ct(skb);
	return true;
}

/*
 * How long the worker is waited for: longer than the period of a CPU quota, which is 100 ms
 * unless somebody has said another one.
 */
#define LATE	(HZ / 8 ?: 1)

/* Until a turn ends. Under the lock of the transmit queue, as all that follows. */
static bool is_late(const struct mdev_net_queue *q)
{
	return q->late && q->late_turns == READ_ONCE(q->turns);
}

/* Senders wait for the worker, but neither for the driver nor for what the worker waits for. */
static bool must_wait(struct mdev_net_queue *q)
{
	return unlikely(__ptr_ring_full(&q->backlog)) &&
	       !READ_ONCE(q->starved) && !is_late(q);
}

static void watch_turns(struct mdev_net_queue *q)
{
	q->late = false;
	q->late_turns = READ_ONCE(q->turns);
	mod_timer(&q->late_timer, jiffies + LATE);
}

/*
 * The worker may wait for user space, or for CPU time, for as long as those like. When no
 * turn has ended since the queue was stopped senders go on, and what does not fit is
 * dropped, until one does. With turns, but still stopped, it is looked again: that the
 * worker will wake the queue hangs on another turn.
 */
static void look_if_late(struct timer_list *timer)
{
	struct mdev_net_queue *q = from_timer(q, timer, late_timer);
	struct netdev_queue *txq = mdev_net_rep_txq(q);

	__netif_tx_lock(txq, smp_processor_id());
	if (netif_tx_queue_stopped(txq)) {
		if (q->late_turns == READ_ONCE(q->turns)) {
			q->late = true;
			netif_tx_wake_queue(txq);
		} else {
			watch_turns(q);
		}
	}
	__netif_tx_unlock(txq);
}

/* A queue that stays stopped is kicked, and watched. */
static void stop_if_full(struct netdev_queue *txq, struct mdev_net_queue *q)
{
	if (likely(!must_wait(q)))
		return;
	netif_tx_stop_queue(txq);
	smp_mb(); /* pairs with wake_representor() in rx.c */
	if (must_wait(q))
		watch_turns(q);
	else
		netif_tx_start_queue(txq);
}

/*
 * Frames need not come by rep_select_queue(): those of AF_XDP and what tc has moved have
 * queues of their own choice. Behind the pairs that the driver knows of nobody takes them,
 * and one of those queues may be the control queue. Which they are changes while the
 * representor is not live only, so whoever sees it live sees what was negotiated before;
 * a change to the opposite waits for whoever saw that, see mdev_net_rep_set_live(). That
 * the driver uses fewer pairs is looked at by the worker.
 */
static bool takes_frames(struct mdev_net *net, u16 pair)
{
	/* Pairs with mdev_net_rep_set_live(). */
	return smp_load_acquire(&net->live) && pair < mdev_net_pairs(net);
}

/*
 * Runs under the lock of its transmit queue, which makes it the only producer
 * of the backlog.
 */
static netdev_tx_t rep_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	u16 index = skb_get_queue_mapping(skb);
	struct netdev_queue *txq = netdev_get_tx_queue(dev, index);
	struct mdev_net *net = mdev_net_rep_net(dev);
	struct mdev_net_queue *q = mdev_net_rxq(net, index);

	if (unlikely(!takes_frames(net, index) || !release_sender(skb) ||
		     __ptr_ring_produce(&q->backlog, skb))) {
		dev_core_stats_tx_dropped_inc(dev);
		dev_kfree_skb_any(skb);
	}
	stop_if_full(txq, q);
	if (!netdev_xmit_more() || netif_xmit_stopped(txq))
		mdev_ring_work_kick(&q->work);
	return NETDEV_TX_OK;
}

/*
 * The stack cuts what the driver does not take. Where the driver changes its mind while
 * frames are on their way that is done in rx.c, and so are missing checksums, for the
 * sender not to pay.
 */
static netdev_features_t rep_features_check(struct sk_buff *skb,
					    struct net_device *dev,
					    netdev_features_t features)
{
	u64 offloads = READ_ONCE(mdev_net_rep_net(dev)->guest_offloads);

	if (skb_is_gso(skb) && !mdev_net_offload_takes(offloads, skb))
		features &= ~NETIF_F_GSO_MASK;
	return vlan_features_check(skb, features);
}

static int rep_get_phys_port_name(struct net_device *dev, char *buf, size_t len)
{
	int nr;

	/* A slice is a sub-function of the NIC. */
	nr = snprintf(buf, len, "pf0sf%u", mdev_net_rep_net(dev)->port);
	return nr < len ? 0 : -EOPNOTSUPP;
}

static int rep_get_port_parent_id(struct net_device *dev,
				  struct netdev_phys_item_id *ppid)
{
	*ppid = mdev_net_rep_net(dev)->parent->switch_id;
	return 0;
}

static const struct net_device_ops rep_ops = {
	.ndo_open = rep_open,
	.ndo_stop = rep_stop,
	.ndo_start_xmit = rep_start_xmit,
	.ndo_select_queue = rep_select_queue,
	.ndo_features_check = rep_features_check,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	/* Else devlink knows them. */
	.ndo_get_phys_port_name = IS_ENABLED(CONFIG_NET_DEVLINK) ? NULL :
				  rep_get_phys_port_name,
	.ndo_get_port_parent_id = IS_ENABLED(CONFIG_NET_DEVLINK) ? NULL :
				  rep_get_port_parent_id,
};

bool mdev_net_is_rep(const struct net_device *dev)
{
	return dev->netdev_ops == &rep_ops;
}

#define SG_AND_CSUM	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | \
			 NETIF_F_HIGHDMA)
#define SEGMENTATION	(NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN | \
			 NETIF_F_GSO_UDP_L4)

static void rep_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &rep_ops;
	dev->ethtool_ops = &mdev_net_rep_ethtool_ops;
	dev->stat_ops = &mdev_net_rep_stat_ops;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	/* A frame waits in a backlog, and its checksum is written into it. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = MDEV_NET_MTU_MAX;
	dev->hw_features = SG_AND_CSUM | SEGMENTATION;
	dev->features = dev->hw_features | NETIF_F_RXCSUM;
	dev->vlan_features = dev->hw_features;
	/* Tunnels are not known to a driver, but any checksum is. */
	dev->hw_enc_features = SG_AND_CSUM;
}

static void pairs_add(struct mdev_net *net, struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < net->pairs; i++) {
		netif_napi_add(dev, &mdev_net_txq(net, i)->up.napi,
			       mdev_net_tx_poll);
		timer_setup(&mdev_net_rxq(net, i)->late_timer, look_if_late, 0);
	}
}

/*
 * A grace period follows, one for all. Nothing is transmitted any more, so nobody but the
 * timer starts the timer.
 */
static void pairs_del(struct mdev_net *net)
{
	unsigned int i;

	for (i = 0; i < net->pairs; i++) {
		__netif_napi_del(&mdev_net_txq(net, i)->up.napi);
		timer_delete_sync(&mdev_net_rxq(net, i)->late_timer);
	}
}

static int rep_register(struct mdev_net *net, struct net_device *dev)
{
	const char *name = mdev_slice_name(net->slice);
	int err;

	if (dev->name_assign_type != NET_NAME_USER) {
		err = dev_set_alias(dev, name, strlen(name));
		if (err < 0)
			return err;
	}
	net->rep = dev;
	pairs_add(net, dev);
	err = register_netdev(dev);
	if (err) {
		pairs_del(net);
		/* free_netdev() loses that of a device that was never registered. */
		dev_set_alias(dev, NULL, 0);
		synchronize_net();
	}
	return err;
}

static int rep_create(struct mdev_net *net, u16 mtu, const char *name,
		      unsigned char name_assign_type)
{
	struct net_device *dev;
	struct rep *rep;
	int err;

	dev = alloc_netdev_mqs(sizeof(*rep), name, name_assign_type, rep_setup,
			       net->pairs, net->pairs);
	if (!dev)
		return -ENOMEM;
	rep = netdev_priv(dev);
	rep->net = net;
	dev->mtu = mtu;
	eth_hw_addr_random(dev);
	SET_NETDEV_DEV(dev, net->slice->parent->dev);
	if (IS_ENABLED(CONFIG_NET_DEVLINK))
		SET_NETDEV_DEVLINK_PORT(dev, &net->devlink_port);
	/* Until DRIVER_OK nobody is at the other end. */
	netif_carrier_off(dev);
	err = rep_register(net, dev);
	if (err)
		free_netdev(dev);
	return err;
}

/* The stack has directories of settings with these names. */
static bool name_is_reserved(const char *name)
{
	return !strcmp(name, "all") || !strcmp(name, "default");
}

/*
 * A name that is taken, that is no name for an interface, or that the stack
 * reserves ends in the alias of one that is always good.
 *
 * The last two are found here and not by the stack's EINVAL, which it also says
 * where it has no memory to keep the name. Nothing else is left that it could
 * mean.
 */
int mdev_net_rep_create(struct mdev_net *net, u16 mtu)
{
	const char *name = mdev_slice_name(net->slice);
	int err = -EEXIST;

	if (dev_valid_name(name) && !name_is_reserved(name))
		err = rep_create(net, mtu, name, NET_NAME_USER);
	if (err == -EEXIST)
		err = rep_create(net, mtu, "mdn%d", NET_NAME_ENUM);
	return err == -EINVAL ? -ENOMEM : err;
}

/* Of all slices in the grace periods of one. */
void mdev_net_reps_destroy(struct mdev_slice **slices, unsigned int nr)
{
	LIST_HEAD(reps);
	unsigned int i;

	rtnl_lock();
	for (i = 0; i < nr; i++)
		unregister_netdevice_queue(mdev_net_of(slices[i])->rep, &reps);
	unregister_netdevice_many(&reps);
	rtnl_unlock();

	for (i = 0; i < nr; i++)
		pairs_del(mdev_net_of(slices[i]));
	synchronize_net();
	for (i = 0; i < nr; i++)
		free_netdev(mdev_net_of(slices[i])->rep);
}

/*
 * Taking the locks of all transmit queues waits for those who saw the device
 * alive: when this returns false has arrived everywhere.
 */
void mdev_net_rep_set_live(struct mdev_net *net, bool live)
{
	lockdep_assert_held(&net->lock);
	/* With what was negotiated. Pairs with takes_frames(). */
	smp_store_release(&net->live, live);
	if (live) {
		netif_carrier_on(net->rep);
		return;
	}
	netif_carrier_off(net->rep);
	netif_tx_lock_bh(net->rep);
	netif_tx_unlock_bh(net->rep);
}
