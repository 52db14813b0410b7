// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of virtqueues: of one, or of all when the request names none.
 */
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>

#include "netlink.h"

static int mdev_vdpa_put_counters(struct sk_buff *skb,
				  const struct mdev_vq_stats *stats)
{
	unsigned int i;

	for (i = 0; i < stats->nr; i++)
		if (nla_put_string(skb, VDPA_ATTR_DEV_VENDOR_ATTR_NAME,
				   stats->stat[i].name) ||
		    nla_put_u64_64bit(skb, VDPA_ATTR_DEV_VENDOR_ATTR_VALUE,
				      stats->stat[i].value, VDPA_ATTR_PAD))
			return -EMSGSIZE;
	return 0;
}

/*
 * The features tell a reader which queue has the index. Before the driver has
 * made its choice, that is as if it took all that are offered: the counters are
 * there for a device without a driver, too.
 */
static u64 mdev_vdpa_queue_features(struct mdev_slice *slice)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);

	if (ops->get_status(slice) & VIRTIO_CONFIG_S_FEATURES_OK)
		return ops->get_driver_features(slice);
	return ops->get_features(slice);
}

/* Readers rely on the order: index after what explains it, counters last. */
static int mdev_vdpa_put_queue(struct sk_buff *skb, struct mdev_slice *slice,
			       u16 vq, const struct mdev_vq_stats *stats)
{
	u64 features = mdev_vdpa_queue_features(slice);

	if (nla_put_string(skb, VDPA_ATTR_DEV_NAME, mdev_slice_name(slice)) ||
	    nla_put_u32(skb, VDPA_ATTR_DEV_ID, slice->type->device_id) ||
	    nla_put_u64_64bit(skb, VDPA_ATTR_DEV_NEGOTIATED_FEATURES, features,
			      VDPA_ATTR_PAD))
		return -EMSGSIZE;
	if (slice->type->device_id == VIRTIO_ID_NET &&
	    mdev_vdpa_net_put_queue(skb, slice, features))
		return -EMSGSIZE;
	if (nla_put_u32(skb, VDPA_ATTR_DEV_QUEUE_INDEX, vq))
		return -EMSGSIZE;
	return mdev_vdpa_put_counters(skb, stats);
}

static int mdev_vdpa_fill_queue(const struct mdev_vdpa_msg *msg,
				struct mdev_slice *slice, u16 vq)
{
	struct mdev_vq_stats stats = {};
	void *hdr;
	int err;

	err = mdev_virtio_ops(slice)->get_vq_stats(slice, vq, &stats);
	if (err) {
		NL_SET_ERR_MSG_FMT(msg->info->extack,
				   "the counters of queue %u cannot be read",
				   vq);
		return err;
	}

	hdr = mdev_vdpa_msg_begin(msg, VDPA_CMD_DEV_VSTATS_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (mdev_vdpa_put_queue(msg->skb, slice, vq, &stats)) {
		genlmsg_cancel(msg->skb, hdr);
		return -EMSGSIZE;
	}
	mdev_vdpa_msg_end(msg, hdr);
	return 0;
}

static int mdev_vdpa_fill_index(const struct mdev_vdpa_msg *msg,
				struct mdev_slice *slice)
{
	struct nlattr *attr = msg->info->attrs[VDPA_ATTR_DEV_QUEUE_INDEX];
	u16 count = mdev_virtio_ops(slice)->get_vq_count(slice);
	u32 vq = nla_get_u32(attr);

	if (vq >= count) {
		NL_SET_ERR_MSG_ATTR_FMT(msg->info->extack, attr,
					"queue index %u: the device has %u queues",
					vq, count);
		return -ERANGE;
	}
	return mdev_vdpa_fill_queue(msg, slice, vq);
}

/*
 * One message for each queue; the answer goes out in as many buffers as it
 * takes, the last of which is left to the caller.
 */
static int mdev_vdpa_fill_all(struct mdev_vdpa_msg *msg, struct genl_info *info,
			      struct mdev_slice *slice)
{
	u16 count = mdev_virtio_ops(slice)->get_vq_count(slice);
	u16 vq = 0;
	int err;

	while (vq < count) {
		err = mdev_vdpa_fill_queue(msg, slice, vq);
		if (!err) {
			vq++;
			continue;
		}
		if (err != -EMSGSIZE || !msg->skb->len)
			return err;

		err = genlmsg_reply(msg->skb, info);
		msg->skb = NULL;
		if (err)
			return err;
		msg->skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
		if (!msg->skb)
			return -ENOMEM;
	}
	return 0;
}

static int mdev_vdpa_fill_stats(struct mdev_vdpa_msg *msg,
				struct genl_info *info,
				struct mdev_slice *slice)
{
	struct nlattr *name = info->attrs[VDPA_ATTR_DEV_NAME];
	int err;

	err = mdev_vdpa_enter(info, slice);
	if (err)
		return err;
	if (!mdev_virtio_ops(slice)->get_vq_stats) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the device has no counters");
		err = -EOPNOTSUPP;
	} else if (info->attrs[VDPA_ATTR_DEV_QUEUE_INDEX]) {
		err = mdev_vdpa_fill_index(msg, slice);
	} else {
		err = mdev_vdpa_fill_all(msg, info, slice);
	}
	mdev_slice_leave(slice);
	return err;
}

int mdev_vdpa_vstats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_vdpa_msg msg = { .info = info };
	struct mdev_slice *slice;
	int err;

	slice = mdev_vdpa_get_slice(info);
	if (IS_ERR(slice))
		return PTR_ERR(slice);

	err = -ENOMEM;
	msg.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (msg.skb)
		err = mdev_vdpa_fill_stats(&msg, info, slice);
	mdev_slice_put(slice);
	if (!err)
		return genlmsg_reply(msg.skb, info);

	nlmsg_free(msg.skb);
	return err;
}
