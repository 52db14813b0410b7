// SPDX-License-Identifier: GPL-2.0
/*
 * Life of a slice: checking what it shall be made with, making it, removing it.
 */
#include <linux/netlink.h>
#include <linux/slab.h>

#include "mdev_net.h"

/* What a slice is made with, all defaults filled in. */
struct provisioning {
	u64 features;
	u16 pairs;
	u16 mtu;
	u8 mac[ETH_ALEN];
};

/* Bits that cannot be left out, and those that need another (5.1.3.1). */
static const struct feature {
	unsigned int bit;
	unsigned int needs;
	const char *name;
} features[] = {
	{ VIRTIO_F_VERSION_1, 0, "VERSION_1" },
	{ VIRTIO_F_ACCESS_PLATFORM, 0, "ACCESS_PLATFORM" },
	{ VIRTIO_NET_F_MQ, VIRTIO_NET_F_CTRL_VQ, "MQ" },
	{ VIRTIO_NET_F_CTRL_RX, VIRTIO_NET_F_CTRL_VQ, "CTRL_RX" },
	{ VIRTIO_NET_F_CTRL_RX_EXTRA, VIRTIO_NET_F_CTRL_VQ, "CTRL_RX_EXTRA" },
	{ VIRTIO_NET_F_CTRL_MAC_ADDR, VIRTIO_NET_F_CTRL_VQ, "CTRL_MAC_ADDR" },
};

static bool has(const struct provisioning *prov, unsigned int bit)
{
	return prov->features & BIT_ULL(bit);
}

bool mdev_net_features_consistent(u64 bits)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		if (features[i].needs && bits & BIT_ULL(features[i].bit) &&
		    !(bits & BIT_ULL(features[i].needs)))
			return false;
	}
	return true;
}

static int check_features(const struct provisioning *prov,
			  struct netlink_ext_ack *extack)
{
	u64 unknown = prov->features & ~MDEV_NET_FEATURES;
	unsigned int i;

	if (unknown) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "device_features: bits 0x%llx are not supported",
				       unknown);
		return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(features); i++) {
		const struct feature *f = &features[i];

		if (!f->needs && !has(prov, f->bit)) {
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "device_features: %s cannot be left out",
					       f->name);
			return -EINVAL;
		}
		if (f->needs && has(prov, f->bit) && !has(prov, f->needs)) {
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "device_features: %s needs CTRL_VQ",
					       f->name);
			return -EINVAL;
		}
	}
	return 0;
}

static int check_pairs(const struct provisioning *prov,
		       struct netlink_ext_ack *extack)
{
	if (prov->pairs < 1 || prov->pairs > MDEV_NET_PAIRS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "max_vqp %u, expected 1 to %u",
				       prov->pairs, MDEV_NET_PAIRS_MAX);
		return -EINVAL;
	}
	if (prov->pairs > 1 && !has(prov, VIRTIO_NET_F_MQ)) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "max_vqp %u needs MQ in device_features",
				       prov->pairs);
		return -EINVAL;
	}
	if (prov->pairs == 1 && has(prov, VIRTIO_NET_F_MQ)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "device_features: MQ needs max_vqp of 2 or more");
		return -EINVAL;
	}
	return 0;
}

static int check_mtu(const struct mdev_config *config,
		     const struct provisioning *prov,
		     struct netlink_ext_ack *extack)
{
	if (prov->mtu < ETH_MIN_MTU || prov->mtu > MDEV_NET_MTU_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "mtu %u, expected %u to %u",
				       prov->mtu, ETH_MIN_MTU,
				       MDEV_NET_MTU_MAX);
		return -EINVAL;
	}
	if (config->mask & MDEV_CONFIG_NET_MTU &&
	    !has(prov, VIRTIO_NET_F_MTU)) {
		NL_SET_ERR_MSG_MOD(extack, "mtu needs MTU in device_features");
		return -EINVAL;
	}
	return 0;
}

static int check_mac(const u8 *mac, struct netlink_ext_ack *extack)
{
	if (is_valid_ether_addr(mac))
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "mac %pM, expected a unicast address",
			       mac);
	return -EINVAL;
}

static int read_mac(const struct mdev_config *config,
		    struct provisioning *prov, struct netlink_ext_ack *extack)
{
	if (!(config->mask & MDEV_CONFIG_NET_MAC)) {
		if (has(prov, VIRTIO_NET_F_MAC))
			eth_random_addr(prov->mac);
		return 0;
	}
	if (!has(prov, VIRTIO_NET_F_MAC)) {
		NL_SET_ERR_MSG_MOD(extack, "mac needs MAC in device_features");
		return -EINVAL;
	}
	ether_addr_copy(prov->mac, config->net.mac);
	return check_mac(prov->mac, extack);
}

static void read_defaults(const struct mdev_config *config,
			  struct provisioning *prov)
{
	prov->pairs = 1;
	prov->mtu = MDEV_NET_MTU_DEFAULT;
	prov->features = MDEV_NET_FEATURES;
	if (config->mask & MDEV_CONFIG_NET_MAX_VQP)
		prov->pairs = config->net.max_vq_pairs;
	if (config->mask & MDEV_CONFIG_NET_MTU)
		prov->mtu = config->net.mtu;
	if (config->mask & MDEV_CONFIG_FEATURES)
		prov->features = config->features;
	else if (prov->pairs == 1)
		prov->features &= ~BIT_ULL(VIRTIO_NET_F_MQ);
}

