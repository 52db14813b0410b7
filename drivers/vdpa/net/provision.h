/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_NET_PROVISION_H
#define _MDEV_NET_PROVISION_H

#include <linux/if_ether.h>
#include <linux/types.h>

struct cpumask;
struct mdev_config;
struct netlink_ext_ack;

/*
 * Where a slice is: on CPUs, or NULL, and on a NUMA node, or NUMA_NO_NODE. Its CPUs are meant
 * if there are no others.
 */
struct mdev_net_place {
	const struct cpumask *cpus;
	int node;
};

/* What a slice is made with, all defaults filled in. */
struct mdev_net_provisioning {
	u64 features;
	u16 pairs;
	u16 mtu;
	u16 queue_size;
	u8 mac[ETH_ALEN];
	struct mdev_net_place place;
};

int mdev_net_check_mac(const u8 *mac, struct netlink_ext_ack *extack);
int mdev_net_check_features(u64 features, u16 pairs,
			    struct netlink_ext_ack *extack);
int mdev_net_check_mtu(u16 mtu, struct netlink_ext_ack *extack);
int mdev_net_check_queue_size(u32 size, struct netlink_ext_ack *extack);
int mdev_net_provision(const struct mdev_config *config,
		       struct mdev_net_provisioning *prov,
		       struct netlink_ext_ack *extack);

#endif /* _MDEV_NET_PROVISION_H */
