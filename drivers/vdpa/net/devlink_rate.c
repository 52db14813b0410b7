// SPDX-License-Identifier: GPL-2.0
/*
 * Rates of slices, by their devlink ports, and of groups of them.
 *
 * A NIC in software has no limit of its own, so there is nothing to have a share of but
 * what a group is limited to.
 */
#include <linux/netlink.h>
#include <linux/slab.h>

#include "devlink.h"
#include "mdev_net.h"

int mdev_net_devlink_rate_max_set(struct devlink_rate *leaf, void *priv, u64 max,
				  struct netlink_ext_ack *extack)
{
	mdev_net_rate_set_max(priv, max);
	return 0;
}

static int check_share(const struct mdev_net_rate *rate, u64 share,
		       struct netlink_ext_ack *extack)
{
	const struct mdev_net_rate_group *group = rate->group;
	u64 others;

	if (!group || !group->max.rate) {
		NL_SET_ERR_MSG_MOD(extack,
				   "tx_share is of the tx_max of a group, and there is none");
		return -EINVAL;
	}
	others = group->shares - rate->share.rate;
	if (share <= group->max.rate && others <= group->max.rate - share)
		return 0;
	NL_SET_ERR_MSG_MOD(extack,
			   "tx_share: all shares are more than tx_max of the group");
	return -EINVAL;
}

int mdev_net_devlink_rate_share_set(struct devlink_rate *leaf, void *priv,
				    u64 share, struct netlink_ext_ack *extack)
{
	struct mdev_net *net = priv;
	int err;

	if (share) {
		err = check_share(&net->rate, share, extack);
		if (err)
			return err;
	}
	mdev_net_rate_set_share(net, share);
	return 0;
}

/* A share was of the former group. */
int mdev_net_devlink_rate_parent_set(struct devlink_rate *leaf,
				     struct devlink_rate *node, void *priv,
				     void *group, struct netlink_ext_ack *extack)
{
	mdev_net_rate_set_group(priv, group);
	leaf->tx_share = 0;
	return 0;
}

int mdev_net_devlink_rate_node_new(struct devlink_rate *node, void **priv,
				   struct netlink_ext_ack *extack)
{
	struct mdev_net_rate_group *group;

	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	spin_lock_init(&group->lock);
	*priv = group;
	return 0;
}

/* devlink sees to it that nobody is in it. */
int mdev_net_devlink_rate_node_del(struct devlink_rate *node, void *priv,
				   struct netlink_ext_ack *extack)
{
	kfree(priv);
	return 0;
}

int mdev_net_devlink_rate_node_max_set(struct devlink_rate *node, void *priv,
				       u64 max, struct netlink_ext_ack *extack)
{
	struct mdev_net_parent *np = mdev_net_devlink_parent(node->devlink);
	struct mdev_net_rate_group *group = priv;
	struct mdev_net *net;
	unsigned long port;

	if (max < group->shares) {
		NL_SET_ERR_MSG_MOD(extack,
				   "tx_max is less than the shares of the group");
		return -EBUSY;
	}
	mdev_net_rate_group_set_max(group, max);
	xa_for_each(&np->ports, port, net) {
		if (net->rate.group == group)
			mdev_net_rate_wake(net);
	}
	return 0;
}