static int read_config(const struct mdev_config *config,
		       struct provisioning *prov,
		       struct netlink_ext_ack *extack)
{
	int err;

	memset(prov, 0, sizeof(*prov));
	read_defaults(config, prov);
	err = check_features(prov, extack);
	if (!err)
		err = check_pairs(prov, extack);
	if (!err)
		err = check_mtu(config, prov, extack);
	if (!err)
		err = read_mac(config, prov, extack);
	return err;
}

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
				  const struct provisioning *prov)
{
	bool ctrl = has(prov, VIRTIO_NET_F_CTRL_VQ);
	u16 nr_queues = 2 * prov->pairs + ctrl;
	struct mdev_net *net;

	net = kvzalloc(struct_size(net, queues, nr_queues), GFP_KERNEL);
	if (!net)
		return NULL;
	net->nr_queues = nr_queues;
	net->slice = slice;
	net->parent = dev_get_drvdata(slice->parent->dev);
	net->offered = prov->features;
	net->pairs = prov->pairs;
	net->ctrl_index = MDEV_NET_NO_CTRL;
	net->active_pairs = 1;
	mutex_init(&net->lock);
	spin_lock_init(&net->state_lock);
	spin_lock_init(&net->cb_lock);
	ether_addr_copy(net->mac, prov->mac);
	mdev_net_config_init(net, prov->mtu);
	return net;
}

static int port_get(struct mdev_net *net, struct netlink_ext_ack *extack)
{
	int port;

	port = ida_alloc_max(&net->parent->ports, mdev_net_max_slices - 1,
			     GFP_KERNEL);
	if (port < 0) {
		if (port == -ENOSPC)
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "all %u slices of the parent are taken",
					       mdev_net_max_slices);
		return port;
	}
	net->port = port;
	atomic_inc(&net->parent->nr_slices);
	return 0;
}

static void port_put(struct mdev_net *net)
{
	atomic_dec(&net->parent->nr_slices);
	ida_free(&net->parent->ports, net->port);
}

static int net_create(struct mdev_slice *slice,
		      const struct provisioning *prov,
		      struct netlink_ext_ack *extack)
{
	struct mdev_net *net;
	int err;

	net = net_alloc(slice, prov);
	if (!net)
		return -ENOMEM;
	err = port_get(net, extack);
	if (err)
		goto net_free;
	err = queues_init(net);
	if (err)
		goto port_put;
	mdev_slice_set_drvdata(slice, net);
	/* Last: from here on the representor is used by others. */
	err = mdev_net_rep_create(net, prov->mtu);
	if (err) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "the representor could not be made (%d)",
				       err);
		goto queues_destroy;
	}
	return 0;

queues_destroy:
	mdev_slice_set_drvdata(slice, NULL);
	queues_destroy(net);
port_put:
	port_put(net);
net_free:
	kvfree(net);
	return err;
}

static int slice_create(struct mdev_slice *slice,
			const struct mdev_config *config,
			struct netlink_ext_ack *extack)
{
	struct mdev_net_parent *np = dev_get_drvdata(slice->parent->dev);
	struct provisioning prov;
	int err;

	err = mdev_net_fault(np, MDEV_NET_FAULT_CREATE);
	if (err) {
		NL_SET_ERR_MSG_MOD(extack, "create: fault knob is set");
		return err;
	}
	err = read_config(config, &prov, extack);
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
static void slice_remove(struct mdev_slice *slice)
{
	struct mdev_net *net = mdev_net_of(slice);
	unsigned int i;

	mdev_net_device_stop(net);
	for (i = 0; i < net->nr_queues; i++)
		mdev_ring_work_disable_sync(&net->queues[i].work);
	mdev_net_rep_destroy(net);
	mdev_slice_set_drvdata(slice, NULL);
	queues_destroy(net);
	port_put(net);
	kvfree(net);
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
	if (!(config->mask & MDEV_CONFIG_NET_MAC))
		return 0;
	if (!(net->offered & BIT_ULL(VIRTIO_NET_F_MAC))) {
		NL_SET_ERR_MSG_MOD(extack,
				   "mac: the slice was made without feature MAC");
		return -EOPNOTSUPP;
	}
	err = check_mac(config->net.mac, extack);
	if (err)
		return err;
	mdev_net_config_provision_mac(net, config->net.mac);
	return 0;
}

static unsigned int slices_available(struct mdev_parent *parent,
				     const struct mdev_type *type)
{
	struct mdev_net_parent *np = dev_get_drvdata(parent->dev);

	return mdev_net_max_slices - atomic_read(&np->nr_slices);
}

const struct mdev_parent_ops mdev_net_parent_ops = {
	.owner = THIS_MODULE,
	.create = slice_create,
	.remove = slice_remove,
	.configure = slice_configure,
	.get_available = slices_available,
};
