// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": which slices a request for many of them means.
 */
#include "core.h"
#include "netlink.h"

const struct mdev_nl_filter_attrs mdev_nl_slice_filter = {
	.bus = MDEV_A_SLICE_PARENT_BUS,
	.parent = MDEV_A_SLICE_PARENT_NAME,
	.type = MDEV_A_SLICE_TYPE,
	.class = MDEV_A_SLICE_CLASS,
	.owner = MDEV_A_SLICE_OWNER,
};

const struct mdev_nl_filter_attrs mdev_nl_stats_filter = {
	.bus = MDEV_A_STATS_PARENT_BUS,
	.parent = MDEV_A_STATS_PARENT_NAME,
	.type = MDEV_A_STATS_SLICE_TYPE,
	.class = MDEV_A_STATS_SLICE_CLASS,
	.owner = MDEV_A_STATS_SLICE_OWNER,
};

/* The number is the parent's for ever, and the name is not. */
static int mdev_nl_read_parent(const struct genl_info *info,
			       const struct mdev_nl_filter_attrs *attrs,
			       struct mdev_nl_filter *filter)
{
	struct mdev_parent *parent;

	parent = mdev_nl_get_parent(info, attrs->bus, attrs->parent);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	filter->parent = parent->id;
	mdev_parent_put(parent);
	return 0;
}

/* Strings stay in the request. Nothing is found by a parent that is not there. */
int mdev_nl_read_filter(const struct genl_info *info,
			const struct mdev_nl_filter_attrs *attrs,
			struct mdev_nl_filter *filter)
{
	const struct nlattr *class = info->attrs[attrs->class];

	filter->bus = mdev_nl_string(info, attrs->bus);
	filter->parent = 0;
	filter->type = mdev_nl_string(info, attrs->type);
	filter->owner = mdev_nl_string(info, attrs->owner);
	filter->class = class ? nla_get_u32(class) : MDEV_CLASS_MAX;
	if (!info->attrs[attrs->parent])
		return 0;
	return mdev_nl_read_parent(info, attrs, filter);
}

static bool mdev_nl_owner_matches(struct mdev_slice *slice, const char *owner)
{
	bool same;

	spin_lock(&slice->lock);
	same = !strcmp(slice->owner ?: "", owner);
	spin_unlock(&slice->lock);
	return same;
}

/* What can be told of a slice that is not entered, so that those of others need not be. */
bool mdev_nl_filter_may_match(const struct mdev_nl_filter *filter,
			      struct mdev_slice *slice)
{
	if (filter->parent && filter->parent != slice->parent->id)
		return false;
	if (filter->class != MDEV_CLASS_MAX &&
	    filter->class != READ_ONCE(slice->class_id))
		return false;
	return !filter->owner || mdev_nl_owner_matches(slice, filter->owner);
}

/*
 * The slice is entered, or its state is taken: its type is there as long as its parent. Once
 * more, as class and owner may be others by now.
 */
bool mdev_nl_filter_matches(const struct mdev_nl_filter *filter,
			    struct mdev_slice *slice)
{
	if (!mdev_nl_filter_may_match(filter, slice))
		return false;
	if (filter->bus && strcmp(filter->bus, slice->parent->dev->bus->name))
		return false;
	return !filter->type || !strcmp(filter->type, slice->type->name);
}
