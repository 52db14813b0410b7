// SPDX-License-Identifier: GPL-2.0
/*
 * Life of a slice: making it, changing what it was made with, removing it.
 */
#include <linux/netlink.h>
#include <linux/numa.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "mdev_net.h"
#include "provision.h"

static int queues_init(struct mdev_net *net)
{
	u16 i;
	int err;

	for (i = 0; i < net->nr_queues; i++) {
		err = mdev_net_queue_init(net, i);
		if (err)
			break;
	}
	if (i == net->nr_queues)
		return 0;
	while (i--)
		mdev_net_queue_destroy(&net->queues[i]);
	return err;
}

static void queues_destroy(struct mdev_net *net)
{
	unsigned int i;

	for (i = 0; i < net->nr_queues; i++)
		mdev_net_queue_destroy(&net->queues[i]);
}

static struct mdev_net *net_alloc(struct mdev_slice *slice,
				  const struct mdev_net_provisioning *prov)
{
	bool ctrl = prov->features & BIT_ULL(VIRTIO_NET_F_CTRL_VQ);
	u16 nr_queues = 2 * prov->pairs + ctrl;
	struct mdev_net *net;

	net = kvzalloc_node(struct_size(net, queues, nr_queues),
			    GFP_KERNEL_ACCOUNT, prov->place.node);
	if (!net)
		return NULL;
	net->nr_queues = nr_queues;
	net->slice = slice;
	net->node = prov->place.node;
	net->parent = dev_get_drvdata(slice->parent->dev);
	net->offered = prov->features;
	net->pairs = prov->pairs;
	net->queue_size = prov->queue_size;
	net->ctrl_index = MDEV_NET_NO_CTRL;
	net->active_pairs = 1;
	mutex_init(&net->lock);
	spin_lock_init(&net->state_lock);
	spin_lock_init(&net->cb_lock);
	mdev_net_rate_init(&net->rate);
	mdev_net_health_init(net);
	ether_addr_copy(net->mac, prov->mac);
	mdev_net_config_init(net, prov->mtu);
	mdev_net_announce_enable(net);
	return net;
}

static int net_create(struct mdev_slice *slice,
		      const struct mdev_net_provisioning *prov,
		      struct netlink_ext_ack *extack)
{
	struct mdev_net *net;
	int err;

	net = net_alloc(slice, prov);
	if (!net)
		return -ENOMEM;
	err = mdev_net_port_get(net, extack);
	if (err)
		goto net_free;
	err = mdev_net_owners_get(&net->owners, NULL, &prov->place);
	if (err)
		goto port_put;
	err = queues_init(net);
	if (err)
		goto owners_put;
	mdev_slice_set_drvdata(slice, net);
	err = mdev_net_port_register(net);
	if (err)
		goto queues_destroy;
	/* Last: from here on the representor is used by others. */
	err = mdev_net_rep_create(net, prov->mtu);
	if (err) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "the representor could not be made (%d)",
				       err);
		goto port_unregister;
	}
	return 0;

port_unregister:
	mdev_net_port_unregister(net);
queues_destroy:
	mdev_slice_set_drvdata(slice, NULL);
	queues_destroy(net);
owners_put:
	mdev_net_owners_put(&net->owners);
port_put:
	mdev_net_port_put(net);
net_free:
	kvfree(net);
	return err;
}

static int slice_create(struct mdev_slice *slice,
			const struct mdev_config *config,
			struct netlink_ext_ack *extack)
{
	struct mdev_net_parent *np = dev_get_drvdata(slice->parent->dev);
	struct mdev_net_provisioning prov;
	int err;

	err = mdev_net_fault(np, MDEV_NET_FAULT_CREATE);
	if (err) {
		NL_SET_ERR_MSG_MOD(extack, "create: fault knob is set");
		return err;
	}
	err = mdev_net_provision(config, &prov, extack);
	if (err)
		return err;
	return net_create(slice, &prov, extack);
}

