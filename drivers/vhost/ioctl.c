// SPDX-License-Identifier: GPL-2.0
/*
 * ioctls of the node. Each is described by a table: how large its argument is,
 * which way it is copied, and in which function it ends.
 */
#include <linux/fs.h>
#include <linux/mdev_config.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <uapi/linux/virtio_ring.h>

#include "vhost.h"

/* Newer than the headers that this is built against, perhaps. */
#ifndef VHOST_GET_FEATURES_ARRAY
struct vhost_features_array {
	__u64 count;
	__u64 features[];
};

#define VHOST_GET_FEATURES_ARRAY \
	_IOR(VHOST_VIRTIO, 0x83, struct vhost_features_array)
#define VHOST_SET_FEATURES_ARRAY \
	_IOW(VHOST_VIRTIO, 0x83, struct vhost_features_array)
#endif

#define VHOST_FEATURES_BITS	64	/* in one element of the array */
#define VHOST_FEATURES_NR	1	/* elements that mean anything */
#define VHOST_FEATURES_MAX	64	/* elements that are looked at */

#define VHOST_MEM_REGIONS_MAX	64

/* Features, status, identity. */

static bool vhost_started(struct vhost_session *session)
{
	struct vhost_node *node = session->node;

	return node->ops->get_status(node->slice) & VIRTIO_CONFIG_S_DRIVER_OK;
}

/* An eventfd says that there is a kick, and cannot carry data. */
#define VHOST_FEATURES_NOT	BIT_ULL(VIRTIO_F_NOTIFICATION_DATA)

/*
 * QEMU does not migrate a guest from a device that offers one of these, whether it is
 * used or not: its shadow virtqueues do not have them. So they are offered only where
 * whoever made the slice has asked for them.
 */
#define VHOST_FEATURES_ASKED \
	(BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) | \
	 BIT_ULL(VIRTIO_F_RING_PACKED) | \
	 BIT_ULL(VIRTIO_F_IN_ORDER) | \
	 BIT_ULL(VIRTIO_F_RING_RESET))

static u64 vhost_features(struct vhost_session *session)
{
	struct vhost_node *node = session->node;
	u64 features = node->ops->get_features(node->slice);

	features &= ~VHOST_FEATURES_NOT;
	if (!mdev_slice_said(node->slice, MDEV_CONFIG_FEATURES))
		features &= ~(VHOST_FEATURES_ASKED |
			      node->vhost_ops->features_asked);
	return features;
}

static long vhost_get_features(struct vhost_session *session,
			       union vhost_arg *arg)
{
	arg->bits = vhost_features(session);
	return 0;
}

static long vhost_set_features(struct vhost_session *session,
			       union vhost_arg *arg)
{
	struct vhost_node *node = session->node;

	if (node->ops->get_status(node->slice) & VIRTIO_CONFIG_S_FEATURES_OK)
		return -EBUSY;
	if (arg->bits & ~vhost_features(session) ||
	    node->ops->set_features(node->slice, arg->bits))
		return -EINVAL;
	return 0;
}

static u64 vhost_backend_features(struct vhost_session *session)
{
	struct vhost_node *node = session->node;
	u64 bits = BIT_ULL(VHOST_BACKEND_F_IOTLB_MSG_V2) |
		   BIT_ULL(VHOST_BACKEND_F_IOTLB_BATCH) |
		   BIT_ULL(VHOST_BACKEND_F_IOTLB_ASID) |
		   BIT_ULL(VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK) |
		   BIT_ULL(VHOST_BACKEND_F_IOTLB_PERSIST);

	if (node->ops->suspend)
		bits |= BIT_ULL(VHOST_BACKEND_F_SUSPEND);
	if (node->ops->resume)
		bits |= BIT_ULL(VHOST_BACKEND_F_RESUME);
	if (node->vhost_ops->get_vq_desc_group)
		bits |= BIT_ULL(VHOST_BACKEND_F_DESC_ASID);
	return bits;
}

static long vhost_get_backend_features(struct vhost_session *session,
				       union vhost_arg *arg)
{
	arg->bits = vhost_backend_features(session);
	return 0;
}

