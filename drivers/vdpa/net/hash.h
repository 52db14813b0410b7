/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_NET_HASH_H
#define _MDEV_NET_HASH_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/unaligned.h>
#include <uapi/linux/virtio_net.h>

/* Lengths in bytes: two IPv6 addresses, two ports; the key reaches 32 bits further. */
#define MDEV_NET_HASH_PORTS	4
#define MDEV_NET_HASH_INPUT	(32 + MDEV_NET_HASH_PORTS)
#define MDEV_NET_HASH_KEY	(MDEV_NET_HASH_INPUT + 4)
#define MDEV_NET_HASH_NIBBLES	(2 * MDEV_NET_HASH_INPUT)

/* What a slice can hash by. */
#define MDEV_NET_HASH_TYPES						\
	(VIRTIO_NET_RSS_HASH_TYPE_IPv4 | VIRTIO_NET_RSS_HASH_TYPE_TCPv4 | \
	 VIRTIO_NET_RSS_HASH_TYPE_UDPv4 | VIRTIO_NET_RSS_HASH_TYPE_IPv6 | \
	 VIRTIO_NET_RSS_HASH_TYPE_TCPv6 | VIRTIO_NET_RSS_HASH_TYPE_UDPv6)

/* A key, made ready: what each four bits of the input add. */
struct mdev_net_toeplitz {
	u32 row[MDEV_NET_HASH_NIBBLES][16];
};

void mdev_net_toeplitz_init(struct mdev_net_toeplitz *toeplitz,
			    const u8 key[MDEV_NET_HASH_KEY]);
u32 mdev_net_toeplitz(const struct mdev_net_toeplitz *toeplitz, const u8 *data,
		      unsigned int len);
u16 mdev_net_hash(const struct mdev_net_toeplitz *toeplitz, u32 types,
		  const struct sk_buff *skb, u32 *hash);

#endif /* _MDEV_NET_HASH_H */
