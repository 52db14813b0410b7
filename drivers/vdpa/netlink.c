// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink family "vdpa", as user space knows it from the kernel's own
 * vdpa bus: the tool "vdpa" of iproute2 works on slices unchanged.
 *
 * Requests run in parallel. There is no lock in this module: names and cursors
 * are looked up in the core, and a slice is kept alive while it is described by
 * mdev_slice_enter(). A slow parent delays the requests for its own slice only.
 */
#include <linux/module.h>

#include "netlink.h"

/*
 * Names may come with or without a final NUL; mdev_vdpa_get_name() bounds them.
 * What has no entry here is only ever sent by us, and refused.
 */
static const struct nla_policy mdev_vdpa_policy[VDPA_ATTR_MAX + 1] = {
	[VDPA_ATTR_MGMTDEV_BUS_NAME]	= { .type = NLA_STRING },
	[VDPA_ATTR_MGMTDEV_DEV_NAME]	= { .type = NLA_STRING },
	[VDPA_ATTR_DEV_NAME]		= { .type = NLA_STRING },
	[VDPA_ATTR_DEV_NET_CFG_MACADDR]	= NLA_POLICY_ETH_ADDR,
	[VDPA_ATTR_DEV_NET_CFG_MAX_VQP]	= { .type = NLA_U16 },
	[VDPA_ATTR_DEV_NET_CFG_MTU]	= { .type = NLA_U16 },
	[VDPA_ATTR_DEV_QUEUE_INDEX]	= { .type = NLA_U32 },
	[VDPA_ATTR_DEV_FEATURES]	= { .type = NLA_U64 },
};

static const struct genl_ops mdev_vdpa_ops[] = {
	{
		.cmd	= VDPA_CMD_MGMTDEV_GET,
		.doit	= mdev_vdpa_mgmtdev_get_doit,
		.dumpit	= mdev_vdpa_mgmtdev_get_dumpit,
	},
	{
		.cmd	= VDPA_CMD_DEV_NEW,
		.doit	= mdev_vdpa_dev_new_doit,
		.flags	= GENL_ADMIN_PERM,
	},
	{
		.cmd	= VDPA_CMD_DEV_DEL,
		.doit	= mdev_vdpa_dev_del_doit,
		.flags	= GENL_ADMIN_PERM,
	},
	{
		.cmd	= VDPA_CMD_DEV_GET,
		.doit	= mdev_vdpa_dev_get_doit,
		.dumpit	= mdev_vdpa_dev_get_dumpit,
	},
	{
		.cmd	= VDPA_CMD_DEV_CONFIG_GET,
		.doit	= mdev_vdpa_config_get_doit,
		.dumpit	= mdev_vdpa_config_get_dumpit,
	},
	{
		.cmd	= VDPA_CMD_DEV_VSTATS_GET,
		.doit	= mdev_vdpa_vstats_get_doit,
	},
	{
		.cmd	= VDPA_CMD_DEV_ATTR_SET,
		.doit	= mdev_vdpa_dev_attr_set_doit,
		.flags	= GENL_ADMIN_PERM,
	},
};

struct genl_family mdev_vdpa_family __ro_after_init = {
	.name		= VDPA_GENL_NAME,
	.version	= VDPA_GENL_VERSION,
	.maxattr	= VDPA_ATTR_MAX,
	.policy		= mdev_vdpa_policy,
	.netnsok	= false,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= mdev_vdpa_ops,
	.n_ops		= ARRAY_SIZE(mdev_vdpa_ops),
	.resv_start_op	= VDPA_CMD_DEV_VSTATS_GET + 1,
};

static int __init mdev_vdpa_init(void)
{
	int err;

	err = genl_register_family(&mdev_vdpa_family);
	if (err != -EEXIST)
		return err;

	pr_err("mdev_vdpa: generic netlink family \"%s\" belongs to the kernel's vdpa.ko: unload vdpa and the modules that use it, then load mdev_vdpa again\n",
	       VDPA_GENL_NAME);
	/* modprobe takes -EEXIST for a module that is loaded already. */
	return -EBUSY;
}

static void __exit mdev_vdpa_exit(void)
{
	genl_unregister_family(&mdev_vdpa_family);
}

module_init(mdev_vdpa_init);
module_exit(mdev_vdpa_exit);

MODULE_DESCRIPTION("Generic netlink family vdpa for slices");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(VDPA_GENL_NAME);
