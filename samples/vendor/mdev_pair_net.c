// SPDX-License-Identifier: GPL-2.0
/*
 * A network interface for each port of mdev_pair.
 *
 * What it shows: a driver on bus mdev_vendor. It is bound to the class device as any
 * driver is to a device, registers what it wants below it, here a netdev, and has undone
 * that when remove returns. It is told of a class change before that happens, and
 * may refuse. It may be given slices that it does not know, and looks first.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "pair.h"

/**
 * struct pair_net - the interface of a port
 * @dev: the interface
 * @slice: the port
 * @ops: the parent's functions
 * @user: ours, for the parent
 * @leaving: the slice leaves the class; under rtnl
 */
struct pair_net {
	struct net_device *dev;
	struct mdev_slice *slice;
	const struct pair_ops *ops;
	struct pair_user user;
	bool leaving;
};

static struct pair_net *to_pair_net(struct pair_user *user)
{
	return container_of(user, struct pair_net, user);
}

static bool pair_net_receive(struct pair_user *user, struct sk_buff *skb)
{
	return dev_forward_skb(to_pair_net(user)->dev, skb) == NET_RX_SUCCESS;
}

static void pair_net_link(struct pair_user *user, bool up)
{
	if (up)
		netif_carrier_on(to_pair_net(user)->dev);
	else
		netif_carrier_off(to_pair_net(user)->dev);
}

static int pair_net_open(struct net_device *dev)
{
	struct pair_net *net = netdev_priv(dev);

	if (net->leaving)
		return -ENODEV;
	net->ops->start(net->slice, &net->user);
	netif_start_queue(dev);
	return 0;
}

static int pair_net_stop(struct net_device *dev)
{
	struct pair_net *net = netdev_priv(dev);

	netif_stop_queue(dev);
	net->ops->stop(net->slice);
	return 0;
}

static netdev_tx_t pair_net_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct pair_net *net = netdev_priv(dev);

	skb_tx_timestamp(skb);
	net->ops->send(net->slice, skb);
	return NETDEV_TX_OK;
}

static void pair_net_get_stats64(struct net_device *dev,
				 struct rtnl_link_stats64 *stats)
{
	struct pair_net *net = netdev_priv(dev);

	net->ops->stats(net->slice, stats);
}

static const struct net_device_ops pair_net_ops = {
	.ndo_open = pair_net_open,
	.ndo_stop = pair_net_stop,
	.ndo_start_xmit = pair_net_xmit,
	.ndo_get_stats64 = pair_net_get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

/* Driver and bus come from the class device, which is the interface's parent. */
static const struct ethtool_ops pair_net_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
};

static void pair_net_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &pair_net_ops;
	dev->ethtool_ops = &pair_net_ethtool_ops;
	dev->max_mtu = ETH_MAX_MTU;
}

static int pair_net_probe(struct mdev_vendor_device *mvdev)
{
	const struct pair_ops *ops = to_pair_ops(mvdev->slice);
	struct net_device *dev;
	struct pair_net *net;
	int err;

	if (!ops)
		return -ENODEV;
	dev = alloc_netdev(sizeof(*net), "pair%d", NET_NAME_ENUM, pair_net_setup);
	if (!dev)
		return -ENOMEM;

	net = netdev_priv(dev);
	net->dev = dev;
	net->slice = mvdev->slice;
	net->ops = ops;
	net->user.receive = pair_net_receive;
	net->user.link = pair_net_link;
	SET_NETDEV_DEV(dev, &mvdev->dev);
	eth_hw_addr_set(dev, ops->mac(mvdev->slice));
	netif_carrier_off(dev);
	dev_set_drvdata(&mvdev->dev, net);
	err = register_netdev(dev);
	if (err)
		free_netdev(dev);
	return err;
}

/* Unregistering closes the interface, so the port has been stopped after that. */
static void pair_net_remove(struct mdev_vendor_device *mvdev)
{
	struct pair_net *net = dev_get_drvdata(&mvdev->dev);

	unregister_netdev(net->dev);
	free_netdev(net->dev);
}

/* An interface that is up may have connections that somebody would miss. */
static int pair_net_busy(struct mdev_vendor_device *mvdev, bool force,
			 struct netlink_ext_ack *extack)
{
	struct pair_net *net = dev_get_drvdata(&mvdev->dev);
	int err = 0;

	rtnl_lock();
	if (netif_running(net->dev) && !force) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "interface %s is up",
				       net->dev->name);
		err = -EBUSY;
	} else {
		net->leaving = true;
	}
	rtnl_unlock();
	return err;
}

static struct mdev_vendor_driver pair_net_driver = {
	.driver = {
		.name = PAIR_DRIVER,
		.owner = THIS_MODULE,
	},
	.probe = pair_net_probe,
	.remove = pair_net_remove,
	.busy = pair_net_busy,
};

static int __init pair_net_init(void)
{
	return mdev_vendor_driver_register(&pair_net_driver);
}

static void __exit pair_net_exit(void)
{
	mdev_vendor_driver_unregister(&pair_net_driver);
}

module_init(pair_net_init);
module_exit(pair_net_exit);

MODULE_DESCRIPTION("Sample: network interfaces of slices in class vendor");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mdev_vendor:" PAIR_DRIVER);
