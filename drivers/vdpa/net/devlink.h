/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_NET_DEVLINK_H
#define _MDEV_NET_DEVLINK_H

#include <net/devlink.h>

#include "mdev_net.h"

/* devlink.c */
struct mdev_net_parent *mdev_net_devlink_parent(struct devlink *devlink);

/* devlink_health.c, under devl_lock */
int mdev_net_health_add(struct mdev_net *net);
void mdev_net_health_remove(struct mdev_net *net);

/* devlink_rate.c */
int mdev_net_devlink_rate_max_set(struct devlink_rate *leaf, void *priv, u64 max,
				  struct netlink_ext_ack *extack);
int mdev_net_devlink_rate_share_set(struct devlink_rate *leaf, void *priv,
				    u64 share, struct netlink_ext_ack *extack);
int mdev_net_devlink_rate_parent_set(struct devlink_rate *leaf,
				     struct devlink_rate *node, void *priv,
				     void *group, struct netlink_ext_ack *extack);
int mdev_net_devlink_rate_node_new(struct devlink_rate *node, void **priv,
				   struct netlink_ext_ack *extack);
int mdev_net_devlink_rate_node_del(struct devlink_rate *node, void *priv,
				   struct netlink_ext_ack *extack);
int mdev_net_devlink_rate_node_max_set(struct devlink_rate *node, void *priv,
				       u64 max, struct netlink_ext_ack *extack);

#endif /* _MDEV_NET_DEVLINK_H */
