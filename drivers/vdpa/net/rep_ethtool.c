// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool says of a representor, and sets.
 *
 * Directions are those of the representor: it receives what the driver transmits.
 */
#include <linux/ethtool.h>

#include "mdev_net.h"

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(dev->dev.parent),
		sizeof(info->bus_info));
}

/* Both ends have the same link. */
static int get_link_ksettings(struct net_device *dev,
			      struct ethtool_link_ksettings *cmd)
{
	mdev_net_config_get_speed(mdev_net_rep_net(dev), &cmd->base.speed,
				  &cmd->base.duplex);
	cmd->base.port = PORT_OTHER;
	cmd->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static int set_link_ksettings(struct net_device *dev,
			      const struct ethtool_link_ksettings *cmd)
{
	struct mdev_net *net = mdev_net_rep_net(dev);
	u32 speed;
	u8 duplex;
	int err;

	mdev_net_config_get_speed(net, &speed, &duplex);
	err = ethtool_virtdev_set_link_ksettings(dev, cmd, &speed, &duplex);
	if (!err)
		mdev_net_config_set_speed(net, speed, duplex);
	return err;
}

const struct ethtool_ops mdev_net_rep_ethtool_ops = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_link_ksettings = get_link_ksettings,
	.set_link_ksettings = set_link_ksettings,
};
