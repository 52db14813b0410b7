// SPDX-License-Identifier: GPL-2.0
/*
 * Network devices: configuration space (virtio 1.2, section 5.1.4) and the
 * meaning of a queue index (section 5.1.2).
 */
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>

#include "netlink.h"

#define MDEV_VDPA_NET_F_MULTI \
	(BIT_ULL(VIRTIO_NET_F_MQ) | BIT_ULL(VIRTIO_NET_F_RSS))

int mdev_vdpa_net_put_config(struct sk_buff *skb, struct mdev_slice *slice)
{
	u64 features = mdev_virtio_ops(slice)->get_features(slice);
	struct virtio_net_config config;

	mdev_virtio_read_space(slice, &config, sizeof(config));

	if (features & BIT_ULL(VIRTIO_NET_F_MTU) &&
	    nla_put_u16(skb, VDPA_ATTR_DEV_NET_CFG_MTU,
			__virtio16_to_cpu(true, config.mtu)))
		return -EMSGSIZE;
	if (features & BIT_ULL(VIRTIO_NET_F_MAC) &&
	    nla_put(skb, VDPA_ATTR_DEV_NET_CFG_MACADDR, sizeof(config.mac),
		    config.mac))
		return -EMSGSIZE;
	if (features & BIT_ULL(VIRTIO_NET_F_STATUS) &&
	    nla_put_u16(skb, VDPA_ATTR_DEV_NET_STATUS,
			__virtio16_to_cpu(true, config.status)))
		return -EMSGSIZE;
	if (features & MDEV_VDPA_NET_F_MULTI &&
	    nla_put_u16(skb, VDPA_ATTR_DEV_NET_CFG_MAX_VQP,
			__virtio16_to_cpu(true, config.max_virtqueue_pairs)))
		return -EMSGSIZE;
	return 0;
}

/*
 * With the number of pairs a reader can tell the control queue, which comes
 * after the pairs, from the others. Unless the driver takes several pairs,
 * there is one.
 */
int mdev_vdpa_net_put_queue(struct sk_buff *skb, struct mdev_slice *slice,
			    u64 features)
{
	struct virtio_net_config config;
	u16 pairs = 1;

	if (features & MDEV_VDPA_NET_F_MULTI) {
		mdev_virtio_read_space(slice, &config, sizeof(config));
		pairs = __virtio16_to_cpu(true, config.max_virtqueue_pairs);
	}
	return nla_put_u16(skb, VDPA_ATTR_DEV_NET_CFG_MAX_VQP, pairs);
}
