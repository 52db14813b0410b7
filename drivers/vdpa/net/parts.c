// SPDX-License-Identifier: GPL-2.0
/*
 * State for migration that is not in features, status, queues: addresses, and what the
 * driver has set by the control queue. Under the device's lock, with rings that are not
 * running.
 */
#include <linux/mdev_parts.h>

#include "mdev_net.h"

static __le16 config_le16(__virtio16 value)
{
	return (__force __le16)value;
}

static void put_addr(struct mdev_net *net, struct mdev_parts *parts)
{
	struct mdev_net_part_addr part = {
		.mtu = config_le16(net->config.mtu),
		.max_pairs = config_le16(net->config.max_virtqueue_pairs),
	};

	spin_lock_bh(&net->state_lock);
	u64_to_ether_addr(atomic64_read(&net->config_mac), part.config_mac);
	u64_to_ether_addr(atomic64_read(&net->driver_mac), part.driver_mac);
	spin_unlock_bh(&net->state_lock);
	mdev_parts_put(parts, MDEV_NET_PART_ADDR, &part, sizeof(part));
}

void mdev_net_get_parts(struct mdev_slice *slice, struct mdev_parts *parts)
{
	struct mdev_net *net = mdev_net_of(slice);
	__le64 offloads;
	__le16 pairs;

	mutex_lock(&net->lock);
	put_addr(net, parts);
	mdev_net_filter_put_part(net, parts);
	mdev_net_vlan_put_part(net, parts);
	mdev_net_rss_put_part(net, parts);
	mdev_net_coal_put_part(net, parts);
	pairs = cpu_to_le16(net->active_pairs);
	mdev_parts_put(parts, MDEV_NET_PART_MQ, &pairs, sizeof(pairs));
	offloads = cpu_to_le64(net->guest_offloads);
	mdev_parts_put(parts, MDEV_NET_PART_OFFLOADS, &offloads,
		       sizeof(offloads));
	mutex_unlock(&net->lock);
}

/* A driver may write anything to the configuration space, but only where an address is. */
static bool addr_valid(const struct mdev_net *net, const u8 *mac)
{
	return net->offered & BIT_ULL(VIRTIO_NET_F_MAC) ||
	       is_zero_ether_addr(mac);
}

/*
 * A driver has read these once and does not look again: what it goes by must be so here.
 * Its addresses come with it.
 */
static int set_addr(struct mdev_net *net, const void *data, u32 len)
{
	struct mdev_net_part_addr part;

	if (len != sizeof(part))
		return -EINVAL;
	memcpy(&part, data, sizeof(part));
	if (mdev_net_negotiated(net, VIRTIO_NET_F_MTU) &&
	    part.mtu != config_le16(net->config.mtu))
		return -EINVAL;
	if ((mdev_net_negotiated(net, VIRTIO_NET_F_MQ) ||
	     mdev_net_negotiated(net, VIRTIO_NET_F_RSS)) &&
	    part.max_pairs != config_le16(net->config.max_virtqueue_pairs))
		return -EINVAL;
	if (!addr_valid(net, part.config_mac) ||
	    !addr_valid(net, part.driver_mac))
		return -EINVAL;
	mdev_net_config_load_mac(net, part.config_mac, part.driver_mac);
	mdev_net_announce_migrated(net);
	return 0;
}

static int set_mq(struct mdev_net *net, const void *data, u32 len)
{
	__le16 value;
	u16 pairs;

	if (len != sizeof(value))
		return -EINVAL;
	memcpy(&value, data, sizeof(value));
	pairs = le16_to_cpu(value);
	if (!pairs || pairs > net->pairs ||
	    (pairs > 1 && !mdev_net_negotiated(net, VIRTIO_NET_F_MQ) &&
	     !mdev_net_negotiated(net, VIRTIO_NET_F_RSS)))
		return -EINVAL;
	WRITE_ONCE(net->active_pairs, pairs);
	return 0;
}

static int set_offloads(struct mdev_net *net, const void *data, u32 len)
{
	__le64 value;
	u64 offloads;

	if (len != sizeof(value))
		return -EINVAL;
	memcpy(&value, data, sizeof(value));
	offloads = le64_to_cpu(value);
	if (!mdev_net_offloads_valid(net, offloads))
		return -EINVAL;
	WRITE_ONCE(net->guest_offloads, offloads);
	return 0;
}

static int set_part(struct mdev_net *net, u16 type, const void *data, u32 len)
{
	switch (type) {
	case MDEV_NET_PART_ADDR:
		return set_addr(net, data, len);
	case MDEV_NET_PART_RX:
		return mdev_net_filter_set_part(net, data, len);
	case MDEV_NET_PART_COAL:
		return mdev_net_coal_set_part(net, data, len);
	case MDEV_NET_PART_RSS:
		return mdev_net_rss_set_part(net, data, len);
	case MDEV_NET_PART_VLAN:
		return mdev_net_vlan_set_part(net, data, len);
	case MDEV_NET_PART_MQ:
		return set_mq(net, data, len);
	case MDEV_NET_PART_OFFLOADS:
		return set_offloads(net, data, len);
	default:
		return -EINVAL;
	}
}

int mdev_net_set_part(struct mdev_slice *slice, u16 type, const void *data,
		      u32 len)
{
	struct mdev_net *net = mdev_net_of(slice);
	int err;

	mutex_lock(&net->lock);
	if (net->status & VIRTIO_CONFIG_S_DRIVER_OK)
		err = -EBUSY;
	else
		err = set_part(net, type, data, len);
	mutex_unlock(&net->lock);
	return err;
}
