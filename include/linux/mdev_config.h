/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Provisioning of a slice: what its device is made with.
 *
 * Passed from those who take requests (netlink, sysfs) to parents. The core
 * hands it through and looks at the mask alone.
 */
#ifndef _LINUX_MDEV_CONFIG_H
#define _LINUX_MDEV_CONFIG_H

#include <linux/bits.h>
#include <linux/cpumask_types.h>
#include <linux/if_ether.h>
#include <linux/types.h>

/* Bits of &struct mdev_config.mask: which members were given. */
#define MDEV_CONFIG_FEATURES	BIT_ULL(0)
#define MDEV_CONFIG_NET_MAC	BIT_ULL(1)
#define MDEV_CONFIG_NET_MTU	BIT_ULL(2)
#define MDEV_CONFIG_NET_MAX_VQP	BIT_ULL(3)
#define MDEV_CONFIG_QUEUE_SIZE	BIT_ULL(4)
#define MDEV_CONFIG_NUMA_NODE	BIT_ULL(5)
#define MDEV_CONFIG_CPUS	BIT_ULL(6)

/* Everything that only a network device has. */
#define MDEV_CONFIG_NET \
	(MDEV_CONFIG_NET_MAC | MDEV_CONFIG_NET_MTU | MDEV_CONFIG_NET_MAX_VQP)

/**
 * struct mdev_config - provisioning of one slice
 * @mask: MDEV_CONFIG_* bits of the members that were given
 * @features: virtio device features that the slice shall offer, at most those
 *	of its type
 * @queue_size: largest size that a driver can give a virtqueue, in entries, not 0
 * @numa_node: where its memory is; there is such a node
 * @cpus: where its workers run, one of them online at least; belongs to the caller. What it
 *	is, is told by &mdev_parent_ops.get_cpus.
 * @net: of a network device (virtio 1.2, section 5.1.4)
 * @net.mac: MAC address
 * @net.mtu: largest MTU, in bytes
 * @net.max_vq_pairs: number of receive and transmit queue pairs
 */
struct mdev_config {
	u64 mask;
	u64 features;
	u32 queue_size;
	int numa_node;
	const struct cpumask *cpus;
	struct {
		u8 mac[ETH_ALEN];
		u16 mtu;
		u16 max_vq_pairs;
	} net;
};

#endif /* _LINUX_MDEV_CONFIG_H */
