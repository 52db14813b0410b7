/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_NET_DEVLINK_H
#define _MDEV_NET_DEVLINK_H

#include <linux/container_of.h>
#include <net/devlink.h>

#include "mdev_net.h"

static inline struct mdev_net *mdev_net_of_devlink_port(struct devlink_port *port)
{
	return container_of(port, struct mdev_net, devlink_port);
}

/* devlink.c */
struct mdev_net_parent *mdev_net_devlink_parent(struct devlink *devlink);

#endif /* _MDEV_NET_DEVLINK_H */
