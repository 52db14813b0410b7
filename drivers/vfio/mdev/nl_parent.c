// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": parents and their types.
 */
#include <linux/mdev_vfio.h>
#include <linux/module.h>

#include "core.h"
#include "netlink.h"

static u32 mdev_nl_classes(const struct mdev_parent *parent)
{
	enum mdev_class_id id;
	u32 classes = 0;

	for (id = 0; id < MDEV_CLASS_MAX; id++)
		if (mdev_parent_serves(parent, id))
			classes |= BIT(id);
	return classes;
}

static int mdev_nl_put_parent(struct sk_buff *skb, struct mdev_parent *parent)
{
	struct device *dev = parent->dev;

	if (nla_put_u32(skb, MDEV_A_PARENT_ID, parent->id) ||
	    nla_put_string(skb, MDEV_A_PARENT_BUS, dev->bus->name) ||
	    nla_put_string(skb, MDEV_A_PARENT_NAME, parent->name))
		return -EMSGSIZE;
	return 0;
}

static int mdev_nl_put_offer(struct sk_buff *skb, struct mdev_parent *parent)
{
	struct module *owner = parent->ops->owner;

	if (owner &&
	    nla_put_string(skb, MDEV_A_PARENT_DRIVER, module_name(owner)))
		return -EMSGSIZE;
	if (nla_put_u32(skb, MDEV_A_PARENT_CLASSES, mdev_nl_classes(parent)) ||
	    nla_put_u32(skb, MDEV_A_PARENT_TYPES, parent->nr_types) ||
	    nla_put_u32(skb, MDEV_A_PARENT_SLICES,
			READ_ONCE(parent->nr_slices)))
		return -EMSGSIZE;
	return 0;
}

/* A message about a change, in an empty buffer. Of one that has gone, what it was. */
int mdev_nl_fill_parent(struct sk_buff *skb, struct mdev_parent *parent, u8 cmd,
			const struct mdev_event *event)
{
	void *hdr = genlmsg_put(skb, 0, 0, &mdev_nl_family, 0, cmd);

	if (!hdr || mdev_nl_put_parent(skb, parent) ||
	    (cmd != MDEV_CMD_PARENT_GONE_NTF && mdev_nl_put_offer(skb, parent)) ||
	    mdev_nl_put_event(skb, MDEV_A_PARENT_EVENT, event))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

static int mdev_nl_answer_parent(struct sk_buff *skb,
				 const struct genl_info *info, int flags,
				 struct mdev_parent *parent)
{
	void *hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
				&mdev_nl_family, flags, MDEV_CMD_PARENT_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (mdev_nl_put_parent(skb, parent) || mdev_nl_put_offer(skb, parent)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int mdev_nl_parent_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_parent *parent;
	int err;

	parent = mdev_nl_get_parent(info, MDEV_A_PARENT_BUS, MDEV_A_PARENT_NAME);
	if (IS_ERR(parent))
		return PTR_ERR(parent);

	err = -ENOMEM;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb)
		err = mdev_nl_answer_parent(skb, info, 0, parent);
	mdev_parent_put(parent);
	if (!err)
		return genlmsg_reply(skb, info);

	nlmsg_free(skb);
	return err;
}

int mdev_nl_parent_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	u32 cursor = cb->args[0];
	struct mdev_parent *parent;
	int err;

	while ((parent = mdev_parent_get_next(&cursor))) {
		err = mdev_nl_answer_parent(skb, info, NLM_F_MULTI, parent);
		mdev_parent_put(parent);
		if (err)
			return skb->len ? skb->len : err;
		cb->args[0] = cursor;
	}
	return 0;
}

static int mdev_nl_put_texts(struct sk_buff *skb, const struct mdev_type *type)
{
	if (nla_put_string(skb, MDEV_A_TYPE_NAME, type->name))
		return -EMSGSIZE;
	if (type->pretty_name &&
	    nla_put_string(skb, MDEV_A_TYPE_PRETTY_NAME, type->pretty_name))
		return -EMSGSIZE;
	if (type->description &&
	    nla_put_string(skb, MDEV_A_TYPE_DESCRIPTION, type->description))
		return -EMSGSIZE;
	return 0;
}

static int mdev_nl_put_virtio(struct sk_buff *skb, const struct mdev_type *type)
{
	if (!type->device_id)
		return 0;
	if (nla_put_u32(skb, MDEV_A_TYPE_DEVICE_ID, type->device_id) ||
	    nla_put_u32(skb, MDEV_A_TYPE_VENDOR_ID, type->vendor_id) ||
	    mdev_nl_put_features(skb, MDEV_A_TYPE_FEATURES, type->features) ||
	    nla_put_u32(skb, MDEV_A_TYPE_MAX_VQS, type->max_vqs))
		return -EMSGSIZE;
	return 0;
}

