// SPDX-License-Identifier: GPL-2.0
/*
 * Offloads: what the header before a frame in a queue says (virtio 1.2, sections
 * 5.1.6.2 and 5.1.6.4), and the same for the network stack.
 *
 * A frame from the driver is marked dodgy, so the stack checks its headers before
 * it, or another device, cuts it.
 */
#include <linux/ip.h>
#include <linux/virtio_net.h>
#include <net/flow_dissector.h>
#include <net/gso.h>

#include "mdev_net.h"

/* Bytes up to the end of a checksum field, at most: no headers are longer. */
#define HEADERS_MAX	2048

static bool gso_negotiated(const struct mdev_net *net, u8 gso_type)
{
	bool ecn = gso_type & VIRTIO_NET_HDR_GSO_ECN;

	switch (gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return mdev_net_negotiated(net, VIRTIO_NET_F_HOST_TSO4) &&
		       (!ecn || mdev_net_negotiated(net, VIRTIO_NET_F_HOST_ECN));
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return mdev_net_negotiated(net, VIRTIO_NET_F_HOST_TSO6) &&
		       (!ecn || mdev_net_negotiated(net, VIRTIO_NET_F_HOST_ECN));
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		return mdev_net_negotiated(net, VIRTIO_NET_F_HOST_USO) && !ecn;
	default:
		return false;
	}
}

static bool csum_valid(const struct virtio_net_hdr *hdr, u32 len)
{
	u32 start = le16_to_cpu((__force __le16)hdr->csum_start);
	u32 end = start + le16_to_cpu((__force __le16)hdr->csum_offset) +
		  sizeof(__sum16);

	return start >= ETH_HLEN && end <= min(len, HEADERS_MAX);
}

/*
 * What is cut needs its checksum filled in, too. Flags that are not known are
 * ignored, and so is the length of the headers, which is a hint.
 */
static bool header_valid(const struct mdev_net *net,
			 const struct virtio_net_hdr *hdr, u32 len)
{
	if (!(hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return hdr->gso_type == VIRTIO_NET_HDR_GSO_NONE;
	if (!mdev_net_negotiated(net, VIRTIO_NET_F_CSUM) ||
	    !csum_valid(hdr, len))
		return false;
	return hdr->gso_type == VIRTIO_NET_HDR_GSO_NONE ||
	       (hdr->gso_size && gso_negotiated(net, hdr->gso_type));
}

/* The namespace of the representor may end meanwhile, after a grace period. */
static bool dissect(const struct mdev_net *net, const struct sk_buff *skb,
		    struct flow_keys_basic *keys)
{
	bool good;

	rcu_read_lock();
	good = skb_flow_dissect_flow_keys_basic(dev_net(net->rep), NULL, keys,
						skb->data, skb->protocol, 0,
						skb_headlen(skb),
						FLOW_DISSECTOR_F_STOP_AT_ENCAP);
	rcu_read_unlock();
	return good;
}

/* Does the frame have the headers that it shall be cut behind, where they are said to be? */
static bool gso_valid(const struct mdev_net *net, const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	struct flow_keys_basic keys;

	if (!dissect(net, skb, &keys) ||
	    keys.control.flags & FLOW_DIS_IS_FRAGMENT ||
	    keys.control.thoff != skb_transport_offset(skb))
		return false;
	if (type & SKB_GSO_UDP_L4)
		return keys.basic.ip_proto == IPPROTO_UDP;
	return keys.basic.ip_proto == IPPROTO_TCP &&
	       keys.basic.n_proto == htons(type & SKB_GSO_TCPV4 ? ETH_P_IP :
								  ETH_P_IPV6);
}

/*
 * Tell the stack what the driver wants done to the frame, which goes from its link
 * layer header on. -EINVAL if that makes no sense. @hdr is a copy.
 */
int mdev_net_offload_from_driver(const struct mdev_net *net,
				 struct sk_buff *skb,
				 const union mdev_net_hdr *hdr)
{
	if (!header_valid(net, &hdr->base, skb->len))
		return -EINVAL;
	if (hdr->base.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    virtio_net_hdr_to_skb(skb, &hdr->base, true))
		return -EINVAL;
	skb->protocol = eth_type_trans(skb, net->rep);
	return skb_is_gso(skb) && !gso_valid(net, skb) ? -EINVAL : 0;
}

static bool is_ipv6(const struct sk_buff *skb)
{
	return vlan_get_protocol(skb) == htons(ETH_P_IPV6);
}

static bool takes_type(u64 offloads, const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type & ~SKB_GSO_DODGY;

	if (type & SKB_GSO_TCP_ECN) {
		if (!(offloads & BIT_ULL(VIRTIO_NET_F_GUEST_ECN)))
			return false;
		type &= ~SKB_GSO_TCP_ECN;
	}
	switch (type) {
	case SKB_GSO_TCPV4:
		return offloads & BIT_ULL(VIRTIO_NET_F_GUEST_TSO4);
	case SKB_GSO_TCPV6:
		return offloads & BIT_ULL(VIRTIO_NET_F_GUEST_TSO6);
	case SKB_GSO_UDP_L4:
		return offloads & BIT_ULL(is_ipv6(skb) ?
					  VIRTIO_NET_F_GUEST_USO6 :
					  VIRTIO_NET_F_GUEST_USO4);
	default:
		return false;
	}
}

/**
 * mdev_net_offload_takes() - may a frame that is to be cut go to the driver as it is?
 * @offloads: &struct mdev_net.guest_offloads
 * @skb: the frame, from its link layer header on
 *
 * The header of such a frame says that its checksum is not filled in, so the driver has
 * to do without that, too.
 */
bool mdev_net_offload_takes(u64 offloads, const struct sk_buff *skb)
{
	return offloads & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) &&
	       skb->ip_summed == CHECKSUM_PARTIAL && takes_type(offloads, skb);
}

/*
 * What the driver has to know of a frame, which is of a kind that it takes. Writes all of
 * @hdr.
 */
void mdev_net_offload_to_driver(u64 offloads, const struct sk_buff *skb,
				union mdev_net_hdr *hdr)
{
	bool csum = offloads & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM);

	memset(hdr, 0, sizeof(*hdr));
	virtio_net_hdr_from_skb(skb, &hdr->base, true, csum, 0);
	if (skb_is_gso(skb))
		hdr->base.hdr_len = (__force __virtio16)
			cpu_to_le16(min(skb_headlen(skb), U16_MAX));
}