static long vhost_set_backend_features(struct vhost_session *session,
				       union vhost_arg *arg)
{
	if (arg->bits & ~vhost_backend_features(session))
		return -EOPNOTSUPP;
	if (arg->bits & BIT_ULL(VHOST_BACKEND_F_DESC_ASID) &&
	    !(arg->bits & BIT_ULL(VHOST_BACKEND_F_IOTLB_ASID)))
		return -EINVAL;
	/*
	 * The meaning of messages does not change while the device runs. QEMU
	 * sets what is set once more when it begins to migrate.
	 */
	if (arg->bits != session->backend_features && vhost_started(session))
		return -EBUSY;
	WRITE_ONCE(session->backend_features, arg->bits);
	return 0;
}

static long vhost_get_device_id(struct vhost_session *session,
				union vhost_arg *arg)
{
	arg->word = session->node->slice->type->device_id;
	return 0;
}

static long vhost_get_status(struct vhost_session *session,
			     union vhost_arg *arg)
{
	struct vhost_node *node = session->node;

	arg->byte = node->ops->get_status(node->slice);
	return 0;
}

/* The driver clears bits all at once. NEEDS_RESET is the device's own. */
static long vhost_set_status(struct vhost_session *session,
			     union vhost_arg *arg)
{
	struct vhost_node *node = session->node;
	u8 old = node->ops->get_status(node->slice);
	unsigned int i;
	int err;

	if (!arg->byte)
		return vhost_session_reset(session);
	if (old & ~arg->byte & ~VIRTIO_CONFIG_S_NEEDS_RESET)
		return -EINVAL;
	err = node->ops->set_status(node->slice, arg->byte);
	if (err)
		return err;
	for (i = 0; i < session->nr_vrings; i++)
		vhost_bypass_start(&session->vrings[i]);
	return 0;
}

static long vhost_get_config_size(struct vhost_session *session,
				  union vhost_arg *arg)
{
	struct vhost_node *node = session->node;

	arg->word = node->ops->get_config_size(node->slice);
	return 0;
}

static long vhost_get_vring_num(struct vhost_session *session,
				union vhost_arg *arg)
{
	struct vhost_node *node = session->node;

	arg->half = node->ops->get_vq_num_max(node->slice, 0);
	return 0;
}

static long vhost_get_vqs_count(struct vhost_session *session,
				union vhost_arg *arg)
{
	arg->word = session->nr_vrings;
	return 0;
}

static long vhost_set_config_call(struct vhost_session *session,
				  union vhost_arg *arg)
{
	struct vhost_event *event = vhost_event_get(arg->fd);

	if (IS_ERR(event))
		return PTR_ERR(event);
	vhost_event_replace(&session->config_call, event);
	vhost_session_attach_config(session);
	return 0;
}

/* Memory. */

static long vhost_set_owner(struct vhost_session *session,
			    union vhost_arg *arg)
{
	return vhost_session_set_owner(session);
}

static long vhost_get_iova_range(struct vhost_session *session,
				 union vhost_arg *arg)
{
	u64 first, last;

	vhost_session_iova_range(session, &first, &last);
	arg->range.first = first;
	arg->range.last = last;
	return 0;
}

static long vhost_get_group_num(struct vhost_session *session,
				union vhost_arg *arg)
{
	arg->word = session->node->vhost_ops->nr_groups;
	return 0;
}

static long vhost_get_as_num(struct vhost_session *session,
			     union vhost_arg *arg)
{
	arg->word = session->node->vhost_ops->nr_as;
	return 0;
}

/* The index is one of a group here. */
static long vhost_set_group_asid(struct vhost_session *session,
				 union vhost_arg *arg)
{
	struct vhost_node *node = session->node;
	u32 group = arg->state.index;
	u32 asid = arg->state.num;

	if (group >= node->vhost_ops->nr_groups ||
	    asid >= node->vhost_ops->nr_as)
		return -EINVAL;
	group = array_index_nospec(group, node->vhost_ops->nr_groups);
	asid = array_index_nospec(asid, node->vhost_ops->nr_as);
	if (vhost_started(session))
		return -EBUSY;
	return vhost_session_set_asid(session, group, asid);
}

/* Running. */

static long vhost_suspend(struct vhost_session *session,
			  union vhost_arg *arg)
{
	struct vhost_node *node = session->node;
	int err;

	if (!vhost_started(session))
		return 0;
	if (!node->ops->suspend)
		return -EOPNOTSUPP;
	err = node->ops->suspend(node->slice);
	if (!err)
		session->suspended = true;
	return err;
}

