// SPDX-License-Identifier: GPL-2.0
/*
 * Eventfds in the place of doorbells (VFIO_DEVICE_IOEVENTFD): what signals one kicks a
 * queue, without a write to the region. A user can hand them to KVM, and needs not come
 * back from its guest for each kick.
 */
#include <linux/bitops.h>
#include <linux/eventfd.h>
#include <linux/mdev_vhost.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "virtio.h"

/* Most of them, where not even more queues need one each. */
#define IOEVENTFDS_MAX	1024U

/**
 * struct vv_ioeventfd - one of them
 * @node: in vfio_virtio.ioeventfds
 * @q: the queue
 * @offset: where else it is kicked
 * @data: by writing this
 * @flags: of so many bytes
 * @virqfd: waits for the eventfd
 */
struct vv_ioeventfd {
	struct list_head node;
	struct vv_queue *q;
	u64 offset;
	u64 data;
	u32 flags;
	struct virqfd *virqfd;
};

static void kick(void *opaque, void *data)
{
	struct vv_queue *q = opaque;

	q->vv->ops->kick_vq(q->vv->slice, q->index);
}

/* Under the eventfd's lock: a parent has to allow that. */
static int kick_now(void *opaque, void *data)
{
	kick(opaque, data);
	return 0;
}

/* A thread kicks. */
static int kick_later(void *opaque, void *data)
{
	return 1;
}

static bool kick_atomic(const struct vfio_virtio *vv)
{
	const struct mdev_vhost_ops *ops = mdev_vhost_ops(vv->slice);

	return ops && ops->atomic_kick;
}

static struct vv_ioeventfd *find(struct vfio_virtio *vv,
				 const struct vfio_device_ioeventfd *arg)
{
	struct vv_ioeventfd *ioe;

	list_for_each_entry(ioe, &vv->ioeventfds, node) {
		if (ioe->offset == arg->offset && ioe->data == arg->data &&
		    ioe->flags == arg->flags)
			return ioe;
	}
	return NULL;
}

static void remove(struct vfio_virtio *vv, struct vv_ioeventfd *ioe)
{
	vfio_virqfd_disable(&ioe->virqfd);
	list_del(&ioe->node);
	vv->nr_ioeventfds--;
	kfree(ioe);
}

static int add(struct vfio_virtio *vv, struct vv_queue *q,
	       const struct vfio_device_ioeventfd *arg)
{
	struct vv_ioeventfd *ioe;
	int err;

	if (vv->nr_ioeventfds >= max_t(u32, IOEVENTFDS_MAX, vv->nr_queues))
		return -ENOSPC;
	ioe = kzalloc(sizeof(*ioe), GFP_KERNEL_ACCOUNT);
	if (!ioe)
		return -ENOMEM;
	ioe->q = q;
	ioe->offset = arg->offset;
	ioe->data = arg->data;
	ioe->flags = arg->flags;
	err = vfio_virqfd_enable(q, kick_atomic(vv) ? kick_now : kick_later,
				 kick, NULL, &ioe->virqfd, arg->fd);
	if (err) {
		kfree(ioe);
		return err;
	}
	list_add(&ioe->node, &vv->ioeventfds);
	vv->nr_ioeventfds++;
	return 0;
}

/*
 * The queue that such a write kicks, or NULL. What is written tells nothing but with
 * VIRTIO_F_NOTIFICATION_DATA, where it is never the same twice.
 */
static struct vv_queue *kicked(struct vfio_virtio *vv,
			       const struct vfio_device_ioeventfd *arg)
{
	u64 first = vv_region_offset(VV_BAR_VIRTIO) + VV_NOTIFY;
	u64 pos = arg->offset - first;

	if (arg->offset < first || pos % VV_NOTIFY_STEP ||
	    pos / VV_NOTIFY_STEP >= vv->nr_queues)
		return NULL;
	if (arg->flags != VFIO_DEVICE_IOEVENTFD_16 &&
	    arg->flags != VFIO_DEVICE_IOEVENTFD_32)
		return NULL;
	return &vv->queues[pos / VV_NOTIFY_STEP];
}

/* An fd of -1 takes one away. Under the lock. */
int vv_ioeventfd_set(struct vfio_virtio *vv,
		     const struct vfio_device_ioeventfd *arg)
{
	struct vv_ioeventfd *ioe = find(vv, arg);
	struct vv_queue *q = kicked(vv, arg);

	if (!q || arg->fd < -1)
		return -EINVAL;
	if (arg->fd >= 0)
		return ioe ? -EEXIST : add(vv, q, arg);
	if (!ioe)
		return -ENODEV;
	remove(vv, ioe);
	return 0;
}

/* The device is closed. Under the lock. */
void vv_ioeventfd_release(struct vfio_virtio *vv)
{
	struct vv_ioeventfd *ioe, *next;

	list_for_each_entry_safe(ioe, next, &vv->ioeventfds, node)
		remove(vv, ioe);
}