static int mdev_nl_put_limits(struct sk_buff *skb, struct mdev_parent *parent,
			      const struct mdev_type *type)
{
	const struct mdev_parent_ops *ops = parent->ops;

	if (ops->get_available &&
	    nla_put_u32(skb, MDEV_A_TYPE_AVAILABLE,
			ops->get_available(parent, type)))
		return -EMSGSIZE;
	if (parent->vfio_ops &&
	    nla_put_string(skb, MDEV_A_TYPE_DEVICE_API,
			   parent->vfio_ops->device_api))
		return -EMSGSIZE;
	if (nla_put_u32(skb, MDEV_A_TYPE_CREATE_CONFIG, type->create_mask) ||
	    nla_put_u32(skb, MDEV_A_TYPE_SET_CONFIG, type->configure_mask))
		return -EMSGSIZE;
	return 0;
}

static int mdev_nl_put_type(struct sk_buff *skb, struct mdev_parent *parent,
			    const struct mdev_type *type)
{
	if (nla_put_string(skb, MDEV_A_TYPE_PARENT_BUS, parent->dev->bus->name) ||
	    nla_put_string(skb, MDEV_A_TYPE_PARENT_NAME, parent->name) ||
	    mdev_nl_put_texts(skb, type) || mdev_nl_put_virtio(skb, type))
		return -EMSGSIZE;
	return mdev_nl_put_limits(skb, parent, type);
}

static int mdev_nl_answer_type(struct sk_buff *skb, const struct genl_info *info,
			       int flags, struct mdev_parent *parent,
			       const struct mdev_type *type)
{
	void *hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
				&mdev_nl_family, flags, MDEV_CMD_TYPE_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (mdev_nl_put_type(skb, parent, type)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int mdev_nl_type_get(struct sk_buff *skb, struct genl_info *info,
			    struct mdev_parent *parent)
{
	const struct mdev_type *type;

	if (mdev_nl_missing(info, MDEV_A_TYPE_NAME, "name of the type"))
		return -EINVAL;
	type = mdev_nl_find_type(parent, mdev_nl_string(info, MDEV_A_TYPE_NAME));
	if (!type) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MDEV_A_TYPE_NAME],
				    "the parent has no type of this name");
		return -ENOENT;
	}
	return mdev_nl_answer_type(skb, info, 0, parent, type);
}

int mdev_nl_type_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_parent *parent;
	int err;

	parent = mdev_nl_get_parent(info, MDEV_A_TYPE_PARENT_BUS,
				    MDEV_A_TYPE_PARENT_NAME);
	if (IS_ERR(parent))
		return PTR_ERR(parent);

	err = -ENOMEM;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb)
		err = mdev_nl_type_get(skb, info, parent);
	mdev_parent_put(parent);
	if (!err)
		return genlmsg_reply(skb, info);

	nlmsg_free(skb);
	return err;
}

/* From the type on that the cursor is at. It is at the first one of the next parent then. */
static int mdev_nl_dump_types(struct sk_buff *skb, struct netlink_callback *cb,
			      struct mdev_parent *parent)
{
	const struct genl_info *info = genl_info_dump(cb);
	int err;

	while (cb->args[1] < parent->nr_types) {
		err = mdev_nl_answer_type(skb, info, NLM_F_MULTI, parent,
					  &parent->types[cb->args[1]]);
		if (err)
			return err;
		cb->args[1]++;
	}
	cb->args[1] = 0;
	return 0;
}

static int mdev_nl_dump_one_parent(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct mdev_parent *parent;
	int err;

	if (cb->args[0])
		return 0;
	parent = mdev_nl_get_parent(genl_info_dump(cb), MDEV_A_TYPE_PARENT_BUS,
				    MDEV_A_TYPE_PARENT_NAME);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	err = mdev_nl_dump_types(skb, cb, parent);
	mdev_parent_put(parent);
	if (!err)
		cb->args[0] = 1;
	return err;
}

/*
 * The cursor stays at a parent until all its types are told. If that parent goes
 * meanwhile, the first types of the next one are not told: so the number of the parent
 * is kept, too.
 */
static int mdev_nl_dump_all_parents(struct sk_buff *skb,
				    struct netlink_callback *cb)
{
	struct mdev_parent *parent;
	u32 cursor = cb->args[0];
	int err;

	while ((parent = mdev_parent_get_next(&cursor))) {
		if (cb->args[2] != parent->id) {
			cb->args[2] = parent->id;
			cb->args[1] = 0;
		}
		err = mdev_nl_dump_types(skb, cb, parent);
		mdev_parent_put(parent);
		if (err)
			return err;
		cb->args[0] = cursor;
	}
	return 0;
}

int mdev_nl_type_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	int err;

	if (genl_info_dump(cb)->attrs[MDEV_A_TYPE_PARENT_NAME])
		err = mdev_nl_dump_one_parent(skb, cb);
	else
		err = mdev_nl_dump_all_parents(skb, cb);
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}
