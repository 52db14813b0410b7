// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": provisioning. What only devices of one virtio type have is in a file of
 * its own.
 */
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/string.h>
#include <uapi/linux/virtio_ids.h>

#include "netlink.h"

/* A bit tells user space what a parent takes. */
static_assert(MDEV_CONFIG_FEATURES == MDEV_CONFIG_PART_FEATURES);
static_assert(MDEV_CONFIG_NET_MAC == MDEV_CONFIG_PART_NET_MAC);
static_assert(MDEV_CONFIG_NET_MTU == MDEV_CONFIG_PART_NET_MTU);
static_assert(MDEV_CONFIG_NET_MAX_VQP == MDEV_CONFIG_PART_NET_MAX_VQ_PAIRS);
static_assert(MDEV_CONFIG_QUEUE_SIZE == MDEV_CONFIG_PART_QUEUE_SIZE);
static_assert(MDEV_CONFIG_NUMA_NODE == MDEV_CONFIG_PART_NUMA_NODE);
static_assert(MDEV_CONFIG_CPUS == MDEV_CONFIG_PART_CPUS);

/* Longest list of CPUs that is told, with its end; as long as one that is taken. */
#define MDEV_NL_CPUS_SIZE	512

/* Bits of words that are not known yet can only be 0. */
static int mdev_nl_parse_features(const struct nlattr *attr,
				  struct mdev_config *config,
				  struct netlink_ext_ack *extack)
{
	int len = nla_len(attr);

	if (!len || len % sizeof(u64)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "features are not an array of u64");
		return -EINVAL;
	}
	if (memchr_inv(nla_data(attr) + sizeof(u64), 0, len - sizeof(u64))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "features above bit 63 are not supported");
		return -EOPNOTSUPP;
	}
	config->features = nla_get_u64(attr);
	config->mask |= MDEV_CONFIG_FEATURES;
	return 0;
}

static int mdev_nl_parse_node(const struct nlattr *attr,
			      struct mdev_config *config,
			      struct netlink_ext_ack *extack)
{
	u32 node = nla_get_u32(attr);

	if (node >= MAX_NUMNODES || !node_online(node)) {
		NL_SET_ERR_MSG_ATTR_FMT(extack, attr,
					"there is no NUMA node %u", node);
		return -EINVAL;
	}
	config->numa_node = node;
	config->mask |= MDEV_CONFIG_NUMA_NODE;
	return 0;
}

static int mdev_nl_parse_cpus(const struct nlattr *attr,
			      struct mdev_nl_config *given,
			      struct netlink_ext_ack *extack)
{
	int err;

	if (!zalloc_cpumask_var(&given->cpus, GFP_KERNEL))
		return -ENOMEM;
	err = cpulist_parse(nla_data(attr), given->cpus);
	if (err == -ERANGE) {
		NL_SET_ERR_MSG_ATTR_FMT(extack, attr,
					"cpus has one above %u, the last that there can be",
					(unsigned int)nr_cpumask_bits - 1);
		return -EINVAL;
	}
	if (err) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "cpus is not a list of CPUs, like 0-3,8");
		return -EINVAL;
	}
	if (!cpumask_intersects(given->cpus, cpu_online_mask)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "cpus has no CPU that is online");
		return -EINVAL;
	}
	given->config.cpus = given->cpus;
	given->config.mask |= MDEV_CONFIG_CPUS;
	return 0;
}

static int mdev_nl_parse_parts(struct nlattr *attrs[],
			       struct mdev_nl_config *given,
			       struct netlink_ext_ack *extack)
{
	struct mdev_config *config = &given->config;
	int err = 0;

	if (attrs[MDEV_A_CONFIG_FEATURES])
		err = mdev_nl_parse_features(attrs[MDEV_A_CONFIG_FEATURES],
					     config, extack);
	if (attrs[MDEV_A_CONFIG_QUEUE_SIZE]) {
		config->queue_size = nla_get_u32(attrs[MDEV_A_CONFIG_QUEUE_SIZE]);
		config->mask |= MDEV_CONFIG_QUEUE_SIZE;
	}
	if (!err && attrs[MDEV_A_CONFIG_NUMA_NODE])
		err = mdev_nl_parse_node(attrs[MDEV_A_CONFIG_NUMA_NODE], config,
					 extack);
	if (!err && attrs[MDEV_A_CONFIG_CPUS])
		err = mdev_nl_parse_cpus(attrs[MDEV_A_CONFIG_CPUS], given,
					 extack);
	if (!err && attrs[MDEV_A_CONFIG_NET])
		err = mdev_nl_parse_net(attrs[MDEV_A_CONFIG_NET], config,
					extack);
	return err;
}

/*
 * Take what the request provisions, as far as it can be judged by itself. Whatever is
 * returned, mdev_nl_free_config() comes after it.
 */
int mdev_nl_parse_config(const struct genl_info *info,
			 struct mdev_nl_config *given)
{
	struct nlattr *attrs[MDEV_A_CONFIG_MAX + 1];
	int err;