static long vhost_resume(struct vhost_session *session, union vhost_arg *arg)
{
	struct vhost_node *node = session->node;
	int err;

	if (!vhost_started(session))
		return 0;
	if (!node->ops->resume)
		return -EOPNOTSUPP;
	err = node->ops->resume(node->slice);
	if (!err)
		session->suspended = false;
	return err;
}

/* Who runs the virtqueues is not the consumer's to choose: it is remembered. */
static long vhost_set_fork_owner(struct vhost_session *session,
				 union vhost_arg *arg)
{
	if (session->mm)
		return -EBUSY;
	if (arg->byte != VHOST_FORK_OWNER_TASK &&
	    arg->byte != VHOST_FORK_OWNER_KTHREAD)
		return -EINVAL;
	session->fork_owner = arg->byte;
	return 0;
}

static long vhost_get_fork_owner(struct vhost_session *session,
				 union vhost_arg *arg)
{
	arg->byte = session->fork_owner;
	return 0;
}

/* The table. */

#define IN	0x1	/* the argument is copied from user space */
#define OUT	0x2	/* and to it */
#define OWNER	0x4	/* only for the owner */

struct vhost_ioctl {
	unsigned int cmd;
	unsigned int flags;
	long (*device)(struct vhost_session *session, union vhost_arg *arg);
	long (*vring)(struct vhost_vring *vring, union vhost_arg *arg);
};

#define DEVICE(_cmd, _flags, _fn) \
	{ .cmd = _cmd, .flags = _flags, .device = _fn }
#define VRING(_cmd, _flags, _fn) \
	{ .cmd = _cmd, .flags = (_flags) | OWNER, .vring = _fn }

static const struct vhost_ioctl vhost_ioctls[] = {
	DEVICE(VHOST_GET_FEATURES, OUT, vhost_get_features),
	DEVICE(VHOST_SET_FEATURES, IN, vhost_set_features),
	DEVICE(VHOST_SET_OWNER, 0, vhost_set_owner),
	VRING(VHOST_SET_VRING_NUM, IN, vhost_vring_set_num),
	VRING(VHOST_SET_VRING_ADDR, IN, vhost_vring_set_addr),
	VRING(VHOST_SET_VRING_BASE, IN, vhost_vring_set_base),
	VRING(VHOST_GET_VRING_BASE, IN | OUT, vhost_vring_get_base),
	VRING(VHOST_SET_VRING_KICK, IN, vhost_vring_set_kick),
	VRING(VHOST_SET_VRING_CALL, IN, vhost_vring_set_call),
	VRING(VHOST_SET_VRING_ERR, IN, vhost_vring_set_err),
	VRING(VHOST_SET_VRING_BUSYLOOP_TIMEOUT, IN, vhost_vring_set_busyloop),
	VRING(VHOST_GET_VRING_BUSYLOOP_TIMEOUT, IN | OUT,
	      vhost_vring_get_busyloop),
	DEVICE(VHOST_SET_BACKEND_FEATURES, IN, vhost_set_backend_features),
	DEVICE(VHOST_GET_BACKEND_FEATURES, OUT, vhost_get_backend_features),
	DEVICE(VHOST_VDPA_GET_DEVICE_ID, OUT, vhost_get_device_id),
	DEVICE(VHOST_VDPA_GET_STATUS, OUT, vhost_get_status),
	DEVICE(VHOST_VDPA_SET_STATUS, IN, vhost_set_status),
	VRING(VHOST_VDPA_SET_VRING_ENABLE, IN, vhost_vring_set_enable),
	DEVICE(VHOST_VDPA_GET_VRING_NUM, OUT, vhost_get_vring_num),
	DEVICE(VHOST_VDPA_SET_CONFIG_CALL, IN, vhost_set_config_call),
	DEVICE(VHOST_VDPA_GET_IOVA_RANGE, OUT, vhost_get_iova_range),
	DEVICE(VHOST_VDPA_GET_CONFIG_SIZE, OUT, vhost_get_config_size),
	DEVICE(VHOST_VDPA_GET_AS_NUM, OUT, vhost_get_as_num),
	VRING(VHOST_VDPA_GET_VRING_GROUP, IN | OUT, vhost_vring_get_group),
	DEVICE(VHOST_VDPA_SET_GROUP_ASID, IN | OWNER, vhost_set_group_asid),
	DEVICE(VHOST_VDPA_SUSPEND, 0, vhost_suspend),
	DEVICE(VHOST_VDPA_RESUME, 0, vhost_resume),
	VRING(VHOST_VDPA_GET_VRING_DESC_GROUP, IN | OUT,
	      vhost_vring_get_desc_group),
	DEVICE(VHOST_VDPA_GET_VQS_COUNT, OUT, vhost_get_vqs_count),
	DEVICE(VHOST_VDPA_GET_GROUP_NUM, OUT, vhost_get_group_num),
	VRING(VHOST_VDPA_GET_VRING_SIZE, IN | OUT, vhost_vring_get_size),
	DEVICE(VHOST_SET_FORK_FROM_OWNER, IN, vhost_set_fork_owner),
	DEVICE(VHOST_GET_FORK_FROM_OWNER, OUT, vhost_get_fork_owner),
};

