// SPDX-License-Identifier: GPL-2.0
/*
 * A device with ports of which every two are wired to each other, for class vendor.
 *
 * What it shows: a parent whose slices get no operations from Tribus. It names a driver
 * on bus mdev_vendor, mdev_pair_net, and has a contract with it (pair.h) of which Tribus
 * knows the name alone. Life, names, sysfs, class changes and module references are those
 * of every slice. What belongs to the slice rather than to one of its classes is the
 * parent's: here the address and the counters.
 */
#include <linux/atomic.h>
#include <linux/etherdevice.h>
#include <linux/idr.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "pair.h"

#define PAIR_PORTS_MAX	64

static unsigned int ports = PAIR_PORTS_MAX;
module_param(ports, uint, 0444);
MODULE_PARM_DESC(ports, "number of ports, 1 to 64 (default 64)");

/**
 * struct pair_port - one end of a wire, which is one slice if anybody has it
 * @user: whoever runs it, or NULL; written under the lock of the device
 * @stats: frames; there while somebody has the port
 * @dropped: frames that were sent to nobody
 * @nic: its device
 * @index: which port it is
 * @mac: its address
 *
 * Senders look at the port at the other end in an RCU section, and touch its @stats
 * if it has a user. That has gone, and a grace period after it, before its slice is
 * removed: see pair_stop().
 */
struct pair_port {
	struct pair_user __rcu *user;
	struct pcpu_sw_netstats __percpu *stats;
	atomic_long_t dropped;
	struct pair_nic *nic;
	unsigned int index;
	u8 mac[ETH_ALEN];
};

struct pair_nic {
	struct mdev_parent *parent;
	spinlock_t lock;	/* users of the ports */
	struct ida taken;
	atomic_t nr_taken;
	struct pair_port port[PAIR_PORTS_MAX];
};

static struct platform_device *pair_device;

/* Ports 0 and 1 are one wire, 2 and 3 the next. The last one may lead nowhere. */
static struct pair_port *pair_peer(struct pair_port *port)
{
	return &port->nic->port[port->index ^ 1];
}

static const u8 *pair_mac(struct mdev_slice *slice)
{
	struct pair_port *port = mdev_slice_drvdata(slice);

	return port->mac;
}

/* The wire has a link while both ports run. Tells both ends of a change. */
static void pair_link(struct pair_port *port, bool up)
{
	struct pair_nic *nic = port->nic;
	struct pair_user *one, *other;

	one = rcu_dereference_protected(port->user, lockdep_is_held(&nic->lock));
	other = rcu_dereference_protected(pair_peer(port)->user,
					  lockdep_is_held(&nic->lock));
	if (!one || !other)
		return;
	one->link(one, up);
	other->link(other, up);
}

static void pair_start(struct mdev_slice *slice, struct pair_user *user)
{
	struct pair_port *port = mdev_slice_drvdata(slice);

	spin_lock(&port->nic->lock);
	rcu_assign_pointer(port->user, user);
	pair_link(port, true);
	spin_unlock(&port->nic->lock);
}

/*
 * Nobody calls link any more when the lock has been given up, and nobody is in receive
 * when the grace period is over.
 */
static void pair_stop(struct mdev_slice *slice)
{
	struct pair_port *port = mdev_slice_drvdata(slice);

	spin_lock(&port->nic->lock);
	pair_link(port, false);
	RCU_INIT_POINTER(port->user, NULL);
	spin_unlock(&port->nic->lock);
	synchronize_net();
}

static void pair_count_sent(struct pair_port *port, unsigned int len)
{
	struct pcpu_sw_netstats *stats = this_cpu_ptr(port->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->tx_packets);
	u64_stats_add(&stats->tx_bytes, len);
	u64_stats_update_end(&stats->syncp);
}

static void pair_count_received(struct pair_port *port, unsigned int len)
{
	struct pcpu_sw_netstats *stats = this_cpu_ptr(port->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->rx_packets);
	u64_stats_add(&stats->rx_bytes, len);
	u64_stats_update_end(&stats->syncp);
}

static void pair_send(struct mdev_slice *slice, struct sk_buff *skb)
{
	struct pair_port *port = mdev_slice_drvdata(slice);
	struct pair_port *peer = pair_peer(port);
	unsigned int len = skb->len;
	struct pair_user *user;

	rcu_read_lock();
	user = rcu_dereference(peer->user);
	if (user) {
		pair_count_sent(port, len);
		if (user->receive(user, skb))
			pair_count_received(peer, len);
	} else {
		atomic_long_inc(&port->dropped);
		kfree_skb(skb);
	}
	rcu_read_unlock();
}

static void pair_stats(struct mdev_slice *slice, struct rtnl_link_stats64 *stats)
{
	struct pair_port *port = mdev_slice_drvdata(slice);

	dev_fetch_sw_netstats(stats, port->stats);
	stats->tx_dropped = atomic_long_read(&port->dropped);
}

