// SPDX-License-Identifier: GPL-2.0
/*
 * Provisioning: the attributes that a device is made with, or that are changed
 * later. The order of the checks, and their errno values, are those that tools
 * know from the kernel's family.
 */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_net.h>

#include "netlink.h"

/* Feature bits that belong to the device type, not to the transport. */
#define MDEV_VDPA_DEVICE_FEATURES \
	(~GENMASK_ULL(VIRTIO_TRANSPORT_F_END, VIRTIO_TRANSPORT_F_START))

struct mdev_vdpa_provision {
	int type;		/* VDPA_ATTR_* */
	u64 mask;		/* MDEV_CONFIG_* */
	const char *word;
};

static const struct mdev_vdpa_provision mdev_vdpa_provisions[] = {
	{ VDPA_ATTR_DEV_NET_CFG_MACADDR, MDEV_CONFIG_NET_MAC, "mac" },
	{ VDPA_ATTR_DEV_NET_CFG_MTU, MDEV_CONFIG_NET_MTU, "mtu" },
	{ VDPA_ATTR_DEV_NET_CFG_MAX_VQP, MDEV_CONFIG_NET_MAX_VQP, "max_vqp" },
	{ VDPA_ATTR_DEV_FEATURES, MDEV_CONFIG_FEATURES, "device_features" },
};

static const struct mdev_vdpa_provision *mdev_vdpa_find_provision(u64 mask)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mdev_vdpa_provisions) - 1; i++)
		if (mdev_vdpa_provisions[i].mask & mask)
			break;
	return &mdev_vdpa_provisions[i];
}

static int mdev_vdpa_parse_mac(const struct genl_info *info,
			       struct mdev_config *config)
{
	struct nlattr *attr = info->attrs[VDPA_ATTR_DEV_NET_CFG_MACADDR];

	if (!attr)
		return 0;
	if (!is_valid_ether_addr(nla_data(attr))) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr,
					"mac %pM is not a unicast address",
					nla_data(attr));
		return -EINVAL;
	}
	ether_addr_copy(config->net.mac, nla_data(attr));
	config->mask |= MDEV_CONFIG_NET_MAC;
	return 0;
}

static int mdev_vdpa_parse_mtu(const struct genl_info *info,
			       struct mdev_config *config)
{
	struct nlattr *attr = info->attrs[VDPA_ATTR_DEV_NET_CFG_MTU];

	if (!attr)
		return 0;
	config->net.mtu = nla_get_u16(attr);
	if (config->net.mtu < ETH_MIN_MTU) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr,
					"mtu %u is less than %d",
					config->net.mtu, ETH_MIN_MTU);
		return -EINVAL;
	}
	config->mask |= MDEV_CONFIG_NET_MTU;
	return 0;
}

static int mdev_vdpa_parse_max_vqp(const struct genl_info *info,
				   struct mdev_config *config)
{
	struct nlattr *attr = info->attrs[VDPA_ATTR_DEV_NET_CFG_MAX_VQP];

	if (!attr)
		return 0;
	config->net.max_vq_pairs = nla_get_u16(attr);
	if (!config->net.max_vq_pairs) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "max_vqp must be at least 1");
		return -EINVAL;
	}
	config->mask |= MDEV_CONFIG_NET_MAX_VQP;
	return 0;
}

/* Feature bits without which the attributes given have no effect. */
static u64 mdev_vdpa_needed_features(const struct mdev_config *config)
{
	u64 needed = 0;

	if (config->mask & MDEV_CONFIG_NET_MAC)
		needed |= BIT_ULL(VIRTIO_NET_F_MAC);
	if (config->mask & MDEV_CONFIG_NET_MTU)
		needed |= BIT_ULL(VIRTIO_NET_F_MTU);
	if (config->mask & MDEV_CONFIG_NET_MAX_VQP &&
	    config->net.max_vq_pairs > 1)
		needed |= BIT_ULL(VIRTIO_NET_F_MQ);
	return needed;
}

