// SPDX-License-Identifier: GPL-2.0
/*
 * Ports of a NIC: each slice sits on one, which has a number.
 *
 * The numbers of ports, and how many there may be, are changed under devl_lock. So a reload,
 * which holds it, finds that there are none and knows that none will come before it has
 * ended.
 */
#include <linux/netlink.h>

#include "mdev_net.h"

static int pairs_get(struct mdev_net *net, struct netlink_ext_ack *extack)
{
	struct mdev_net_parent *np = net->parent;

	if (atomic_add_return(net->pairs, &np->nr_pairs) <= np->max_pairs)
		return 0;
	atomic_sub(net->pairs, &np->nr_pairs);
	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "all %u queue pairs of the parent are taken",
			       np->max_pairs);
	return -ENOSPC;
}

static void pairs_put(struct mdev_net *net)
{
	atomic_sub(net->pairs, &net->parent->nr_pairs);
}

static int number_get(struct mdev_net *net, struct netlink_ext_ack *extack)
{
	struct mdev_net_parent *np = net->parent;
	int err;

	err = xa_alloc(&np->ports, &net->port, net,
		       XA_LIMIT(0, np->max_slices - 1), GFP_KERNEL);
	if (!err) {
		atomic_inc(&np->nr_slices);
		return 0;
	}
	if (err != -EBUSY)
		return err;
	NL_SET_ERR_MSG_FMT_MOD(extack, "all %u slices of the parent are taken",
			       np->max_slices);
	return -ENOSPC;
}

static void number_put(struct mdev_net *net)
{
	atomic_dec(&net->parent->nr_slices);
	xa_erase(&net->parent->ports, net->port);
}

int mdev_net_port_get(struct mdev_net *net, struct netlink_ext_ack *extack)
{
	int err;

	mdev_net_devlink_lock(net->parent);
	err = pairs_get(net, extack);
	if (!err) {
		err = number_get(net, extack);
		if (err)
			pairs_put(net);
	}
	mdev_net_devlink_unlock(net->parent);
	return err;
}

static void put(struct mdev_net *net)
{
	number_put(net);
	pairs_put(net);
}

void mdev_net_port_put(struct mdev_net *net)
{
	mdev_net_devlink_lock(net->parent);
	put(net);
	mdev_net_devlink_unlock(net->parent);
}

/* From here on devlink may look into the slice, which is complete but for its representor. */
int mdev_net_port_register(struct mdev_net *net)
{
	int err;

	mdev_net_devlink_lock(net->parent);
	err = mdev_net_devlink_port_add(net);
	mdev_net_devlink_unlock(net->parent);
	return err;
}

void mdev_net_port_unregister(struct mdev_net *net)
{
	mdev_net_devlink_lock(net->parent);
	mdev_net_devlink_port_remove(net);
	mdev_net_devlink_unlock(net->parent);
}

/* Unregister and put the ports of slices of one NIC, whose representors have gone. */
void mdev_net_ports_remove(struct mdev_slice **slices, unsigned int nr)
{
	struct mdev_net_parent *np = mdev_net_of(slices[0])->parent;
	unsigned int i;

	mdev_net_devlink_lock(np);
	for (i = 0; i < nr; i++) {
		mdev_net_devlink_port_remove(mdev_net_of(slices[i]));
		put(mdev_net_of(slices[i]));
	}
	mdev_net_devlink_unlock(np);
}