static const struct pair_ops pair_ops = {
	.vendor = {
		.driver_name = PAIR_DRIVER,
	},
	.mac = pair_mac,
	.start = pair_start,
	.stop = pair_stop,
	.send = pair_send,
	.stats = pair_stats,
};

/* Slices get the ports in turn, so every two that are made are a pair. */
static int pair_create(struct mdev_slice *slice, const struct mdev_config *config,
		       struct netlink_ext_ack *extack)
{
	struct pair_nic *nic = dev_get_drvdata(slice->parent->dev);
	struct pair_port *port;
	int index;

	index = ida_alloc_max(&nic->taken, ports - 1, GFP_KERNEL);
	if (index == -ENOSPC) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "all %u ports are taken", ports);
		return -EUSERS;
	}
	if (index < 0)
		return index;

	port = &nic->port[index];
	port->stats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!port->stats) {
		ida_free(&nic->taken, index);
		return -ENOMEM;
	}
	atomic_long_set(&port->dropped, 0);
	eth_random_addr(port->mac);
	mdev_slice_set_drvdata(slice, port);
	atomic_inc(&nic->nr_taken);
	return 0;
}

static void pair_remove(struct mdev_slice *slice)
{
	struct pair_port *port = mdev_slice_drvdata(slice);
	struct pair_nic *nic = port->nic;

	free_percpu(port->stats);
	atomic_dec(&nic->nr_taken);
	ida_free(&nic->taken, port->index);
}

static unsigned int pair_get_available(struct mdev_parent *parent,
				       const struct mdev_type *type)
{
	struct pair_nic *nic = dev_get_drvdata(parent->dev);

	return ports - atomic_read(&nic->nr_taken);
}

static const struct mdev_parent_ops pair_parent_ops = {
	.owner = THIS_MODULE,
	.create = pair_create,
	.remove = pair_remove,
	.get_available = pair_get_available,
};

static const struct mdev_type pair_types[] = {
	{
		.name = "port",
		.pretty_name = "network port",
		.description = "one end of a wire between two slices",
	},
};

static struct pair_nic *pair_nic_alloc(struct device *dev)
{
	struct pair_nic *nic;
	unsigned int i;

	nic = devm_kzalloc(dev, sizeof(*nic), GFP_KERNEL);
	if (!nic)
		return NULL;
	spin_lock_init(&nic->lock);
	ida_init(&nic->taken);
	for (i = 0; i < PAIR_PORTS_MAX; i++) {
		nic->port[i].nic = nic;
		nic->port[i].index = i;
	}
	return nic;
}

static int pair_nic_probe(struct platform_device *pdev)
{
	struct mdev_parent *parent;
	struct pair_nic *nic;
	int err;

	nic = pair_nic_alloc(&pdev->dev);
	if (!nic)
		return -ENOMEM;
	parent = mdev_parent_alloc(&pdev->dev);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	nic->parent = parent;
	platform_set_drvdata(pdev, nic);
	parent->ops = &pair_parent_ops;
	parent->vendor_ops = &pair_ops.vendor;
	parent->types = pair_types;
	parent->nr_types = ARRAY_SIZE(pair_types);
	err = mdev_parent_register(parent);
	if (err)
		mdev_parent_free(parent);
	return err;
}

/* Unregistering removes the slices, so nothing uses @nic afterwards. */
static void pair_nic_remove(struct platform_device *pdev)
{
	struct pair_nic *nic = platform_get_drvdata(pdev);

	mdev_parent_unregister(nic->parent);
	mdev_parent_free(nic->parent);
	ida_destroy(&nic->taken);
}

static const struct platform_device_id pair_nic_ids[] = {
	{ "mdev_pair0" },
	{ }
};

static struct platform_driver pair_nic_driver = {
	.driver.name = "mdev_pair",
	.id_table = pair_nic_ids,
	.probe = pair_nic_probe,
	.remove = pair_nic_remove,
};

static int __init pair_init(void)
{
	int err;

	if (ports < 1 || ports > PAIR_PORTS_MAX) {
		pr_err("ports=%u, expected 1 to %u\n", ports, PAIR_PORTS_MAX);
		return -EINVAL;
	}
	err = platform_driver_register(&pair_nic_driver);
	if (err)
		return err;
	pair_device = platform_device_register_simple(pair_nic_ids[0].name,
						      PLATFORM_DEVID_NONE,
						      NULL, 0);
	if (IS_ERR(pair_device)) {
		platform_driver_unregister(&pair_nic_driver);
		return PTR_ERR(pair_device);
	}
	return 0;
}

static void __exit pair_exit(void)
{
	platform_device_unregister(pair_device);
	platform_driver_unregister(&pair_nic_driver);
}

module_init(pair_init);
module_exit(pair_exit);

MODULE_DESCRIPTION("Sample: ports in pairs, for class vendor");
MODULE_LICENSE("GPL");