static int mdev_vdpa_parse_features(const struct genl_info *info,
				    struct mdev_config *config)
{
	struct nlattr *attr = info->attrs[VDPA_ATTR_DEV_FEATURES];
	u64 missing;

	if (!attr)
		return 0;
	config->features = nla_get_u64(attr);
	missing = mdev_vdpa_needed_features(config) & ~config->features;
	if (missing) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr,
					"device_features lacks 0x%llx that mac, mtu or max_vqp needs",
					missing);
		return -EINVAL;
	}
	config->mask |= MDEV_CONFIG_FEATURES;
	return 0;
}

/* Take what the request provisions, as far as it can be judged by itself. */
int mdev_vdpa_parse_config(const struct genl_info *info,
			   struct mdev_config *config)
{
	int err;

	err = mdev_vdpa_parse_mac(info, config);
	if (!err)
		err = mdev_vdpa_parse_mtu(info, config);
	if (!err)
		err = mdev_vdpa_parse_max_vqp(info, config);
	if (!err)
		err = mdev_vdpa_parse_features(info, config);
	return err;
}

/* Was anything given that the device does not accept? */
int mdev_vdpa_check_mask(const struct genl_info *info, u64 given, u64 accepted)
{
	const struct mdev_vdpa_provision *bad;

	if (!(given & ~accepted))
		return 0;
	bad = mdev_vdpa_find_provision(given & ~accepted);
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[bad->type],
				"%s cannot be set on this device", bad->word);
	return -EOPNOTSUPP;
}

static int mdev_vdpa_check_net(const struct genl_info *info, u64 mask)
{
	const struct mdev_vdpa_provision *bad;

	if (!(mask & MDEV_CONFIG_NET))
		return 0;
	bad = mdev_vdpa_find_provision(mask & MDEV_CONFIG_NET);
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[bad->type],
				"%s is for network devices, which this management device does not make",
				bad->word);
	return -EINVAL;
}

/* Bits that mean one thing to a network device and another to the rest. */
static int mdev_vdpa_check_ambiguous(const struct genl_info *info,
				     const struct mdev_parent *parent,
				     const struct mdev_config *config)
{
	if (!(config->mask & MDEV_CONFIG_FEATURES) ||
	    config->mask & MDEV_CONFIG_NET ||
	    hweight64(mdev_vdpa_classes(parent)) < 2 ||
	    !(config->features & MDEV_VDPA_DEVICE_FEATURES))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VDPA_ATTR_DEV_FEATURES],
			    "device_features is ambiguous: several types of device can be made");
	return -EINVAL;
}

static int mdev_vdpa_check_features(const struct genl_info *info,
				    const struct mdev_type *type,
				    const struct mdev_config *config)
{
	u64 unknown = config->features & ~type->features;

	if (!(config->mask & MDEV_CONFIG_FEATURES) || !unknown)
		return 0;
	NL_SET_ERR_MSG_ATTR_FMT(info->extack,
				info->attrs[VDPA_ATTR_DEV_FEATURES],
				"device_features has 0x%llx that is not supported",
				unknown);
	return -EINVAL;
}

/*
 * Which type is made: a request says so only by the attributes that it gives.
 * An ERR_PTR if they do not go together with the parent.
 */
const struct mdev_type *mdev_vdpa_choose_type(const struct genl_info *info,
					      const struct mdev_parent *parent,
					      const struct mdev_config *config)
{
	const struct mdev_type *net = mdev_vdpa_type(parent, VIRTIO_ID_NET);
	const struct mdev_type *type = mdev_vdpa_type(parent, 0);
	int err;

	if (net && config->mask & MDEV_CONFIG_NET)
		type = net;

	err = mdev_vdpa_check_mask(info, config->mask, type->create_mask);
	if (!err && !net)
		err = mdev_vdpa_check_net(info, config->mask);
	if (!err && net)
		err = mdev_vdpa_check_ambiguous(info, parent, config);
	if (!err)
		err = mdev_vdpa_check_features(info, type, config);
	return err ? ERR_PTR(err) : type;
}
