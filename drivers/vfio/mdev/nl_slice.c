// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": requests for slices.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "core.h"
#include "netlink.h"

/* How long one request removes slices, in jiffies. */
#define MDEV_NL_FLUSH_TIME	HZ

/* Which attributes name a slice, the one that errors are about first. */
static const int mdev_nl_keys[] = {
	MDEV_A_SLICE_NAME,
	MDEV_A_SLICE_UUID,
	MDEV_A_SLICE_ID,
};

static struct mdev_slice *mdev_nl_find_uuid(const struct genl_info *info)
{
	guid_t uuid;
	int err;

	err = mdev_nl_read_uuid(info, MDEV_A_SLICE_UUID, &uuid);
	return err ? ERR_PTR(err) : mdev_slice_get_by_uuid(&uuid);
}

static struct mdev_slice *mdev_nl_find_key(const struct genl_info *info, int key)
{
	switch (key) {
	case MDEV_A_SLICE_NAME:
		return mdev_slice_get_by_name(mdev_nl_string(info, key));
	case MDEV_A_SLICE_UUID:
		return mdev_nl_find_uuid(info);
	default:
		return mdev_slice_get_by_id(nla_get_u32(info->attrs[key]));
	}
}

static struct mdev_slice *mdev_nl_get_key(const struct genl_info *info, int key)
{
	static const char * const words[] = {
		[MDEV_A_SLICE_ID]	= "id",
		[MDEV_A_SLICE_NAME]	= "name",
		[MDEV_A_SLICE_UUID]	= "UUID",
	};
	struct mdev_slice *slice = mdev_nl_find_key(info, key);

	if (slice)
		return slice;
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[key],
				"there is no slice of this %s", words[key]);
	return ERR_PTR(-ENODEV);
}

/*
 * Get the slice that a request names, by one or several attributes; to be put. Whoever
 * gives several does not want another slice that has been given the name meanwhile.
 */
static struct mdev_slice *mdev_nl_get_slice(const struct genl_info *info)
{
	struct mdev_slice *slice = NULL, *other;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mdev_nl_keys); i++) {
		if (!info->attrs[mdev_nl_keys[i]])
			continue;
		other = mdev_nl_get_key(info, mdev_nl_keys[i]);
		if (slice)
			mdev_slice_put(slice);
		if (IS_ERR(other))
			return other;
		if (slice && other != slice) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    info->attrs[mdev_nl_keys[i]],
					    "this is another slice than the one named before");
			mdev_slice_put(other);
			return ERR_PTR(-ENODEV);
		}
		slice = other;
	}
	if (slice)
		return slice;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, MDEV_A_SLICE_NAME);
	NL_SET_ERR_MSG(info->extack, "the name, UUID or id of the slice is missing");
	return ERR_PTR(-EINVAL);
}

static int mdev_nl_enter(const struct genl_info *info, struct mdev_slice *slice)
{
	if (mdev_slice_enter(slice))
		return 0;
	NL_SET_ERR_MSG(info->extack, "the slice is being removed");
	return -ENODEV;
}

/* The slice is entered. */
static int mdev_nl_answer_slice(struct sk_buff *skb, const struct genl_info *info,
				int flags, u8 cmd, struct mdev_slice *slice)
{
	void *hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
				&mdev_nl_family, flags, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (mdev_nl_put_slice(skb, slice)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int mdev_nl_slice_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_slice *slice;
	int err;

	slice = mdev_nl_get_slice(info);
	if (IS_ERR(slice))
		return PTR_ERR(slice);
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb) {
		mdev_slice_put(slice);
		return -ENOMEM;
	}

	err = mdev_nl_enter(info, slice);
	if (!err) {
		err = mdev_nl_answer_slice(skb, info, 0, MDEV_CMD_SLICE_GET,
					   slice);
		mdev_slice_leave(slice);
	}
	mdev_slice_put(slice);
	if (!err)
		return genlmsg_reply(skb, info);

	nlmsg_free(skb);
	return err;
}

static int mdev_nl_dump_slice(struct sk_buff *skb, const struct genl_info *info,
			      const struct mdev_nl_filter *filter,
			      struct mdev_slice *slice)
{
	int err = 0;

	if (!mdev_nl_filter_may_match(filter, slice) || !mdev_slice_enter(slice))
		return 0;
	if (mdev_nl_filter_matches(filter, slice))
		err = mdev_nl_answer_slice(skb, info, NLM_F_MULTI,
					   MDEV_CMD_SLICE_GET, slice);
	mdev_slice_leave(slice);
	return err;
}