static const struct vhost_ioctl *vhost_ioctl_find(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vhost_ioctls); i++) {
		if (vhost_ioctls[i].cmd == cmd)
			return &vhost_ioctls[i];
	}
	return NULL;
}

/* The session, locked, or ERR_PTR. */
static struct vhost_session *vhost_lock(struct file *file)
{
	struct vhost_session *session = file->private_data;

	mutex_lock(&session->node->lock);
	if (!session->node->dead)
		return session;
	mutex_unlock(&session->node->lock);
	return ERR_PTR(-ENODEV);
}

static void vhost_unlock(struct vhost_session *session)
{
	mutex_unlock(&session->node->lock);
}

static long vhost_ioctl_locked(struct vhost_session *session,
			       const struct vhost_ioctl *ioctl,
			       union vhost_arg *arg)
{
	u32 index = arg->index;

	if (ioctl->flags & OWNER && session->mm != current->mm)
		return -EPERM;
	if (ioctl->device)
		return ioctl->device(session, arg);
	if (index >= session->nr_vrings)
		return -ENOBUFS;
	index = array_index_nospec(index, session->nr_vrings);
	return ioctl->vring(&session->vrings[index], arg);
}

static long vhost_ioctl_do(struct file *file, const struct vhost_ioctl *ioctl,
			   void __user *user)
{
	size_t size = _IOC_SIZE(ioctl->cmd);
	struct vhost_session *session;
	union vhost_arg arg = {};
	long ret;

	if (ioctl->flags & IN && copy_from_user(&arg, user, size))
		return -EFAULT;
	session = vhost_lock(file);
	if (IS_ERR(session))
		return PTR_ERR(session);
	ret = vhost_ioctl_locked(session, ioctl, &arg);
	vhost_unlock(session);
	if (!ret && ioctl->flags & OUT && copy_to_user(user, &arg, size))
		ret = -EFAULT;
	return ret;
}

/* Arguments of other sizes. */

struct vhost_config_access {
	u32 offset;
	u32 len;
	u8 *data;
};

static int vhost_config_check(struct vhost_session *session,
			      const struct vhost_config_access *access)
{
	struct vhost_node *node = session->node;
	size_t size = node->ops->get_config_size(node->slice);

	if (!access->len || access->offset > size)
		return -EINVAL;
	return access->len > size - access->offset ? -E2BIG : 0;
}

static int vhost_config_do(struct vhost_session *session,
			   const struct vhost_config_access *access, bool write)
{
	struct vhost_node *node = session->node;
	int err;

	err = vhost_config_check(session, access);
	if (err)
		return err;
	if (write)
		return node->ops->set_config(node->slice, access->offset,
					     access->data, access->len);
	node->ops->get_config(node->slice, access->offset, access->data,
			      access->len);
	return 0;
}

/* The size is bounded before anything is allocated: it does not change. */
static int vhost_config_prepare(struct file *file,
				struct vhost_config_access *access,
				const struct vhost_vdpa_config __user *user)
{
	struct vhost_vdpa_config head;
	struct vhost_session *session;
	int err;

	if (copy_from_user(&head, user, sizeof(head)))
		return -EFAULT;
	access->offset = head.off;
	access->len = head.len;
	session = vhost_lock(file);
	if (IS_ERR(session))
		return PTR_ERR(session);
	err = vhost_config_check(session, access);
	vhost_unlock(session);
	if (err)
		return err;
	access->data = kvzalloc(access->len, GFP_KERNEL_ACCOUNT);
	return access->data ? 0 : -ENOMEM;
}

