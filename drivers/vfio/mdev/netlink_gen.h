/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mdev.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_MDEV_GEN_H
#define _LINUX_MDEV_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/mdev_netlink.h>

/* Common nested types */
extern const struct nla_policy mdev_config_nl_policy[MDEV_A_CONFIG_NET + 1];
extern const struct nla_policy mdev_config_net_nl_policy[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS + 1];

int mdev_nl_parent_get_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_parent_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mdev_nl_type_get_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_type_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mdev_nl_slice_get_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_slice_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mdev_nl_slice_new_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_slice_set_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_slice_del_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_slice_flush_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	MDEV_NLGRP_MONITOR,
};

extern struct genl_family mdev_nl_family;

#endif /* _LINUX_MDEV_GEN_H */