/*
 * The cursor is the id after that of the last slice that was described: each call goes
 * on where the last one stopped, and a slice that lives through the whole dump is in it
 * exactly once, whatever comes and goes meanwhile. So there is nothing to warn of by
 * NLM_F_DUMP_INTR, which libmnl takes for a failure.
 */
int mdev_nl_slice_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct mdev_nl_filter filter;
	u32 cursor = cb->args[0];
	struct mdev_slice *slice;
	int err;

	err = mdev_nl_read_filter(info, &mdev_nl_slice_filter, &filter);
	/* The parent that slices are wanted of may go during the dump, with them. */
	if (err)
		return cursor ? 0 : err;

	while ((slice = mdev_slice_get_next(&cursor))) {
		err = mdev_nl_dump_slice(skb, info, &filter, slice);
		mdev_slice_put(slice);
		if (err)
			return skb->len ? skb->len : err;
		cb->args[0] = cursor;
	}
	return 0;
}

/* What a slice of an active parent shall be made of, besides provisioning. */
static int mdev_nl_read_params(const struct genl_info *info,
			       const struct mdev_parent *parent,
			       struct mdev_slice_params *params)
{
	const char *type = mdev_nl_string(info, MDEV_A_SLICE_TYPE);

	params->type = &parent->types[0];
	if (type)
		params->type = mdev_nl_find_type(parent, type);
	if (!params->type) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MDEV_A_SLICE_TYPE],
				    "the parent has no type of this name");
		return -ENOENT;
	}

	params->name = mdev_nl_string(info, MDEV_A_SLICE_NAME);
	params->owner = mdev_nl_string(info, MDEV_A_SLICE_OWNER);
	params->class_id = MDEV_CLASS_DEFAULT;
	if (info->attrs[MDEV_A_SLICE_CLASS])
		params->class_id = nla_get_u32(info->attrs[MDEV_A_SLICE_CLASS]);
	return 0;
}

/* What was not given, as the class, is not to blame. */
static void mdev_nl_blame(const struct genl_info *info,
			  enum mdev_slice_param refused)
{
	static const int types[] = {
		[MDEV_PARAM_NAME]	= MDEV_A_SLICE_NAME,
		[MDEV_PARAM_UUID]	= MDEV_A_SLICE_UUID,
		[MDEV_PARAM_CLASS]	= MDEV_A_SLICE_CLASS,
		[MDEV_PARAM_OWNER]	= MDEV_A_SLICE_OWNER,
	};

	if (refused != MDEV_PARAM_NONE && !info->extack->bad_attr)
		NL_SET_BAD_ATTR(info->extack, info->attrs[types[refused]]);
}

static struct mdev_slice *mdev_nl_create(const struct genl_info *info,
					 struct mdev_parent *parent,
					 const struct mdev_nl_config *given)
{
	enum mdev_slice_param refused = MDEV_PARAM_NONE;
	struct mdev_slice_params params = {
		.config = &given->config,
		.refused = &refused,
	};
	struct mdev_slice *slice;
	guid_t uuid;
	int err;

	err = mdev_nl_read_params(info, parent, &params);
	if (err)
		return ERR_PTR(err);
	if (info->attrs[MDEV_A_SLICE_UUID]) {
		err = mdev_nl_read_uuid(info, MDEV_A_SLICE_UUID, &uuid);
		params.uuid = &uuid;
	}
	if (!err)
		err = mdev_nl_check_config(info, given, params.type,
					   params.type->create_mask);
	if (err)
		return ERR_PTR(err);

	slice = mdev_slice_create(parent, &params, info->extack);
	if (IS_ERR(slice))
		mdev_nl_blame(info, refused);
	return slice;
}

static struct mdev_slice *mdev_nl_new(const struct genl_info *info)
{
	struct mdev_nl_config given;
	struct mdev_parent *parent;
	struct mdev_slice *slice;
	int err;

	parent = mdev_nl_get_parent(info, MDEV_A_SLICE_PARENT_BUS,
				    MDEV_A_SLICE_PARENT_NAME);
	if (IS_ERR(parent))
		return ERR_CAST(parent);
	err = mdev_nl_parse_config(info, &given);
	slice = err ? ERR_PTR(err) : mdev_nl_create(info, parent, &given);
	mdev_nl_free_config(&given);
	mdev_parent_put(parent);
	return slice;
}

/*
 * All or nothing, so memory for the answer is there before anything is made. That it does
 * not arrive, or the slice is gone again by now, does not unmake the slice.
 */