static long vhost_config(struct file *file,
			 struct vhost_vdpa_config __user *user, bool write)
{
	struct vhost_config_access access = {};
	struct vhost_session *session;
	long err;

	err = vhost_config_prepare(file, &access, user);
	if (err)
		return err;
	if (write && copy_from_user(access.data, user->buf, access.len)) {
		err = -EFAULT;
		goto free;
	}
	session = vhost_lock(file);
	if (IS_ERR(session)) {
		err = PTR_ERR(session);
		goto free;
	}
	err = vhost_config_do(session, &access, write);
	vhost_unlock(session);
	if (!err && !write && copy_to_user(user->buf, access.data, access.len))
		err = -EFAULT;
free:
	kvfree(access.data);
	return err;
}

/* As many elements as the caller has room for; those beyond ours are 0. */
static long vhost_get_features_array(struct file *file,
				     struct vhost_features_array __user *user)
{
	struct vhost_session *session;
	u64 count, features;

	if (get_user(count, &user->count))
		return -EFAULT;
	session = vhost_lock(file);
	if (IS_ERR(session))
		return PTR_ERR(session);
	features = vhost_features(session);
	vhost_unlock(session);
	if (!count)
		return 0;
	if (put_user(features, &user->features[0]))
		return -EFAULT;
	if (count > SIZE_MAX / sizeof(u64))
		return -EFAULT;
	return clear_user(&user->features[1], (count - 1) * sizeof(u64)) ?
	       -EFAULT : 0;
}

/* Features beyond ours are not there, so nobody can want them. */
static long vhost_set_features_array(struct file *file,
				     const struct vhost_features_array __user *user)
{
	struct vhost_session *session;
	union vhost_arg arg = {};
	u64 count, i, beyond;
	long ret;

	if (get_user(count, &user->count))
		return -EFAULT;
	if (count > VHOST_FEATURES_MAX)
		return -E2BIG;
	if (count && get_user(arg.bits, &user->features[0]))
		return -EFAULT;
	for (i = VHOST_FEATURES_NR; i < count; i++) {
		if (get_user(beyond, &user->features[i]))
			return -EFAULT;
		if (beyond)
			return -EOPNOTSUPP;
	}
	session = vhost_lock(file);
	if (IS_ERR(session))
		return PTR_ERR(session);
	ret = vhost_set_features(session, &arg);
	vhost_unlock(session);
	return ret;
}

/* Memory is described by IOTLB messages; a table is looked at and has no effect. */
static long vhost_set_mem_table(struct file *file,
				const struct vhost_memory __user *user)
{
	struct vhost_session *session;
	struct vhost_memory head;
	long ret;

	if (copy_from_user(&head, user, offsetof(struct vhost_memory, regions)))
		return -EFAULT;
	session = vhost_lock(file);
	if (IS_ERR(session))
		return PTR_ERR(session);
	ret = session->mm == current->mm ? 0 : -EPERM;
	vhost_unlock(session);
	if (ret)
		return ret;
	if (head.padding)
		return -EOPNOTSUPP;
	return head.nregions > VHOST_MEM_REGIONS_MAX ? -E2BIG : 0;
}

long vhost_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vhost_session *session = file->private_data;
	void __user *user = (void __user *)arg;
	const struct vhost_ioctl *ioctl;

	switch (cmd) {
	case VHOST_VDPA_GET_CONFIG:
		return vhost_config(file, user, false);
	case VHOST_VDPA_SET_CONFIG:
		return vhost_config(file, user, true);
	case VHOST_GET_FEATURES_ARRAY:
		return vhost_get_features_array(file, user);
	case VHOST_SET_FEATURES_ARRAY:
		return vhost_set_features_array(file, user);
	case VHOST_SET_MEM_TABLE:
		return vhost_set_mem_table(file, user);
	}
	ioctl = vhost_ioctl_find(cmd);
	if (ioctl)
		return vhost_ioctl_do(file, ioctl, user);
	return READ_ONCE(session->node->dead) ? -ENODEV : -ENOTTY;
}
