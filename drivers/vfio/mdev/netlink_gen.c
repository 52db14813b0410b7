// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mdev.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/mdev_netlink.h>

/* Common nested types */
const struct nla_policy mdev_config_nl_policy[MDEV_A_CONFIG_NET + 1] = {
	[MDEV_A_CONFIG_FEATURES] = { .type = NLA_BINARY, },
	[MDEV_A_CONFIG_QUEUE_SIZE] = NLA_POLICY_MIN(NLA_U32, 1),
	[MDEV_A_CONFIG_NUMA_NODE] = { .type = NLA_U32, },
	[MDEV_A_CONFIG_CPUS] = { .type = NLA_NUL_STRING, .len = 511, },
	[MDEV_A_CONFIG_NET] = NLA_POLICY_NESTED(mdev_config_net_nl_policy),
};

const struct nla_policy mdev_config_net_nl_policy[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS + 1] = {
	[MDEV_A_CONFIG_NET_MAC] = NLA_POLICY_EXACT_LEN(6),
	[MDEV_A_CONFIG_NET_MTU] = { .type = NLA_U32, },
	[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS] = { .type = NLA_U32, },
};

/* MDEV_CMD_PARENT_GET - do */
static const struct nla_policy mdev_parent_get_nl_policy[MDEV_A_PARENT_NAME + 1] = {
	[MDEV_A_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
};

/* MDEV_CMD_TYPE_GET - do */
static const struct nla_policy mdev_type_get_do_nl_policy[MDEV_A_TYPE_NAME + 1] = {
	[MDEV_A_TYPE_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_TYPE_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_TYPE_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
};

/* MDEV_CMD_TYPE_GET - dump */
static const struct nla_policy mdev_type_get_dump_nl_policy[MDEV_A_TYPE_PARENT_NAME + 1] = {
	[MDEV_A_TYPE_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_TYPE_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
};

/* MDEV_CMD_SLICE_GET - do */
static const struct nla_policy mdev_slice_get_do_nl_policy[MDEV_A_SLICE_UUID + 1] = {
	[MDEV_A_SLICE_ID] = { .type = NLA_U32, },
	[MDEV_A_SLICE_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_UUID] = { .type = NLA_NUL_STRING, .len = 36, },
};

/* MDEV_CMD_SLICE_GET - dump */
static const struct nla_policy mdev_slice_get_dump_nl_policy[MDEV_A_SLICE_OWNER + 1] = {
	[MDEV_A_SLICE_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_SLICE_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_SLICE_TYPE] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_CLASS] = NLA_POLICY_MAX(NLA_U32, 4),
	[MDEV_A_SLICE_OWNER] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_OWNER_MAX, },
};

/* MDEV_CMD_SLICE_NEW - do */
static const struct nla_policy mdev_slice_new_nl_policy[MDEV_A_SLICE_CONFIG + 1] = {
	[MDEV_A_SLICE_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_UUID] = { .type = NLA_NUL_STRING, .len = 36, },
	[MDEV_A_SLICE_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_SLICE_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_SLICE_TYPE] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_CLASS] = NLA_POLICY_MAX(NLA_U32, 4),
	[MDEV_A_SLICE_OWNER] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_OWNER_MAX, },
	[MDEV_A_SLICE_CONFIG] = NLA_POLICY_NESTED(mdev_config_nl_policy),
};

/* MDEV_CMD_SLICE_SET - do */
static const struct nla_policy mdev_slice_set_nl_policy[MDEV_A_SLICE_NEW_NAME + 1] = {
	[MDEV_A_SLICE_ID] = { .type = NLA_U32, },
	[MDEV_A_SLICE_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_UUID] = { .type = NLA_NUL_STRING, .len = 36, },
	[MDEV_A_SLICE_CLASS] = NLA_POLICY_MAX(NLA_U32, 4),
	[MDEV_A_SLICE_FORCE] = { .type = NLA_FLAG, },
	[MDEV_A_SLICE_OWNER] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_OWNER_MAX, },
	[MDEV_A_SLICE_CONFIG] = NLA_POLICY_NESTED(mdev_config_nl_policy),
	[MDEV_A_SLICE_NEW_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
};

/* MDEV_CMD_SLICE_DEL - do */
static const struct nla_policy mdev_slice_del_nl_policy[MDEV_A_SLICE_UUID + 1] = {
	[MDEV_A_SLICE_ID] = { .type = NLA_U32, },
	[MDEV_A_SLICE_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_UUID] = { .type = NLA_NUL_STRING, .len = 36, },
};