int mdev_nl_slice_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_slice *slice;
	int err = -ENODEV;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	slice = mdev_nl_new(info);
	if (IS_ERR(slice)) {
		nlmsg_free(skb);
		return PTR_ERR(slice);
	}

	if (mdev_slice_enter(slice)) {
		err = mdev_nl_answer_slice(skb, info, 0, MDEV_CMD_SLICE_NEW,
					   slice);
		mdev_slice_leave(slice);
	}
	mdev_slice_put(slice);
	if (err)
		nlmsg_free(skb);
	else
		genlmsg_reply(skb, info);
	return 0;
}

/* What does not go together, whatever the slice. */
static int mdev_nl_check_set(const struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[MDEV_A_SLICE_FORCE] && !attrs[MDEV_A_SLICE_CLASS]) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[MDEV_A_SLICE_FORCE],
				    "force goes with a class");
		return -EINVAL;
	}
	if (attrs[MDEV_A_SLICE_CLASS] && attrs[MDEV_A_SLICE_CONFIG]) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[MDEV_A_SLICE_CONFIG],
				    "class and provisioning are changed by two requests");
		return -EINVAL;
	}
	if (attrs[MDEV_A_SLICE_NEW_NAME] &&
	    (attrs[MDEV_A_SLICE_CLASS] || attrs[MDEV_A_SLICE_CONFIG])) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[MDEV_A_SLICE_NEW_NAME],
				    "the name is changed without class and provisioning, by a request of its own");
		return -EINVAL;
	}
	if (!attrs[MDEV_A_SLICE_CLASS] && !attrs[MDEV_A_SLICE_CONFIG] &&
	    !attrs[MDEV_A_SLICE_OWNER] && !attrs[MDEV_A_SLICE_NEW_NAME]) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: class, config, owner or new-name expected");
		return -EINVAL;
	}
	return 0;
}

static int mdev_nl_set_class(const struct genl_info *info,
			     struct mdev_slice *slice)
{
	const struct nlattr *attr = info->attrs[MDEV_A_SLICE_CLASS];
	int err;

	if (!attr)
		return 0;
	err = mdev_slice_set_class(slice, nla_get_u32(attr),
				   nla_get_flag(info->attrs[MDEV_A_SLICE_FORCE]),
				   info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

/* The type is the parent's, who may be gone when the slice is. */
static int mdev_nl_check_given(const struct genl_info *info,
			       struct mdev_slice *slice,
			       const struct mdev_nl_config *given)
{
	int err;

	err = mdev_nl_enter(info, slice);
	if (err)
		return err;
	err = mdev_nl_check_config(info, given, slice->type,
				   slice->type->configure_mask);
	mdev_slice_leave(slice);
	return err;
}

static int mdev_nl_set_config(const struct genl_info *info,
			      struct mdev_slice *slice)
{
	const struct nlattr *attr = info->attrs[MDEV_A_SLICE_CONFIG];
	struct mdev_nl_config given;
	int err;

	if (!attr)
		return 0;
	err = mdev_nl_parse_config(info, &given);
	if (!err && !given.config.mask) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "config is empty");
		err = -EINVAL;
	}
	if (!err)
		err = mdev_nl_check_given(info, slice, &given);
	if (!err)
		err = mdev_slice_configure(slice, &given.config, info->extack);
	mdev_nl_free_config(&given);
	return err;
}

static int mdev_nl_set_name(const struct genl_info *info,
			    struct mdev_slice *slice)
{
	const struct nlattr *attr = info->attrs[MDEV_A_SLICE_NEW_NAME];
	int err;

