// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": provisioning of network devices.
 */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>

#include "netlink.h"

static int mdev_nl_parse_mac(const struct nlattr *attr,
			     struct mdev_config *config,
			     struct netlink_ext_ack *extack)
{
	if (!is_valid_ether_addr(nla_data(attr))) {
		NL_SET_ERR_MSG_ATTR_FMT(extack, attr,
					"mac %pM is not a unicast address",
					nla_data(attr));
		return -EINVAL;
	}
	ether_addr_copy(config->net.mac, nla_data(attr));
	config->mask |= MDEV_CONFIG_NET_MAC;
	return 0;
}

static int mdev_nl_parse_mtu(const struct nlattr *attr,
			     struct mdev_config *config,
			     struct netlink_ext_ack *extack)
{
	u32 mtu = nla_get_u32(attr);

	if (mtu < ETH_MIN_MTU || mtu > ETH_MAX_MTU) {
		NL_SET_ERR_MSG_ATTR_FMT(extack, attr, "mtu %u, expected %u to %u",
					mtu, ETH_MIN_MTU, ETH_MAX_MTU);
		return -EINVAL;
	}
	config->net.mtu = mtu;
	config->mask |= MDEV_CONFIG_NET_MTU;
	return 0;
}

static int mdev_nl_parse_pairs(const struct nlattr *attr,
			       struct mdev_config *config,
			       struct netlink_ext_ack *extack)
{
	u32 pairs = nla_get_u32(attr);

	if (!pairs || pairs > U16_MAX) {
		NL_SET_ERR_MSG_ATTR_FMT(extack, attr,
					"max-vq-pairs %u, expected 1 to %u",
					pairs, U16_MAX);
		return -EINVAL;
	}
	config->net.max_vq_pairs = pairs;
	config->mask |= MDEV_CONFIG_NET_MAX_VQP;
	return 0;
}

int mdev_nl_parse_net(const struct nlattr *nest, struct mdev_config *config,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[MDEV_A_CONFIG_NET_MAX + 1];
	int err;

	err = nla_parse_nested(attrs, MDEV_A_CONFIG_NET_MAX, nest,
			       mdev_config_net_nl_policy, extack);
	if (!err && attrs[MDEV_A_CONFIG_NET_MAC])
		err = mdev_nl_parse_mac(attrs[MDEV_A_CONFIG_NET_MAC], config,
					extack);
	if (!err && attrs[MDEV_A_CONFIG_NET_MTU])
		err = mdev_nl_parse_mtu(attrs[MDEV_A_CONFIG_NET_MTU], config,
					extack);
	if (!err && attrs[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS])
		err = mdev_nl_parse_pairs(attrs[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS],
					  config, extack);
	return err;
}

int mdev_nl_put_net(struct sk_buff *skb, const struct mdev_config *config)
{
	struct nlattr *nest;

	if (!(config->mask & MDEV_CONFIG_NET))
		return 0;
	nest = nla_nest_start(skb, MDEV_A_CONFIG_NET);
	if (!nest)
		return -EMSGSIZE;
	if (config->mask & MDEV_CONFIG_NET_MAC &&
	    nla_put(skb, MDEV_A_CONFIG_NET_MAC, ETH_ALEN, config->net.mac))
		return -EMSGSIZE;
	if (config->mask & MDEV_CONFIG_NET_MTU &&
	    nla_put_u32(skb, MDEV_A_CONFIG_NET_MTU, config->net.mtu))
		return -EMSGSIZE;
	if (config->mask & MDEV_CONFIG_NET_MAX_VQP &&
	    nla_put_u32(skb, MDEV_A_CONFIG_NET_MAX_VQ_PAIRS,
			config->net.max_vq_pairs))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