/* MDEV_CMD_SLICE_FLUSH - do */
static const struct nla_policy mdev_slice_flush_nl_policy[MDEV_A_SLICE_OWNER + 1] = {
	[MDEV_A_SLICE_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_SLICE_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_SLICE_TYPE] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_SLICE_CLASS] = NLA_POLICY_MAX(NLA_U32, 4),
	[MDEV_A_SLICE_OWNER] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_OWNER_MAX, },
};

/* MDEV_CMD_STATS_GET - dump */
static const struct nla_policy mdev_stats_get_nl_policy[MDEV_A_STATS_SLICE_OWNER + 1] = {
	[MDEV_A_STATS_SLICE_ID] = { .type = NLA_U32, },
	[MDEV_A_STATS_SLICE_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_STATS_SLICE_UUID] = { .type = NLA_NUL_STRING, .len = 36, },
	[MDEV_A_STATS_PARENT_BUS] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_STATS_PARENT_NAME] = { .type = NLA_NUL_STRING, .len = MDEV_PARENT_NAME_MAX, },
	[MDEV_A_STATS_SLICE_TYPE] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_NAME_MAX, },
	[MDEV_A_STATS_SLICE_CLASS] = NLA_POLICY_MAX(NLA_U32, 4),
	[MDEV_A_STATS_SLICE_OWNER] = { .type = NLA_NUL_STRING, .len = MDEV_SLICE_OWNER_MAX, },
};

/* Ops table for mdev */
static const struct genl_split_ops mdev_nl_ops[] = {
	{
		.cmd		= MDEV_CMD_PARENT_GET,
		.doit		= mdev_nl_parent_get_doit,
		.policy		= mdev_parent_get_nl_policy,
		.maxattr	= MDEV_A_PARENT_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= MDEV_CMD_PARENT_GET,
		.dumpit	= mdev_nl_parent_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MDEV_CMD_TYPE_GET,
		.doit		= mdev_nl_type_get_doit,
		.policy		= mdev_type_get_do_nl_policy,
		.maxattr	= MDEV_A_TYPE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MDEV_CMD_TYPE_GET,
		.dumpit		= mdev_nl_type_get_dumpit,
		.policy		= mdev_type_get_dump_nl_policy,
		.maxattr	= MDEV_A_TYPE_PARENT_NAME,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MDEV_CMD_SLICE_GET,
		.doit		= mdev_nl_slice_get_doit,
		.policy		= mdev_slice_get_do_nl_policy,
		.maxattr	= MDEV_A_SLICE_UUID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MDEV_CMD_SLICE_GET,
		.dumpit		= mdev_nl_slice_get_dumpit,
		.policy		= mdev_slice_get_dump_nl_policy,
		.maxattr	= MDEV_A_SLICE_OWNER,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MDEV_CMD_SLICE_NEW,
		.doit		= mdev_nl_slice_new_doit,
		.policy		= mdev_slice_new_nl_policy,
		.maxattr	= MDEV_A_SLICE_CONFIG,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MDEV_CMD_SLICE_SET,
		.doit		= mdev_nl_slice_set_doit,
		.policy		= mdev_slice_set_nl_policy,
		.maxattr	= MDEV_A_SLICE_NEW_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MDEV_CMD_SLICE_DEL,
		.doit		= mdev_nl_slice_del_doit,
		.policy		= mdev_slice_del_nl_policy,
		.maxattr	= MDEV_A_SLICE_UUID,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MDEV_CMD_SLICE_FLUSH,
		.doit		= mdev_nl_slice_flush_doit,
		.policy		= mdev_slice_flush_nl_policy,
		.maxattr	= MDEV_A_SLICE_OWNER,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MDEV_CMD_STATS_GET,
		.dumpit		= mdev_nl_stats_get_dumpit,
		.policy		= mdev_stats_get_nl_policy,
		.maxattr	= MDEV_A_STATS_SLICE_OWNER,
		.flags		= GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group mdev_nl_mcgrps[] = {
	[MDEV_NLGRP_MONITOR] = { "monitor", },
};

struct genl_family mdev_nl_family __ro_after_init = {
	.name		= MDEV_FAMILY_NAME,
	.version	= MDEV_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= mdev_nl_ops,
	.n_split_ops	= ARRAY_SIZE(mdev_nl_ops),
	.mcgrps		= mdev_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(mdev_nl_mcgrps),
};