	if (!attr)
		return 0;
	err = mdev_slice_rename(slice, nla_data(attr), info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

static int mdev_nl_copy_owner(const struct genl_info *info, char **owner)
{
	const struct nlattr *attr = info->attrs[MDEV_A_SLICE_OWNER];
	int err;

	*owner = NULL;
	if (!attr)
		return 0;
	err = mdev_owner_copy(nla_data(attr), owner, info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

static int mdev_nl_set(const struct genl_info *info, struct mdev_slice *slice,
		       char **owner)
{
	int err, owner_err;

	err = mdev_nl_set_class(info, slice);
	if (!err)
		err = mdev_nl_set_config(info, slice);
	if (!err)
		err = mdev_nl_set_name(info, slice);
	/* A change of class that goes on is one that has been made. */
	if ((err && err != -EINPROGRESS) || !info->attrs[MDEV_A_SLICE_OWNER])
		return err;
	owner_err = mdev_slice_swap_owner(slice, owner, info->extack);
	return owner_err ?: err;
}

/*
 * The owner comes last. What is wrong with one is found before anything is changed, and
 * memory for it is there: only a slice that is removed meanwhile goes without it.
 */
int mdev_nl_slice_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_slice *slice;
	char *owner;
	int err;

	err = mdev_nl_check_set(info);
	if (!err)
		err = mdev_nl_copy_owner(info, &owner);
	if (err)
		return err;

	slice = mdev_nl_get_slice(info);
	if (IS_ERR(slice)) {
		err = PTR_ERR(slice);
	} else {
		err = mdev_nl_set(info, slice, &owner);
		mdev_slice_put(slice);
	}
	kfree(owner);
	return err;
}

int mdev_nl_slice_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_slice *slice;
	int err;

	slice = mdev_nl_get_slice(info);
	if (IS_ERR(slice))
		return PTR_ERR(slice);
	err = mdev_slice_remove_bounded(slice, info->extack);
	mdev_slice_put(slice);
	return err;
}

/* Just now: those that are not meant are left alone. */
static bool mdev_nl_is_meant(const struct mdev_nl_filter *filter,
			     struct mdev_slice *slice)
{
	bool meant;

	if (!mdev_nl_filter_may_match(filter, slice) || !mdev_slice_enter(slice))
		return false;
	meant = mdev_nl_filter_matches(filter, slice);
	mdev_slice_leave(slice);
	return meant;
}

/**
 * struct mdev_nl_flushed - what came of a flush
 * @removed: slices that were removed
 * @busy: slices that somebody was changing
 * @more: it ended before all slices were looked at
 */
struct mdev_nl_flushed {
	u32 removed;
	u32 busy;
	bool more;
};

/*
 * A request that takes long keeps others out who need the lock of all families for
 * writing, and whoever comes after them. Each removes something, so repeating them
 * comes to an end.
 */
static bool mdev_nl_flush_ends(const struct mdev_nl_flushed *flushed,
			       unsigned long end)
{
	return signal_pending(current) ||
	       (flushed->removed && time_after(jiffies, end));
}

/* Slices that are made meanwhile may be missed, others are not. */
static void mdev_nl_flush(const struct mdev_nl_filter *filter,
			  struct mdev_nl_flushed *flushed)
{
	struct mdev_batch batch = {
		.cause = MDEV_EVENT_USER,
		.is_meant = mdev_nl_filter_matches,
		.filter = filter,
	};
	unsigned long end = jiffies + MDEV_NL_FLUSH_TIME;
	struct mdev_slice *slice;
	u32 cursor = 0;
	int err;

	while ((slice = mdev_slice_get_next(&cursor))) {
		flushed->more = mdev_nl_flush_ends(flushed, end);
		if (flushed->more || !mdev_nl_is_meant(filter, slice)) {
			mdev_slice_put(slice);
			if (flushed->more)
				break;
			continue;
		}
		err = mdev_batch_remove(&batch, slice);
		if (!err)
			flushed->removed++;
		else if (err == -EBUSY)
			flushed->busy++;
		cond_resched();
	}
	mdev_batch_end(&batch);
}

static int mdev_nl_answer_flush(struct sk_buff *skb, const struct genl_info *info,
				const struct mdev_nl_flushed *flushed)
{
	void *hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
				&mdev_nl_family, 0, MDEV_CMD_SLICE_FLUSH);

	if (!hdr || nla_put_u32(skb, MDEV_A_SLICE_REMOVED, flushed->removed) ||
	    nla_put_u32(skb, MDEV_A_SLICE_BUSY, flushed->busy) ||
	    (flushed->more && nla_put_flag(skb, MDEV_A_SLICE_MORE)))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

/* Nobody shall remove all slices of a host for want of a word. */
static int mdev_nl_check_flush(const struct genl_info *info)
{
	const char *owner = mdev_nl_string(info, MDEV_A_SLICE_OWNER);

	if (info->attrs[MDEV_A_SLICE_PARENT_NAME])
		return 0;
	if (!owner) {
		NL_SET_ERR_MSG(info->extack,
			       "the parent's name or the owner is missing");
		return -EINVAL;
	}
	if (!*owner) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MDEV_A_SLICE_OWNER],
				    "an empty owner needs the parent's name");
		return -EINVAL;
	}
	return 0;
}

int mdev_nl_slice_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mdev_nl_flushed flushed = {};
	struct mdev_nl_filter filter;
	int err;

	err = mdev_nl_check_flush(info);
	if (err)
		return err;
	err = mdev_nl_read_filter(info, &mdev_nl_slice_filter, &filter);
	if (err)
		return err;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	mdev_nl_flush(&filter, &flushed);
	err = mdev_nl_answer_flush(skb, info, &flushed);
	if (!err)
		return genlmsg_reply(skb, info);

	nlmsg_free(skb);
	return err;
}
