// SPDX-License-Identifier: GPL-2.0
/*
 * Hash of a frame (virtio 1.2, section 5.1.6.4.3): which fields of it go in, and the
 * Toeplitz function. IPv6 extension headers are skipped: what stands in them is only wanted
 * by hash types that are not offered.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "hash.h"

/* Tags that may stand before what is hashed. */
#define TAGS_MAX	2

/*
 * Each bit of the input that is set adds the 32 bits of the key that begin at its place.
 * Kept for four bits at a time.
 */
void mdev_net_toeplitz_init(struct mdev_net_toeplitz *toeplitz,
			    const u8 key[MDEV_NET_HASH_KEY])
{
	unsigned int nibble, value, bit;
	u64 window;

	for (nibble = 0; nibble < MDEV_NET_HASH_NIBBLES; nibble++) {
		u32 *row = toeplitz->row[nibble];

		/* The 35 bits that four places can reach, at the top. */
		window = (u64)get_unaligned_be32(key + nibble / 2) << 32 |
			 (u64)key[nibble / 2 + 4] << 24;
		window <<= 4 * (nibble & 1);
		for (value = 0; value < 16; value++) {
			row[value] = 0;
			for (bit = 0; bit < 4; bit++) {
				if (value & (8 >> bit))
					row[value] ^= window << bit >> 32;
			}
		}
	}
}

u32 mdev_net_toeplitz(const struct mdev_net_toeplitz *toeplitz, const u8 *data,
		      unsigned int len)
{
	unsigned int i;
	u32 hash = 0;

	for (i = 0; i < len; i++)
		hash ^= toeplitz->row[2 * i][data[i] >> 4] ^
			toeplitz->row[2 * i + 1][data[i] & 15];
	return hash;
}

/* What is in a frame that can be hashed. */
struct flow {
	__be16 protocol;	/* ETH_P_IP, ETH_P_IPV6, or another one */
	u8 transport;		/* IPPROTO_TCP, IPPROTO_UDP, or 0 */
	u8 data[MDEV_NET_HASH_INPUT];	/* addresses, then ports */
	unsigned int nr_addresses;	/* bytes of them */
};

/* Behind the Ethernet header and tags. */
static int find_network(const struct sk_buff *skb, __be16 *protocol)
{
	int offset = offsetof(struct ethhdr, h_proto);
	unsigned int i;

	for (i = 0; i <= TAGS_MAX; i++, offset += VLAN_HLEN) {
		if (skb_copy_bits(skb, offset, protocol, sizeof(*protocol)))
			return -EINVAL;
		if (!eth_type_vlan(*protocol))
			break;
	}
	return offset + sizeof(*protocol);
}

/* A fragment has no ports, also if it is the first one: all of them go the same way. */
static void read_ports(const struct sk_buff *skb, int offset, u8 transport,
		       bool fragment, struct flow *flow)
{
	if (fragment || offset < 0 ||
	    (transport != IPPROTO_TCP && transport != IPPROTO_UDP))
		return;
	if (!skb_copy_bits(skb, offset, flow->data + flow->nr_addresses,
			   MDEV_NET_HASH_PORTS))
		flow->transport = transport;
}

static bool read_ipv4(const struct sk_buff *skb, int offset, struct flow *flow)
{
	struct iphdr ip;

	if (skb_copy_bits(skb, offset, &ip, sizeof(ip)) || ip.version != 4 ||
	    ip.ihl < 5)
		return false;
	flow->nr_addresses = 2 * sizeof(ip.saddr);
	memcpy(flow->data, &ip.saddr, sizeof(ip.saddr));
	memcpy(flow->data + sizeof(ip.saddr), &ip.daddr, sizeof(ip.daddr));
	read_ports(skb, offset + 4 * ip.ihl, ip.protocol, ip_is_fragment(&ip),
		   flow);
	return true;
}

static bool read_ipv6(const struct sk_buff *skb, int offset, struct flow *flow)
{
	struct ipv6hdr ip;
	__be16 fragment = 0;
	u8 next;

	if (skb_copy_bits(skb, offset, &ip, sizeof(ip)) || ip.version != 6)
		return false;
	flow->nr_addresses = 2 * sizeof(ip.saddr);
	memcpy(flow->data, &ip.saddr, sizeof(ip.saddr));
	memcpy(flow->data + sizeof(ip.saddr), &ip.daddr, sizeof(ip.daddr));
	next = ip.nexthdr;
	offset = ipv6_skip_exthdr(skb, offset + sizeof(ip), &next, &fragment);
	read_ports(skb, offset, next, fragment, flow);
	return true;
}

static bool read_flow(const struct sk_buff *skb, struct flow *flow)
{
	int offset = find_network(skb, &flow->protocol);

	flow->transport = 0;
	if (offset < 0)
		return false;
	if (flow->protocol == htons(ETH_P_IP))
		return read_ipv4(skb, offset, flow);
	if (flow->protocol == htons(ETH_P_IPV6))
		return read_ipv6(skb, offset, flow);
	return false;
}

/* The hash type that fits best and is wanted, as a bit; 0 if there is none. */
static u32 best_type(const struct flow *flow, u32 types)
{
	/* Addresses, with ports of TCP, with ports of UDP. */
	u32 all = flow->protocol == htons(ETH_P_IP) ?
		  VIRTIO_NET_RSS_HASH_TYPE_IPv4 : VIRTIO_NET_RSS_HASH_TYPE_IPv6;

	if (flow->transport == IPPROTO_TCP && types & all << 1)
		return all << 1;
	if (flow->transport == IPPROTO_UDP && types & all << 2)
		return all << 2;
	return types & all;
}

/*
 * The hash of a frame that begins with its Ethernet header. Returns what the driver is told
 * of it, VIRTIO_NET_HASH_REPORT_NONE where nothing in it is wanted.
 */
u16 mdev_net_hash(const struct mdev_net_toeplitz *toeplitz, u32 types,
		  const struct sk_buff *skb, u32 *hash)
{
	struct flow flow;
	unsigned int len;
	u32 type;

	*hash = 0;
	if (!types || !read_flow(skb, &flow))
		return VIRTIO_NET_HASH_REPORT_NONE;
	type = best_type(&flow, types);
	if (!type)
		return VIRTIO_NET_HASH_REPORT_NONE;
	len = flow.nr_addresses;
	if (type & ~(VIRTIO_NET_RSS_HASH_TYPE_IPv4 |
		     VIRTIO_NET_RSS_HASH_TYPE_IPv6))
		len += MDEV_NET_HASH_PORTS;
	*hash = mdev_net_toeplitz(toeplitz, flow.data, len);
	/* Reports are numbered from 1 on in the order of the bits. */
	return ffs(type);
}
