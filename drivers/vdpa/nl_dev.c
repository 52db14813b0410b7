// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: slices of parents with virtio operations, in whatever class.
 */
#include "netlink.h"

int mdev_vdpa_dev_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_config config = {};
	char name[MDEV_NAME_MAX + 1];
	struct mdev_slice_params params = {
		.name = name,
		.class_id = MDEV_CLASS_DEFAULT,
		.config = &config,
	};
	struct mdev_parent *parent;
	struct mdev_slice *slice;
	int err;

	err = mdev_vdpa_get_name(info, VDPA_ATTR_DEV_NAME, name, sizeof(name));
	if (err)
		return err;
	err = mdev_vdpa_parse_config(info, &config);
	if (err)
		return err;

	parent = mdev_vdpa_get_parent(info);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	params.type = mdev_vdpa_choose_type(info, parent, &config);
	if (IS_ERR(params.type)) {
		err = PTR_ERR(params.type);
		goto put_parent;
	}

	slice = mdev_slice_create(parent, &params, info->extack);
	if (IS_ERR(slice))
		err = PTR_ERR(slice);
	else
		mdev_slice_put(slice);
put_parent:
	mdev_parent_put(parent);
	return err;
}

int mdev_vdpa_dev_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_slice *slice;
	int err;

	slice = mdev_vdpa_get_slice(info);
	if (IS_ERR(slice))
		return PTR_ERR(slice);
	err = mdev_slice_remove_bounded(slice, info->extack);
	mdev_slice_put(slice);
	return err;
}

/* One number stands for all queues: the range that any of them can have. */
static void mdev_vdpa_vq_sizes(struct mdev_slice *slice, u16 count, u16 *max,
			       u16 *min)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);
	u16 vq;

	*max = 0;
	*min = U16_MAX;
	for (vq = 0; vq < count; vq++) {
		*max = max(*max, ops->get_vq_num_max(slice, vq));
		*min = min_t(u16, *min, ops->get_vq_num_min ?
			     ops->get_vq_num_min(slice, vq) : 1);
	}
	*min = min(*min, *max);
}

static int mdev_vdpa_put_dev(struct sk_buff *skb, struct mdev_slice *slice)
{
	u16 count = mdev_virtio_ops(slice)->get_vq_count(slice);
	u16 max_size, min_size;

	mdev_vdpa_vq_sizes(slice, count, &max_size, &min_size);
	if (mdev_vdpa_put_parent(skb, slice->parent) ||
	    nla_put_string(skb, VDPA_ATTR_DEV_NAME, mdev_slice_name(slice)) ||
	    nla_put_u32(skb, VDPA_ATTR_DEV_ID, slice->type->device_id) ||
	    nla_put_u32(skb, VDPA_ATTR_DEV_VENDOR_ID, slice->type->vendor_id) ||
	    nla_put_u32(skb, VDPA_ATTR_DEV_MAX_VQS, count) ||
	    nla_put_u16(skb, VDPA_ATTR_DEV_MAX_VQ_SIZE, max_size) ||
	    nla_put_u16(skb, VDPA_ATTR_DEV_MIN_VQ_SIZE, min_size))
		return -EMSGSIZE;
	return 0;
}

static int mdev_vdpa_fill_dev(const struct mdev_vdpa_msg *msg,
			      struct mdev_slice *slice)
{
	void *hdr;

	hdr = mdev_vdpa_msg_begin(msg, VDPA_CMD_DEV_NEW);
	if (!hdr)
		return -EMSGSIZE;
	if (mdev_vdpa_put_dev(msg->skb, slice)) {
		genlmsg_cancel(msg->skb, hdr);
		return -EMSGSIZE;
	}
	mdev_vdpa_msg_end(msg, hdr);
	return 0;
}

int mdev_vdpa_dev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mdev_vdpa_answer(info, mdev_vdpa_fill_dev);
}

int mdev_vdpa_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mdev_vdpa_dump(skb, cb, mdev_vdpa_fill_dev);
}

/* The type is the parent's, who may be gone when the slice is. */
static int mdev_vdpa_check_set(const struct genl_info *info,
			       struct mdev_slice *slice, u64 mask)
{
	int err;

	err = mdev_vdpa_enter(info, slice);
	if (err)
		return err;
	err = mdev_vdpa_check_mask(info, mask, slice->type->configure_mask);
	mdev_slice_leave(slice);
	return err;
}

int mdev_vdpa_dev_attr_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_config config = {};
	struct mdev_slice *slice;
	int err;

	slice = mdev_vdpa_get_slice(info);
	if (IS_ERR(slice))
		return PTR_ERR(slice);

	err = mdev_vdpa_parse_config(info, &config);
	if (err)
		goto put_slice;
	if (!config.mask) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: mac, mtu, max_vqp or device_features expected");
		err = -EOPNOTSUPP;
		goto put_slice;
	}
	err = mdev_vdpa_check_set(info, slice, config.mask);
	if (err)
		goto put_slice;
	err = mdev_slice_configure(slice, &config, info->extack);
put_slice:
	mdev_slice_put(slice);
	return err;
}
