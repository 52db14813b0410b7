// SPDX-License-Identifier: GPL-2.0
/*
 * IOTLB messages: what the consumer writes into the node to make its memory
 * reachable.
 */
#include <linux/fs.h>
#include <linux/mdev_as.h>
#include <linux/nospec.h>
#include <linux/uio.h>

#include "vhost.h"

/* Both layouts put the message itself at the same place. */
static_assert(offsetof(struct vhost_msg, iotlb) ==
	      offsetof(struct vhost_msg_v2, iotlb));

/* The members of struct vhost_iotlb_msg end here; what follows is padding. */
#define IOTLB_MSG_BYTES	offsetofend(struct vhost_msg_v2, iotlb)

static bool has_feature(const struct vhost_session *session, unsigned int bit)
{
	return READ_ONCE(session->backend_features) & BIT_ULL(bit);
}

static u32 perm_of(u8 vhost_perm)
{
	switch (vhost_perm) {
	case VHOST_ACCESS_RO:
		return MDEV_AS_READ;
	case VHOST_ACCESS_WO:
		return MDEV_AS_WRITE;
	case VHOST_ACCESS_RW:
		return MDEV_AS_READ | MDEV_AS_WRITE;
	default:
		return 0;
	}
}

/* Is the range one that the device can address? */
static bool range_allowed(struct vhost_node *node,
			  const struct vhost_iotlb_msg *msg)
{
	u64 first = 0, last = ULONG_MAX;

	if (!msg->size || msg->size - 1 > U64_MAX - msg->iova)
		return false;
	if (node->vhost_ops->get_iova_range)
		node->vhost_ops->get_iova_range(node->slice, &first, &last);
	return msg->iova >= first && msg->iova + (msg->size - 1) <= last;
}

static int iotlb_update(struct vhost_session *session, u32 asid,
			const struct vhost_iotlb_msg *msg)
{
	struct mdev_as *as = vhost_session_as(session, asid);

	if (IS_ERR(as))
		return PTR_ERR(as);
	if (!range_allowed(session->node, msg))
		return -EINVAL;
	return mdev_as_user_map(as, msg->iova, msg->size, msg->uaddr,
				perm_of(msg->perm));
}

static int iotlb_invalidate(struct vhost_session *session, u32 asid,
			    const struct vhost_iotlb_msg *msg)
{
	struct mdev_as *as = vhost_session_as(session, asid);

	if (IS_ERR(as))
		return PTR_ERR(as);
	return mdev_as_user_unmap(as, msg->iova, msg->size);
}

/*
 * Each message takes effect at once, also within a batch: nothing has to be told
 * the parent at its end.
 */
static int iotlb_message(struct vhost_session *session, u32 asid,
			 const struct vhost_iotlb_msg *msg)
{
	if (session->mm != current->mm)
		return -EPERM;
	if (asid >= session->node->vhost_ops->nr_as)
		return -EINVAL;
	asid = array_index_nospec(asid, session->node->vhost_ops->nr_as);
	if (session->in_batch && session->batch_asid != asid)
		return -EINVAL;

	switch (msg->type) {
	case VHOST_IOTLB_UPDATE:
		return iotlb_update(session, asid, msg);
	case VHOST_IOTLB_INVALIDATE:
		return iotlb_invalidate(session, asid, msg);
	case VHOST_IOTLB_BATCH_BEGIN:
		session->in_batch = true;
		session->batch_asid = asid;
		return 0;
	case VHOST_IOTLB_BATCH_END:
		session->in_batch = false;
		return 0;
	default:
		return -EINVAL;
	}
}

/* One copy of all of it, and what it says. */
static int iotlb_parse(struct vhost_session *session, struct iov_iter *from,
		       struct vhost_msg_v2 *msg)
{
	if (iov_iter_count(from) < IOTLB_MSG_BYTES)
		return -EINVAL;
	if (!copy_from_iter_full(msg, IOTLB_MSG_BYTES, from))
		return -EFAULT;
	if (msg->type == VHOST_IOTLB_MSG) {
		/* There is a hole in this layout. */
		msg->asid = 0;
		return 0;
	}
	if (msg->type != VHOST_IOTLB_MSG_V2)
		return -EINVAL;
	if (!has_feature(session, VHOST_BACKEND_F_IOTLB_ASID))
		msg->asid = 0;
	return 0;
}

ssize_t vhost_iotlb_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct vhost_session *session = iocb->ki_filp->private_data;
	struct vhost_node *node = session->node;
	struct vhost_msg_v2 msg = {};
	int err;

	err = iotlb_parse(session, from, &msg);
	if (err)
		return READ_ONCE(node->dead) ? -ENODEV : err;
	mutex_lock(&node->lock);
	err = node->dead ? -ENODEV : iotlb_message(session, msg.asid, &msg.iotlb);
	mutex_unlock(&node->lock);
	return err ?: sizeof(msg);
}
