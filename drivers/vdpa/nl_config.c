// SPDX-License-Identifier: GPL-2.0
/*
 * Device configuration space, as attributes.
 *
 * Reading it has no effect on the device. In particular it does not end feature
 * negotiation.
 */
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>

#include "netlink.h"

static int mdev_vdpa_put_features(struct sk_buff *skb, struct mdev_slice *slice)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);

	if (nla_put_u64_64bit(skb, VDPA_ATTR_DEV_FEATURES,
			      ops->get_features(slice), VDPA_ATTR_PAD))
		return -EMSGSIZE;
	if (!(ops->get_status(slice) & VIRTIO_CONFIG_S_FEATURES_OK))
		return 0;
	return nla_put_u64_64bit(skb, VDPA_ATTR_DEV_NEGOTIATED_FEATURES,
				 ops->get_driver_features(slice),
				 VDPA_ATTR_PAD);
}

/* Of a device type that is not known here, what all types have. */
static int mdev_vdpa_put_config(struct sk_buff *skb, struct mdev_slice *slice)
{
	if (nla_put_string(skb, VDPA_ATTR_DEV_NAME, mdev_slice_name(slice)) ||
	    nla_put_u32(skb, VDPA_ATTR_DEV_ID, slice->type->device_id) ||
	    mdev_vdpa_put_features(skb, slice))
		return -EMSGSIZE;

	switch (slice->type->device_id) {
	case VIRTIO_ID_NET:
		return mdev_vdpa_net_put_config(skb, slice);
	case VIRTIO_ID_BLOCK:
		return mdev_vdpa_block_put_config(skb, slice);
	default:
		return 0;
	}
}

static int mdev_vdpa_fill_config(const struct mdev_vdpa_msg *msg,
				 struct mdev_slice *slice)
{
	void *hdr;

	hdr = mdev_vdpa_msg_begin(msg, VDPA_CMD_DEV_CONFIG_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (mdev_vdpa_put_config(msg->skb, slice)) {
		genlmsg_cancel(msg->skb, hdr);
		return -EMSGSIZE;
	}
	mdev_vdpa_msg_end(msg, hdr);
	return 0;
}

int mdev_vdpa_config_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mdev_vdpa_answer(info, mdev_vdpa_fill_config);
}

int mdev_vdpa_config_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return mdev_vdpa_dump(skb, cb, mdev_vdpa_fill_config);
}