/*
 * In no class the device is reset, so no ring runs. Workers go first: after
 * mdev_ring_work_disable_sync() a kick does nothing, so the representor, which
 * may transmit until it is unregistered, can only fill backlogs. After it is
 * gone nobody refers to the queues.
 */
static void net_stop(struct mdev_net *net)
{
	unsigned int i;

	mdev_net_device_stop(net);
	for (i = 0; i < net->nr_queues; i++)
		mdev_ring_work_disable_sync(&net->queues[i].work);
	mdev_net_health_stop(net);
}

static void net_free(struct mdev_net *net)
{
	mdev_net_announce_disable(net);
	mdev_net_rate_end(&net->rate);
	mdev_slice_set_drvdata(net->slice, NULL);
	queues_destroy(net);
	mdev_net_owners_put(&net->owners);
	kvfree(net);
}

/* The stack takes as long to forget many representors as to forget one. */
static void slices_remove(struct mdev_slice **slices, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		net_stop(mdev_net_of(slices[i]));
	mdev_net_reps_destroy(slices, nr);
	mdev_net_ports_remove(slices, nr);
	for (i = 0; i < nr; i++)
		net_free(mdev_net_of(slices[i]));
}

static void slice_remove(struct mdev_slice *slice)
{
	slices_remove(&slice, 1);
}

/* What can be changed in no class only, by its name. */
static const char *parked_name(u64 mask)
{
	if (mask & MDEV_CONFIG_NET_MTU)
		return "mtu";
	if (mask & MDEV_CONFIG_QUEUE_SIZE)
		return "queue_size";
	return mask & MDEV_CONFIG_CPUS ? "cpus" : "device_features";
}

/* Queues stay as they are: the representor has had its own of each pair from the beginning. */
static int check_features(const struct mdev_net *net, u64 features,
			  struct netlink_ext_ack *extack)
{
	if ((features ^ net->offered) & BIT_ULL(VIRTIO_NET_F_CTRL_VQ)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "device_features: CTRL_VQ is fixed when a slice is made");
		return -EOPNOTSUPP;
	}
	return mdev_net_check_features(features, net->pairs, extack);
}

static int check_offered(const struct mdev_net *net,
			 const struct mdev_config *config,
			 struct netlink_ext_ack *extack)
{
	u64 offered = config->mask & MDEV_CONFIG_FEATURES ? config->features :
							    net->offered;

	if (config->mask & MDEV_CONFIG_NET_MAC &&
	    !(offered & BIT_ULL(VIRTIO_NET_F_MAC))) {
		NL_SET_ERR_MSG_MOD(extack,
				   "mac: the slice is without feature MAC");
		return -EOPNOTSUPP;
	}
	if (config->mask & MDEV_CONFIG_NET_MTU &&
	    !(offered & BIT_ULL(VIRTIO_NET_F_MTU))) {
		NL_SET_ERR_MSG_MOD(extack,
				   "mtu: the slice is without feature MTU");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* A driver reads some of it once, so it changes while there can be none. */
static int check_configure(const struct mdev_net *net,
			   const struct mdev_config *config,
			   struct netlink_ext_ack *extack)
{
	u64 mask = config->mask;
	int err;

	err = check_offered(net, config, extack);
	if (err)
		return err;
	if (mask & ~MDEV_CONFIG_NET_MAC && !mdev_slice_parked(net->slice)) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "%s can be changed in class none only",
				       parked_name(mask));
		return -EBUSY;
	}
	if (mask & MDEV_CONFIG_FEATURES)
		err = check_features(net, config->features, extack);
	if (!err && mask & MDEV_CONFIG_NET_MAC)
		err = mdev_net_check_mac(config->net.mac, extack);
	if (!err && mask & MDEV_CONFIG_NET_MTU)
		err = mdev_net_check_mtu(config->net.mtu, extack);
	if (!err && mask & MDEV_CONFIG_QUEUE_SIZE)
		err = mdev_net_check_queue_size(config->queue_size, extack);
	return err;
}

