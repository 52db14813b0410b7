// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": counters. Each virtqueue has a message of its own, so that no device has
 * too many for a buffer, and so has the slice as a whole.
 */
#include "core.h"
#include "netlink.h"

/*
 * Where a dump stands: at virtqueue @vq of the slice with number @id, which is the first
 * one that has not been told of from @cursor on. After the last one comes the slice as a
 * whole. Lies in the callback's memory.
 */
struct mdev_nl_stats_pos {
	u32 cursor;
	u32 id;
	u32 vq;
};

static int mdev_nl_put_counters(struct sk_buff *skb,
				const struct mdev_vq_stats *stats)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < stats->nr; i++) {
		nest = nla_nest_start(skb, MDEV_A_STATS_COUNTER);
		if (!nest ||
		    nla_put_string(skb, MDEV_A_COUNTER_NAME,
				   stats->stat[i].name) ||
		    nla_put_uint(skb, MDEV_A_COUNTER_VALUE,
				 stats->stat[i].value))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int mdev_nl_put_stats(struct sk_buff *skb, struct mdev_slice *slice,
			     const u16 *vq, const struct mdev_vq_stats *stats)
{
	if (nla_put_u32(skb, MDEV_A_STATS_SLICE_ID, slice->id) ||
	    nla_put_string(skb, MDEV_A_STATS_SLICE_NAME,
			   mdev_slice_name(slice)) ||
	    nla_put_u32(skb, MDEV_A_STATS_DEVICE_ID, slice->type->device_id) ||
	    (vq && nla_put_u32(skb, MDEV_A_STATS_QUEUE, *vq)))
		return -EMSGSIZE;
	return mdev_nl_put_counters(skb, stats);
}

/* Without @vq they are those of the slice as a whole. */
static int mdev_nl_answer_stats(struct sk_buff *skb, const struct genl_info *info,
				struct mdev_slice *slice, const u16 *vq,
				const struct mdev_vq_stats *stats)
{
	void *hdr;

	hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq, &mdev_nl_family,
			  NLM_F_MULTI, MDEV_CMD_STATS_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (mdev_nl_put_stats(skb, slice, vq, stats)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* A queue whose counters cannot be read is left out: the others are told all the same. */
static int mdev_nl_dump_queues(struct sk_buff *skb, const struct genl_info *info,
			       struct mdev_slice *slice,
			       struct mdev_nl_stats_pos *pos)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);
	int err;

	if (!ops || !ops->get_vq_stats)
		return 0;
	for (; pos->vq < ops->get_vq_count(slice); pos->vq++) {
		struct mdev_vq_stats stats = {};
		u16 vq = pos->vq;

		if (ops->get_vq_stats(slice, vq, &stats))
			continue;
		err = mdev_nl_answer_stats(skb, info, slice, &vq, &stats);
		if (err)
			return err;
	}
	return 0;
}

static int mdev_nl_dump_whole(struct sk_buff *skb, const struct genl_info *info,
			      struct mdev_slice *slice)
{
	const struct mdev_parent_ops *ops = slice->parent->ops;
	struct mdev_vq_stats stats = {};

	mdev_vq_stats_add(&stats, "class_changes", READ_ONCE(slice->changes));
	mdev_vq_stats_add(&stats, "class_failures", READ_ONCE(slice->failures));
	if (ops->get_stats)
		ops->get_stats(slice, &stats);
	return mdev_nl_answer_stats(skb, info, slice, NULL, &stats);
}

/* The slice is entered. */
static int mdev_nl_dump_counters(struct sk_buff *skb, const struct genl_info *info,
				 struct mdev_slice *slice,
				 struct mdev_nl_stats_pos *pos)
{
	return mdev_nl_dump_queues(skb, info, slice, pos) ?:
	       mdev_nl_dump_whole(skb, info, slice);
}

static int mdev_nl_dump_stats(struct sk_buff *skb, const struct genl_info *info,
			      const struct mdev_nl_filter *filter,
			      struct mdev_slice *slice,
			      struct mdev_nl_stats_pos *pos)
{
	int err = 0;

	/* Another one than that in whose middle the last buffer ended? */
	if (pos->id != slice->id) {
		pos->id = slice->id;
		pos->vq = 0;
	}
	if (!mdev_nl_filter_may_match(filter, slice) || !mdev_slice_enter(slice))
		return 0;
	if (mdev_nl_filter_matches(filter, slice))
		err = mdev_nl_dump_counters(skb, info, slice, pos);
	mdev_slice_leave(slice);
	return err;
}

/* What names one slice, and errors are about; NULL if many are asked for. */
static struct nlattr *mdev_nl_stats_key(const struct genl_info *info)
{
	return info->attrs[MDEV_A_STATS_SLICE_ID] ?:
	       info->attrs[MDEV_A_STATS_SLICE_NAME] ?:
	       info->attrs[MDEV_A_STATS_SLICE_UUID];
}

/* @uuid: NULL if the request has none */
static struct mdev_slice *mdev_nl_find_stats_slice(const struct genl_info *info,
						   const guid_t *uuid)
{
	struct nlattr *id = info->attrs[MDEV_A_STATS_SLICE_ID];
	const char *name = mdev_nl_string(info, MDEV_A_STATS_SLICE_NAME);
	struct mdev_slice *slice;

	slice = id ? mdev_slice_get_by_id(nla_get_u32(id)) :
		name ? mdev_slice_get_by_name(name) : mdev_slice_get_by_uuid(uuid);
	if (slice)
		return slice;
	NL_SET_ERR_MSG_ATTR(info->extack, mdev_nl_stats_key(info),
			    "there is no such slice");
	return ERR_PTR(-ENODEV);
}

/* Whoever names a slice in several ways means one of which all are true. */
static bool mdev_nl_stats_wanted(const struct genl_info *info, const guid_t *uuid,
				 const struct mdev_slice *slice)
{
	const char *name = mdev_nl_string(info, MDEV_A_STATS_SLICE_NAME);
	bool named;

	rcu_read_lock();
	named = !name || !strcmp(name, mdev_slice_name(slice));
	rcu_read_unlock();
	return named && (!uuid || guid_equal(uuid, &slice->uuid));
}

/* Of one slice there is no reason to go through all of them. */
static int mdev_nl_dump_one(struct sk_buff *skb, const struct genl_info *info,
			    const struct mdev_nl_filter *filter,
			    struct mdev_nl_stats_pos *pos)
{
	struct mdev_slice *slice;
	guid_t uuid, *uuid_p = NULL;
	int err = 0;

	if (pos->cursor)
		return 0;
	if (info->attrs[MDEV_A_STATS_SLICE_UUID]) {
		uuid_p = &uuid;
		err = mdev_nl_read_uuid(info, MDEV_A_STATS_SLICE_UUID, &uuid);
		if (err)
			return err;
	}
	slice = mdev_nl_find_stats_slice(info, uuid_p);
	if (IS_ERR(slice))
		return pos->id ? 0 : PTR_ERR(slice);
	if (mdev_nl_stats_wanted(info, uuid_p, slice))
		err = mdev_nl_dump_stats(skb, info, filter, slice, pos);
	mdev_slice_put(slice);
	if (!err)
		pos->cursor = 1;
	return err;
}

static int mdev_nl_dump_all(struct sk_buff *skb, const struct genl_info *info,
			    const struct mdev_nl_filter *filter,
			    struct mdev_nl_stats_pos *pos)
{
	u32 cursor = pos->cursor;
	struct mdev_slice *slice;
	int err;

	while ((slice = mdev_slice_get_next(&cursor))) {
		err = mdev_nl_dump_stats(skb, info, filter, slice, pos);
		mdev_slice_put(slice);
		if (err)
			return err;
		pos->cursor = cursor;
	}
	return 0;
}

int mdev_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mdev_nl_stats_pos *pos = (void *)cb->ctx;
	const struct genl_info *info = genl_info_dump(cb);
	struct mdev_nl_filter filter;
	int err;

	BUILD_BUG_ON(sizeof(*pos) > sizeof(cb->ctx));
	err = mdev_nl_read_filter(info, &mdev_nl_stats_filter, &filter);
	if (err)
		return pos->id ? 0 : err;
	if (mdev_nl_stats_key(info))
		err = mdev_nl_dump_one(skb, info, &filter, pos);
	else
		err = mdev_nl_dump_all(skb, info, &filter, pos);
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}
