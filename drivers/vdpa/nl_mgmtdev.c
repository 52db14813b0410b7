// SPDX-License-Identifier: GPL-2.0
/*
 * Management devices: the parents that make virtio devices.
 */
#include <uapi/linux/virtio_ids.h>

#include "netlink.h"

/*
 * There is one number of queues and one set of features for the whole
 * management device: those of its network devices, where it makes such.
 */
static const struct mdev_type *
mdev_vdpa_main_type(const struct mdev_parent *parent)
{
	const struct mdev_type *type = mdev_vdpa_type(parent, VIRTIO_ID_NET);

	return type ? type : mdev_vdpa_type(parent, 0);
}

static int mdev_vdpa_put_mgmtdev(struct sk_buff *skb,
				 const struct mdev_parent *parent)
{
	const struct mdev_type *type = mdev_vdpa_main_type(parent);

	if (mdev_vdpa_put_parent(skb, parent) ||
	    nla_put_u64_64bit(skb, VDPA_ATTR_MGMTDEV_SUPPORTED_CLASSES,
			      mdev_vdpa_classes(parent), VDPA_ATTR_PAD) ||
	    nla_put_u32(skb, VDPA_ATTR_DEV_MGMTDEV_MAX_VQS, type->max_vqs) ||
	    nla_put_u64_64bit(skb, VDPA_ATTR_DEV_SUPPORTED_FEATURES,
			      type->features, VDPA_ATTR_PAD))
		return -EMSGSIZE;
	return 0;
}

static int mdev_vdpa_fill_mgmtdev(const struct mdev_vdpa_msg *msg,
				  const struct mdev_parent *parent)
{
	void *hdr;

	hdr = mdev_vdpa_msg_begin(msg, VDPA_CMD_MGMTDEV_NEW);
	if (!hdr)
		return -EMSGSIZE;
	if (mdev_vdpa_put_mgmtdev(msg->skb, parent)) {
		genlmsg_cancel(msg->skb, hdr);
		return -EMSGSIZE;
	}
	mdev_vdpa_msg_end(msg, hdr);
	return 0;
}

int mdev_vdpa_mgmtdev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_vdpa_msg msg = { .info = info };
	struct mdev_parent *parent;
	int err;

	parent = mdev_vdpa_get_parent(info);
	if (IS_ERR(parent))
		return PTR_ERR(parent);

	err = -ENOMEM;
	msg.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg.skb)
		goto put_parent;

	err = mdev_vdpa_fill_mgmtdev(&msg, parent);
	if (err)
		goto free_skb;
	mdev_parent_put(parent);
	return genlmsg_reply(msg.skb, info);

free_skb:
	nlmsg_free(msg.skb);
put_parent:
	mdev_parent_put(parent);
	return err;
}

/* Goes on where it stopped, like mdev_vdpa_dump(). */
int mdev_vdpa_mgmtdev_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct mdev_vdpa_msg msg = {
		.skb = skb,
		.info = genl_info_dump(cb),
		.cb = cb,
	};
	u32 cursor = cb->args[0];
	struct mdev_parent *parent;
	int err = 0;

	cb->seq = mdev_parent_generation();
	while ((parent = mdev_parent_get_next(&cursor))) {
		if (mdev_vdpa_is_mgmtdev(parent))
			err = mdev_vdpa_fill_mgmtdev(&msg, parent);
		mdev_parent_put(parent);
		if (err)
			return err == -EMSGSIZE && skb->len ? skb->len : err;
		cb->args[0] = cursor;
	}
	return 0;
}
