// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of family "vdpa": answers about one slice and dumps of all of them.
 */
#include "netlink.h"

void *mdev_vdpa_msg_begin(const struct mdev_vdpa_msg *msg, u8 cmd)
{
	return genlmsg_put(msg->skb, msg->info->snd_portid, msg->info->snd_seq,
			   &mdev_vdpa_family, msg->cb ? NLM_F_MULTI : 0, cmd);
}

/*
 * The check for consistency takes note of the generation, so it must only see
 * messages that are sent, not those that turn out not to fit.
 */
void mdev_vdpa_msg_end(const struct mdev_vdpa_msg *msg, void *hdr)
{
	if (msg->cb)
		genl_dump_check_consistent(msg->cb, hdr);
	genlmsg_end(msg->skb, hdr);
}

static int mdev_vdpa_fill_one(const struct mdev_vdpa_msg *msg,
			      mdev_vdpa_fill_t fill, struct mdev_slice *slice)
{
	int err;

	err = mdev_vdpa_enter(msg->info, slice);
	if (err)
		return err;
	err = fill(msg, slice);
	mdev_slice_leave(slice);
	return err;
}

/* Answer a request that names one slice. */
int mdev_vdpa_answer(struct genl_info *info, mdev_vdpa_fill_t fill)
{
	struct mdev_vdpa_msg msg = { .info = info };
	struct mdev_slice *slice;
	int err;

	slice = mdev_vdpa_get_slice(info);
	if (IS_ERR(slice))
		return PTR_ERR(slice);

	err = -ENOMEM;
	msg.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg.skb)
		goto put_slice;

	err = mdev_vdpa_fill_one(&msg, fill, slice);
	if (err)
		goto free_skb;
	mdev_slice_put(slice);
	return genlmsg_reply(msg.skb, info);

free_skb:
	nlmsg_free(msg.skb);
put_slice:
	mdev_slice_put(slice);
	return err;
}

static int mdev_vdpa_dump_one(const struct mdev_vdpa_msg *msg,
			      mdev_vdpa_fill_t fill, struct mdev_slice *slice)
{
	int err = 0;

	if (!mdev_slice_enter(slice))
		return 0;
	if (mdev_virtio_ops(slice))
		err = fill(msg, slice);
	mdev_slice_leave(slice);
	return err;
}

/*
 * Describe all slices. The cursor is the id after that of the last slice that
 * was described: each call goes on where the last one stopped, and a slice that
 * lives through the whole dump is in it exactly once, whatever comes and goes
 * meanwhile.
 *
 * So there is nothing to warn of with NLM_F_DUMP_INTR, and cb->seq stays 0: for
 * libmnl, and with it for the tool, an interrupted dump is one that has failed,
 * and where slices come and go all the time it could never list them.
 */
int mdev_vdpa_dump(struct sk_buff *skb, struct netlink_callback *cb,
		   mdev_vdpa_fill_t fill)
{
	struct mdev_vdpa_msg msg = {
		.skb = skb,
		.info = genl_info_dump(cb),
		.cb = cb,
	};
	u32 cursor = cb->args[0];
	struct mdev_slice *slice;
	int err;

	while ((slice = mdev_slice_get_next(&cursor))) {
		err = mdev_vdpa_dump_one(&msg, fill, slice);
		mdev_slice_put(slice);
		if (err)
			return err == -EMSGSIZE && skb->len ? skb->len : err;
		cb->args[0] = cursor;
	}
	return 0;
}
