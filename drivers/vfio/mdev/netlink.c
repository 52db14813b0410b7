// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink family "mdev": its registration, and what its requests have in common.
 * What it says is in Documentation/netlink/specs/mdev.yaml, which netlink_gen.c is
 * made from.
 */
#include <linux/module.h>

#include "core.h"
#include "netlink.h"

/* Numbers that user space sees are those that the core goes by. */
static_assert((int)MDEV_SLICE_CLASS_NONE == (int)MDEV_CLASS_NONE);
static_assert((int)MDEV_SLICE_CLASS_VIRTIO == (int)MDEV_CLASS_VIRTIO);
static_assert((int)MDEV_SLICE_CLASS_VHOST == (int)MDEV_CLASS_VHOST);
static_assert((int)MDEV_SLICE_CLASS_VFIO == (int)MDEV_CLASS_VFIO);
static_assert((int)MDEV_SLICE_CLASS_VENDOR == (int)MDEV_CLASS_VENDOR);
static_assert((int)MDEV_LIFE_STATE_READY == (int)MDEV_SLICE_READY);
static_assert((int)MDEV_LIFE_STATE_CHANGING == (int)MDEV_SLICE_CHANGING);
static_assert((int)MDEV_LIFE_STATE_DYING == (int)MDEV_SLICE_DYING);
static_assert((int)MDEV_CAUSE_USER == (int)MDEV_EVENT_USER);
static_assert((int)MDEV_CAUSE_PARENT == (int)MDEV_EVENT_PARENT);
static_assert(MDEV_SLICE_NAME_MAX == MDEV_NAME_MAX);
static_assert(MDEV_SLICE_OWNER_MAX == MDEV_OWNER_MAX);

/* Is a mandatory attribute missing? */
bool mdev_nl_missing(const struct genl_info *info, int type, const char *what)
{
	if (info->attrs[type])
		return false;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, type);
	NL_SET_ERR_MSG_FMT(info->extack, "the %s is missing", what);
	return true;
}

/* The policy has seen to its end. NULL if it is not there. */
const char *mdev_nl_string(const struct genl_info *info, int type)
{
	const struct nlattr *attr = info->attrs[type];

	return attr ? nla_data(attr) : NULL;
}

int mdev_nl_read_uuid(const struct genl_info *info, int type, guid_t *uuid)
{
	if (!guid_parse(mdev_nl_string(info, type), uuid))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[type], "this is no UUID");
	return -EINVAL;
}

/* Get the parent that a request names; to be put. */
struct mdev_parent *mdev_nl_get_parent(const struct genl_info *info, int bus_type,
				       int name_type)
{
	const char *bus = mdev_nl_string(info, bus_type);
	struct mdev_parent *parent;

	if (mdev_nl_missing(info, name_type, "name of the parent"))
		return ERR_PTR(-EINVAL);

	parent = mdev_parent_get_by_name(bus, mdev_nl_string(info, name_type));
	if (!IS_ERR(parent))
		return parent;
	if (PTR_ERR(parent) == -ENOTUNIQ)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[name_type],
				    "several parents have this name: say on which bus");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[name_type],
				    "there is no parent of this name");
	return parent;
}

/* The parent is active. */
const struct mdev_type *mdev_nl_find_type(const struct mdev_parent *parent,
					  const char *name)
{
	unsigned int i;

	for (i = 0; i < parent->nr_types; i++)
		if (!strcmp(parent->types[i].name, name))
			return &parent->types[i];
	return NULL;
}

/* An array of words, so that there can be more of them. */
int mdev_nl_put_features(struct sk_buff *skb, int type, u64 features)
{
	return nla_put(skb, type, sizeof(features), &features);
}

int mdev_netlink_init(void)
{
	/* The generator knows of families for every network namespace only. */
	mdev_nl_family.netnsok = false;
	return genl_register_family(&mdev_nl_family);
}

void mdev_netlink_exit(void)
{
	genl_unregister_family(&mdev_nl_family);
}

MODULE_ALIAS_GENL_FAMILY(MDEV_FAMILY_NAME);