	*given = (struct mdev_nl_config){};
	if (!info->attrs[MDEV_A_SLICE_CONFIG])
		return 0;
	err = nla_parse_nested(attrs, MDEV_A_CONFIG_MAX,
			       info->attrs[MDEV_A_SLICE_CONFIG],
			       mdev_config_nl_policy, info->extack);
	return err ? err : mdev_nl_parse_parts(attrs, given, info->extack);
}

void mdev_nl_free_config(struct mdev_nl_config *given)
{
	free_cpumask_var(given->cpus);
}

static const struct {
	u64 mask;
	const char *word;
} mdev_nl_words[] = {
	{ MDEV_CONFIG_FEATURES, "features" },
	{ MDEV_CONFIG_NET_MAC, "mac" },
	{ MDEV_CONFIG_NET_MTU, "mtu" },
	{ MDEV_CONFIG_NET_MAX_VQP, "max-vq-pairs" },
	{ MDEV_CONFIG_QUEUE_SIZE, "queue-size" },
	{ MDEV_CONFIG_NUMA_NODE, "numa-node" },
	{ MDEV_CONFIG_CPUS, "cpus" },
};

static const char *mdev_nl_word(u64 mask)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mdev_nl_words) - 1; i++)
		if (mdev_nl_words[i].mask & mask)
			break;
	return mdev_nl_words[i].word;
}

/* Is anything given that a slice of the type cannot have? @accepted: bits of what it can. */
int mdev_nl_check_config(const struct genl_info *info,
			 const struct mdev_nl_config *given,
			 const struct mdev_type *type, u64 accepted)
{
	const struct nlattr *nest = info->attrs[MDEV_A_SLICE_CONFIG];
	u64 refused = given->config.mask & ~accepted;
	u64 fixed = refused & type->create_mask;
	u64 unknown = given->config.features & ~type->features;

	if (refused & MDEV_CONFIG_NET && type->device_id != VIRTIO_ID_NET) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, nest,
					"%s is for network devices, and type %.24s is none",
					mdev_nl_word(refused & MDEV_CONFIG_NET),
					type->name);
		return -EINVAL;
	}
	if (fixed) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, nest,
					"%s is fixed when a slice is made",
					mdev_nl_word(fixed));
		return -EOPNOTSUPP;
	}
	if (refused) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, nest,
					"%s cannot be set on this slice",
					mdev_nl_word(refused));
		return -EOPNOTSUPP;
	}
	if (given->config.mask & MDEV_CONFIG_FEATURES && unknown) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, nest,
					"features 0x%llx are not those of type %.24s",
					unknown, type->name);
		return -EINVAL;
	}
	return 0;
}

/* A list that is longer is not told, as one that was cut would be another one. */
static int mdev_nl_put_cpus(struct sk_buff *skb, struct mdev_slice *slice)
{
	const struct mdev_parent_ops *ops = slice->parent->ops;
	const struct cpumask *cpus = NULL;
	char list[MDEV_NL_CPUS_SIZE];
	int len = 0;

	rcu_read_lock();
	if (ops->get_cpus)
		cpus = ops->get_cpus(slice);
	if (cpus)
		len = snprintf(list, sizeof(list), "%*pbl",
			       cpumask_pr_args(cpus));
	rcu_read_unlock();
	if (!len || len >= sizeof(list))
		return 0;
	return nla_put_string(skb, MDEV_A_CONFIG_CPUS, list);
}

static int mdev_nl_put_parts(struct sk_buff *skb,
			     const struct mdev_config *config)
{
	if (config->mask & MDEV_CONFIG_FEATURES &&
	    mdev_nl_put_features(skb, MDEV_A_CONFIG_FEATURES, config->features))
		return -EMSGSIZE;
	if (config->mask & MDEV_CONFIG_QUEUE_SIZE &&
	    nla_put_u32(skb, MDEV_A_CONFIG_QUEUE_SIZE, config->queue_size))
		return -EMSGSIZE;
	if (config->mask & MDEV_CONFIG_NUMA_NODE &&
	    nla_put_u32(skb, MDEV_A_CONFIG_NUMA_NODE, config->numa_node))
		return -EMSGSIZE;
	return mdev_nl_put_net(skb, config);
}

/* What the parent says the slice is provisioned with, if it does, and who chose that. */
int mdev_nl_put_config(struct sk_buff *skb, struct mdev_slice *slice)
{
	const struct mdev_parent_ops *ops = slice->parent->ops;
	struct mdev_config config = {};
	struct nlattr *nest;

	if (!ops->get_config)
		return 0;
	ops->get_config(slice, &config);
	nest = nla_nest_start(skb, MDEV_A_SLICE_CONFIG);
	if (!nest || mdev_nl_put_parts(skb, &config) ||
	    mdev_nl_put_cpus(skb, slice))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return nla_put_u32(skb, MDEV_A_SLICE_GIVEN, READ_ONCE(slice->said));
}
