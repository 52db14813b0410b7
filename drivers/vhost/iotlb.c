// SPDX-License-Identifier: GPL-2.0
/*
 * IOTLB messages: what the consumer writes into the node to make its memory
 * reachable.
 */
#include <linux/fs.h>
#include <linux/mdev_as.h>
#include <linux/nospec.h>
#include <linux/uio.h>

#include "pins.h"
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
static bool range_allowed(struct vhost_session *session,
			  const struct vhost_iotlb_msg *msg)
{
	u64 first, last;

	if (!msg->size || msg->size - 1 > U64_MAX - msg->iova)
		return false;
	vhost_session_iova_range(session, &first, &last);
	return msg->iova >= first && msg->iova + (msg->size - 1) <= last;
}

static int iotlb_update(struct vhost_session *session, u32 asid,
			const struct vhost_iotlb_msg *msg)
{
	struct mdev_as *as;

	if (!range_allowed(session, msg))
		return -EINVAL;
	if (session->pins)
		return vhost_pins_map(session, asid, msg, perm_of(msg->perm));
	as = vhost_session_as(session, asid);
	if (IS_ERR(as))
		return PTR_ERR(as);
	return mdev_as_user_map(as, msg->iova, msg->size, msg->uaddr,
				perm_of(msg->perm));
}

static int iotlb_invalidate(struct vhost_session *session, u32 asid,
			    const struct vhost_iotlb_msg *msg)
{
	struct mdev_as *as;

	if (session->pins)
		return vhost_pins_unmap(session, asid, msg);
	as = vhost_session_as(session, asid);
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

static int iotlb_message_locked(struct vhost_session *session,
				const struct vhost_msg_v2 *msg)
{
	struct vhost_node *node = session->node;
	int err;

	mutex_lock(&node->lock);
	err = node->dead ? -ENODEV :
	      iotlb_message(session, msg->asid, &msg->iotlb);
	mutex_unlock(&node->lock);
	return err;
}

/*
 * Whatever is pinned for the session, so that it stays until the message is done. NULL
 * for software, and when the node was revoked.
 */
static struct vhost_pins *iotlb_get_pins(struct vhost_session *session)
{
	struct vhost_node *node = session->node;
	struct vhost_pins *pins = NULL;

	if (!node->pins)
		return NULL;
	mutex_lock(&node->lock);
	if (session->pins)
		pins = vhost_pins_get(session->pins);
	mutex_unlock(&node->lock);
	return pins;
}

static int iotlb_message_in_turn(struct vhost_session *session,
				 const struct vhost_msg_v2 *msg)
{
	struct vhost_pins *pins = iotlb_get_pins(session);
	int err;

	if (!pins)
		return iotlb_message_locked(session, msg);
	err = vhost_pins_lock(pins);
	if (!err) {
		err = iotlb_message_locked(session, msg);
		vhost_pins_unlock(pins);
	}
	vhost_pins_put(pins);
	return err;
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
	err = iotlb_message_in_turn(session, &msg);
	return err ?: sizeof(msg);
}