static int set_mtu(struct mdev_net *net, u16 mtu, struct netlink_ext_ack *extack)
{
	int err;

	rtnl_lock();
	err = dev_set_mtu(net->rep, mtu);
	rtnl_unlock();
	if (err)
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "mtu: the representor does not take it: %pe",
				       ERR_PTR(err));
	else
		mdev_net_config_provision_mtu(net, mtu);
	return err;
}

static void set_queue_size(struct mdev_net *net, u16 size)
{
	unsigned int i;

	mutex_lock(&net->lock);
	WRITE_ONCE(net->queue_size, size);
	for (i = 0; i < net->nr_queues; i++)
		mdev_net_queue_reset(&net->queues[i]);
	mutex_unlock(&net->lock);
}

/* First what can fail. */
static int configure(struct mdev_net *net, const struct mdev_config *config,
		     struct netlink_ext_ack *extack)
{
	struct mdev_net_place place = {
		.cpus = config->cpus,
		.node = net->node,
	};
	struct mdev_net_owners owners = {};
	int err = 0;

	if (config->mask & MDEV_CONFIG_CPUS)
		err = mdev_net_owners_get(&owners, &net->owners, &place);
	if (err)
		return err;
	if (config->mask & MDEV_CONFIG_NET_MTU)
		err = set_mtu(net, config->net.mtu, extack);
	if (err)
		goto owners_put;
	if (config->mask & MDEV_CONFIG_CPUS)
		mdev_net_device_move(net, &owners);
	if (config->mask & MDEV_CONFIG_FEATURES)
		mdev_net_config_provision_features(net, config->features);
	if (config->mask & MDEV_CONFIG_QUEUE_SIZE)
		set_queue_size(net, config->queue_size);
	if (config->mask & MDEV_CONFIG_NET_MAC)
		mdev_net_config_provision_mac(net, config->net.mac);
owners_put:
	mdev_net_owners_put(&owners);
	return err;
}

static int slice_configure(struct mdev_slice *slice,
			   const struct mdev_config *config,
			   struct netlink_ext_ack *extack)
{
	struct mdev_net *net = mdev_net_of(slice);
	int err;

	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_CONFIGURE);
	if (err) {
		NL_SET_ERR_MSG_MOD(extack, "configure: fault knob is set");
		return err;
	}
	err = check_configure(net, config, extack);
	return err ?: configure(net, config, extack);
}

static void slice_get_config(struct mdev_slice *slice, struct mdev_config *config)
{
	struct mdev_net *net = mdev_net_of(slice);

	config->net.max_vq_pairs = net->pairs;
	config->queue_size = READ_ONCE(net->queue_size);
	config->mask = MDEV_CONFIG_NET_MAX_VQP | MDEV_CONFIG_QUEUE_SIZE;
	if (net->node != NUMA_NO_NODE) {
		config->numa_node = net->node;
		config->mask |= MDEV_CONFIG_NUMA_NODE;
	}
	mdev_net_config_provisioned(net, config);
}

/* Those of its node are not told. */
static const struct cpumask *slice_get_cpus(struct mdev_slice *slice)
{
	if (!mdev_slice_said(slice, MDEV_CONFIG_CPUS))
		return NULL;
	return mdev_net_cpus(mdev_net_of(slice)) ?: cpu_possible_mask;
}

static struct net_device *slice_get_representor(struct mdev_slice *slice)
{
	return mdev_net_of(slice)->rep;
}

static unsigned int slices_available(struct mdev_parent *parent,
				     const struct mdev_type *type)
{
	struct mdev_net_parent *np = dev_get_drvdata(parent->dev);

	return READ_ONCE(np->max_slices) - atomic_read(&np->nr_slices);
}

const struct mdev_parent_ops mdev_net_parent_ops = {
	.owner = THIS_MODULE,
	.create = slice_create,
	.remove = slice_remove,
	.remove_many = slices_remove,
	.configure = slice_configure,
	.get_available = slices_available,
	.get_config = slice_get_config,
	.get_cpus = slice_get_cpus,
	.get_representor = slice_get_representor,
	.get_stats = mdev_net_get_stats,
};
