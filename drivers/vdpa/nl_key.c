// SPDX-License-Identifier: GPL-2.0
/*
 * What a request of family "vdpa" names: a slice, or a parent, which user space
 * calls a management device.
 */
#include <linux/string.h>

#include "netlink.h"

static const char *mdev_vdpa_attr_word(int type)
{
	switch (type) {
	case VDPA_ATTR_MGMTDEV_BUS_NAME:
		return "bus name of the management device";
	case VDPA_ATTR_MGMTDEV_DEV_NAME:
		return "name of the management device";
	default:
		return "name";
	}
}

/* Copy a mandatory name, which may or may not end with a NUL. */
int mdev_vdpa_get_name(const struct genl_info *info, int type, char *buf,
		       size_t size)
{
	const struct nlattr *attr = info->attrs[type];
	size_t len;

	if (!attr) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, type);
		NL_SET_ERR_MSG_FMT(info->extack, "the %s is missing",
				   mdev_vdpa_attr_word(type));
		return -EINVAL;
	}

	len = strnlen(nla_data(attr), nla_len(attr));
	if (!len || len >= size) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr,
					"the %s must have 1 to %zu characters",
					mdev_vdpa_attr_word(type), size - 1);
		return -EINVAL;
	}

	memcpy(buf, nla_data(attr), len);
	buf[len] = '\0';
	return 0;
}

/* Get the slice that VDPA_ATTR_DEV_NAME names; to be put. */
struct mdev_slice *mdev_vdpa_get_slice(const struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VDPA_ATTR_DEV_NAME];
	char name[MDEV_NAME_MAX + 1];
	struct mdev_slice *slice;
	int err;

	err = mdev_vdpa_get_name(info, VDPA_ATTR_DEV_NAME, name, sizeof(name));
	if (err)
		return ERR_PTR(err);

	slice = mdev_slice_get_by_name(name);
	if (!slice) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there is no device of this name");
		return ERR_PTR(-ENODEV);
	}
	if (!mdev_virtio_ops(slice)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the device of this name is no virtio device");
		mdev_slice_put(slice);
		return ERR_PTR(-EINVAL);
	}
	return slice;
}

/* mdev_slice_enter() that says why not. */
int mdev_vdpa_enter(const struct genl_info *info, struct mdev_slice *slice)
{
	if (mdev_slice_enter(slice))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VDPA_ATTR_DEV_NAME],
			    "the device is being removed");
	return -ENODEV;
}

bool mdev_vdpa_is_mgmtdev(const struct mdev_parent *parent)
{
	return parent->virtio_ops && mdev_vdpa_classes(parent);
}

/* First type with this virtio device id; any id if that is 0. */
const struct mdev_type *mdev_vdpa_type(const struct mdev_parent *parent,
				       u32 device_id)
{
	unsigned int i;

	for (i = 0; i < parent->nr_types; i++) {
		if (!parent->types[i].device_id)
			continue;
		if (!device_id || parent->types[i].device_id == device_id)
			return &parent->types[i];
	}
	return NULL;
}

/* Virtio device ids below 64 that the parent can make, as a bitmap. */
u64 mdev_vdpa_classes(const struct mdev_parent *parent)
{
	u64 classes = 0;
	unsigned int i;
	u32 id;

	for (i = 0; i < parent->nr_types; i++) {
		id = parent->types[i].device_id;
		if (id && id < 64)
			classes |= BIT_ULL(id);
	}
	return classes;
}

static struct mdev_parent *
mdev_vdpa_find_parent(const struct genl_info *info, const char *bus,
		      const char *name)
{
	struct nlattr *attr = info->attrs[VDPA_ATTR_MGMTDEV_DEV_NAME];
	struct mdev_parent *parent;

	parent = mdev_parent_get_by_name(bus, name);
	if (PTR_ERR_OR_ZERO(parent) == -ENOTUNIQ) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "several management devices have this name: give it as BUS/NAME");
		return ERR_PTR(-ENODEV);
	}
	if (IS_ERR(parent)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there is no management device of this name");
		return ERR_PTR(-ENODEV);
	}
	if (!mdev_vdpa_is_mgmtdev(parent)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the device of this name makes no virtio devices");
		mdev_parent_put(parent);
		return ERR_PTR(-ENODEV);
	}
	return parent;
}

/* Get the parent that the request names; to be put. */
struct mdev_parent *mdev_vdpa_get_parent(const struct genl_info *info)
{
	char name[MDEV_VDPA_PARENT_NAME_MAX + 1];
	char bus[MDEV_VDPA_PARENT_NAME_MAX + 1];
	bool has_bus = info->attrs[VDPA_ATTR_MGMTDEV_BUS_NAME];
	int err;

	err = mdev_vdpa_get_name(info, VDPA_ATTR_MGMTDEV_DEV_NAME, name,
				 sizeof(name));
	if (err)
		return ERR_PTR(err);
	if (has_bus) {
		err = mdev_vdpa_get_name(info, VDPA_ATTR_MGMTDEV_BUS_NAME, bus,
					 sizeof(bus));
		if (err)
			return ERR_PTR(err);
	}
	return mdev_vdpa_find_parent(info, has_bus ? bus : NULL, name);
}

int mdev_vdpa_put_parent(struct sk_buff *skb, const struct mdev_parent *parent)
{
	struct device *dev = parent->dev;

	if (nla_put_string(skb, VDPA_ATTR_MGMTDEV_BUS_NAME, dev->bus->name) ||
	    nla_put_string(skb, VDPA_ATTR_MGMTDEV_DEV_NAME, dev_name(dev)))
		return -EMSGSIZE;
	return 0;
}
