// SPDX-License-Identifier: GPL-2.0
/*
 * devlink instance of a NIC: what it is, how much there is of it, and reload.
 *
 * It is registered before the first slice can be made and unregistered after the last one
 * has gone, so whoever has a slice has an instance.
 */
#include <linux/module.h>
#include <linux/netlink.h>

#include "devlink.h"

/* The version of the specification that it is written to. */
#define VIRTIO_VERSION	"1.2"

enum resource_id {
	RESOURCE_SLICES = 1,
	RESOURCE_PAIRS,
};

struct mdev_net_parent *mdev_net_devlink_parent(struct devlink *devlink)
{
	struct mdev_net_parent **np = devlink_priv(devlink);

	return *np;
}

/* The driver's name is told by devlink. Software has no serial number. */
static int info_get(struct devlink *devlink, struct devlink_info_req *req,
		    struct netlink_ext_ack *extack)
{
	int err;

	err = devlink_info_version_fixed_put(req, "virtio", VIRTIO_VERSION);
	if (!err && THIS_MODULE->srcversion)
		err = devlink_info_version_running_put(req, "driver.srcversion",
						       THIS_MODULE->srcversion);
	return err;
}

static u64 slices_occ_get(void *priv)
{
	struct mdev_net_parent *np = priv;

	return atomic_read(&np->nr_slices);
}

static u64 pairs_occ_get(void *priv)
{
	struct mdev_net_parent *np = priv;

	return atomic_read(&np->nr_pairs);
}

static int resource_add(struct mdev_net_parent *np, const char *name,
			enum resource_id id, u64 size, u64 size_max,
			devlink_resource_occ_get_t *occ_get)
{
	struct devlink_resource_size_params params;
	int err;

	devlink_resource_size_params_init(&params, 1, size_max, 1,
					  DEVLINK_RESOURCE_UNIT_ENTRY);
	err = devl_resource_register(np->devlink, name, size, id,
				     DEVLINK_RESOURCE_ID_PARENT_TOP, &params);
	if (!err)
		devl_resource_occ_get_register(np->devlink, id, occ_get, np);
	return err;
}

static int resources_add(struct mdev_net_parent *np)
{
	int err;

	err = resource_add(np, "slices", RESOURCE_SLICES, np->max_slices,
			   MDEV_NET_SLICES_MAX, slices_occ_get);
	if (err)
		return err;
	err = resource_add(np, "queue_pairs", RESOURCE_PAIRS, np->max_pairs,
			   MDEV_NET_SLICES_MAX * MDEV_NET_PAIRS_MAX,
			   pairs_occ_get);
	if (err)
		devl_resources_unregister(np->devlink);
	return err;
}

static void resource_take(struct devlink *devlink, enum resource_id id,
			  unsigned int *size)
{
	u64 value;

	if (!devl_resource_size_get(devlink, id, &value))
		WRITE_ONCE(*size, value);
}

/* An instance that has gone to another namespace could not be led back with slices. */
static int check_namespace(bool netns_change, struct netlink_ext_ack *extack)
{
	if (!netns_change)
		return 0;
	NL_SET_ERR_MSG_MOD(extack,
			   "a NIC has no namespace, its representors have");
	return -EOPNOTSUPP;
}

/* What is told of the name is as much as fits. */
static int check_unused(struct mdev_net_parent *np,
			struct netlink_ext_ack *extack)
{
	unsigned long port = 0;
	struct mdev_net *net;

	net = xa_find(&np->ports, &port, ULONG_MAX, XA_PRESENT);
	if (!net)
		return 0;
	rcu_read_lock();
	NL_SET_ERR_MSG_FMT(extack, "%u slices exist, first is %.50s",
			   atomic_read(&np->nr_slices),
			   mdev_slice_name(net->slice));
	rcu_read_unlock();
	return -EBUSY;
}

/* No slice is made between down and up, see port.c. */
static int reload_down(struct devlink *devlink, bool netns_change,
		       enum devlink_reload_action action,
		       enum devlink_reload_limit limit,
		       struct netlink_ext_ack *extack)
{
	int err;

	err = check_namespace(netns_change, extack);
	if (!err)
		err = check_unused(mdev_net_devlink_parent(devlink), extack);
	if (!err)
		devl_rate_nodes_destroy(devlink);
	return err;
}

static int reload_up(struct devlink *devlink, enum devlink_reload_action action,
		     enum devlink_reload_limit limit, u32 *actions_performed,
		     struct netlink_ext_ack *extack)
{
	struct mdev_net_parent *np = mdev_net_devlink_parent(devlink);

	resource_take(devlink, RESOURCE_SLICES, &np->max_slices);
	resource_take(devlink, RESOURCE_PAIRS, &np->max_pairs);
	*actions_performed = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT);
	return 0;
}

static const struct devlink_ops ops = {
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT),
	.reload_down = reload_down,
	.reload_up = reload_up,
	.info_get = info_get,
	.rate_leaf_tx_max_set = mdev_net_devlink_rate_max_set,
	.rate_leaf_tx_share_set = mdev_net_devlink_rate_share_set,
	.rate_leaf_parent_set = mdev_net_devlink_rate_parent_set,
	.rate_node_new = mdev_net_devlink_rate_node_new,
	.rate_node_del = mdev_net_devlink_rate_node_del,
	.rate_node_tx_max_set = mdev_net_devlink_rate_node_max_set,
};

int mdev_net_devlink_add(struct mdev_net_parent *np)
{
	int err;

	np->devlink = devlink_alloc(&ops, sizeof(np), np->parent->dev);
	if (!np->devlink)
		return -ENOMEM;
	*(struct mdev_net_parent **)devlink_priv(np->devlink) = np;
	devl_lock(np->devlink);
	err = resources_add(np);
	if (err)
		goto free_devlink;
	err = devl_register(np->devlink);
	if (err)
		goto remove_resources;
	devl_unlock(np->devlink);
	return 0;

remove_resources:
	devl_resources_unregister(np->devlink);
free_devlink:
	devl_unlock(np->devlink);
	devlink_free(np->devlink);
	return err;
}

void mdev_net_devlink_remove(struct mdev_net_parent *np)
{
	devl_lock(np->devlink);
	devl_unregister(np->devlink);
	devl_rate_nodes_destroy(np->devlink);
	devl_resources_unregister(np->devlink);
	devl_unlock(np->devlink);
	devlink_free(np->devlink);
}
