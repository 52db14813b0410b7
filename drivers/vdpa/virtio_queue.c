// SPDX-License-Identifier: GPL-2.0
/*
 * Virtqueues of class virtio: between the rings of the virtio core and the queues of the
 * slice.
 */
#include <linux/group_cpus.h>
#include <linux/interrupt.h>
#include <linux/mdev_class.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "virtio.h"

static bool virtio_vdpa_vq_ready(struct virtio_vdpa *vd, struct virtqueue *vq)
{
	return vd->ops->get_vq_ready(vd->slice, vq->index);
}

/*
 * A queue that the device has stopped answers nothing any more. A driver that
 * spins for an answer, with rtnl held perhaps, looks at whether it is broken.
 */
void virtio_vdpa_break_vqs(struct virtio_vdpa *vd)
{
	struct virtio_vdpa_vq *q;
	unsigned long flags;

	spin_lock_irqsave(&vd->vqs_lock, flags);
	for (q = vd->vqs; q != vd->vqs + vd->nr_vqs; q++) {
		if (!q->vq || virtqueue_is_broken(q->vq) ||
		    virtio_vdpa_vq_ready(vd, q->vq))
			continue;
		__virtqueue_break(q->vq);
		q->broken = true;
	}
	spin_unlock_irqrestore(&vd->vqs_lock, flags);
}

/* The virtio core has ignored interrupts of the queue. The driver may get one for nothing. */
static void virtio_vdpa_unbreak(struct virtio_vdpa_vq *q)
{
	q->broken = false;
	__virtqueue_unbreak(q->vq);
	vring_interrupt(0, q->vq);
}

/*
 * The device was recovered and does not need a reset any more. What is broken because of
 * another error stays so.
 */
void virtio_vdpa_unbreak_vqs(struct virtio_vdpa *vd)
{
	struct virtio_vdpa_vq *q;
	unsigned long flags;

	if (READ_ONCE(vd->err))
		return;
	spin_lock_irqsave(&vd->vqs_lock, flags);
	for (q = vd->vqs; q != vd->vqs + vd->nr_vqs; q++)
		if (q->broken && virtio_vdpa_vq_ready(vd, q->vq))
			virtio_vdpa_unbreak(q);
	spin_unlock_irqrestore(&vd->vqs_lock, flags);
}

static bool virtio_vdpa_notify(struct virtqueue *vq)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vq->vdev);

	vd->ops->kick_vq(vd->slice, vq->index);
	return true;
}

static bool virtio_vdpa_notify_with_data(struct virtqueue *vq)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vq->vdev);

	vd->ops->kick_vq_with_data(vd->slice, vring_notification_data(vq));
	return true;
}

static void virtio_vdpa_interrupt(void *private)
{
	vring_interrupt(0, private);
}

static u16 virtio_vdpa_num_min(struct virtio_vdpa *vd, u16 index)
{
	if (!vd->ops->get_vq_num_min)
		return 1;
	return vd->ops->get_vq_num_min(vd->slice, index);
}

static u16 virtio_vdpa_num_default(struct virtio_vdpa *vd, u16 index, u16 max)
{
	if (!vd->ops->get_vq_num_default)
		return max;
	return min(vd->ops->get_vq_num_default(vd->slice, index), max);
}

static struct virtqueue *virtio_vdpa_create_vq(struct virtio_vdpa *vd,
					       u16 index,
					       const struct virtqueue_info *info)
{
	struct device *dma_dev = mdev_parent_dma_dev(vd->slice->parent);
	u16 max = vd->ops->get_vq_num_max(vd->slice, index);
	bool (*notify)(struct virtqueue *vq) = virtio_vdpa_notify;
	struct virtqueue *vq;
	u16 num;

	if (!max || vd->ops->get_vq_ready(vd->slice, index))
		return ERR_PTR(-ENOENT);

	if (__virtio_test_bit(&vd->vdev, VIRTIO_F_NOTIFICATION_DATA))
		notify = virtio_vdpa_notify_with_data;

	num = virtio_vdpa_num_default(vd, index, max);
	vq = vring_create_virtqueue_dma(index, num,
					vd->ops->get_vq_align(vd->slice),
					&vd->vdev, true,
					num > virtio_vdpa_num_min(vd, index),
					info->ctx, notify, info->callback,
					info->name, dma_dev);
	if (!vq)
		return ERR_PTR(-ENOMEM);
	vq->num_max = max;
	return vq;
}

/* A new packed ring starts with both wrap counters set (section 2.8.1). */
static void virtio_vdpa_first_state(struct virtio_vdpa *vd,
				    struct mdev_vq_state *state)
{
	*state = (struct mdev_vq_state){};
	if (!virtio_has_feature(&vd->vdev, VIRTIO_F_RING_PACKED))
		return;
	state->packed.last_avail_counter = 1;
	state->packed.last_used_counter = 1;
}

/*
 * The virtqueue is complete when its callback is set, and the callback is set
 * when the queue becomes ready: an interrupt finds everything in place, however
 * early it comes.
 */
static int virtio_vdpa_activate_vq(struct virtio_vdpa *vd, struct virtqueue *vq)
{
	struct mdev_virtio_cb cb = {
		.callback = vq->callback ? virtio_vdpa_interrupt : NULL,
		.private = vq,
	};
	const struct mdev_virtio_ops *ops = vd->ops;
	struct mdev_slice *slice = vd->slice;
	struct mdev_vq_state state;
	u16 index = vq->index;
	int err;

	err = ops->set_vq_num(slice, index, virtqueue_get_vring_size(vq));
	if (err)
		return err;
	err = ops->set_vq_address(slice, index, virtqueue_get_desc_addr(vq),
				  virtqueue_get_avail_addr(vq),
				  virtqueue_get_used_addr(vq));
	if (err)
		return err;
	virtio_vdpa_first_state(vd, &state);
	err = ops->set_vq_state(slice, index, &state);
	if (err)
		return err;

	ops->set_vq_cb(slice, index, &cb);
	err = ops->set_vq_ready(slice, index, true);
	if (err)
		ops->set_vq_cb(slice, index, &(struct mdev_virtio_cb){});
	return err;
}

static void virtio_vdpa_del_vq(struct virtio_vdpa *vd, struct virtqueue *vq)
{
	vd->ops->set_vq_ready(vd->slice, vq->index, false);
	vd->ops->set_vq_cb(vd->slice, vq->index, &(struct mdev_virtio_cb){});
	vring_del_virtqueue(vq);
}

static struct virtqueue *virtio_vdpa_setup_vq(struct virtio_vdpa *vd, u16 index,
					      const struct virtqueue_info *info)
{
	struct virtqueue *vq;
	int err;

	if (index >= vd->ops->get_vq_count(vd->slice))
		return ERR_PTR(-ENOENT);

	vq = virtio_vdpa_create_vq(vd, index, info);
	if (IS_ERR(vq))
		return vq;

	err = virtio_vdpa_activate_vq(vd, vq);
	if (err) {
		vring_del_virtqueue(vq);
		return ERR_PTR(err);
	}
	return vq;
}

void virtio_vdpa_del_vqs(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	struct virtqueue *vq, *next;

	/* From here on nobody looks at those that were there. */
	vd->ops->set_config_cb(vd->slice, &(struct mdev_virtio_cb){});
	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		virtio_vdpa_del_vq(vd, vq);
	kfree(vd->vqs);
	vd->vqs = NULL;
	vd->nr_vqs = 0;
}

/*
 * Interrupts. Every queue with a callback has one of its own, in the order of the queues;
 * a queue without has none and takes part in nothing here.
 */

static unsigned int virtio_vdpa_count_irqs(struct virtqueue *vqs[],
					   unsigned int nvqs)
{
	unsigned int i, nr = 0;

	for (i = 0; i < nvqs; i++)
		nr += vqs[i] && vqs[i]->callback;
	return nr;
}

/* The next queue that has one. */
static struct virtqueue *virtio_vdpa_next_irq(struct virtqueue *vqs[],
					      unsigned int nvqs,
					      unsigned int *pos)
{
	struct virtqueue *vq;

	while (*pos < nvqs) {
		vq = vqs[(*pos)++];
		if (vq && vq->callback)
			return vq;
	}
	return NULL;
}

/*
 * Where interrupts go is a wish: one that is refused harms nothing. More of them than CPUs
 * share these.
 */
static void virtio_vdpa_spread_set(struct virtio_vdpa *vd,
				   struct virtqueue *vqs[], unsigned int nvqs,
				   unsigned int *pos, unsigned int nr)
{
	unsigned int groups = min(nr, num_possible_cpus());
	struct cpumask *masks = nr ? group_cpus_evenly(groups) : NULL;
	struct virtqueue *vq;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		vq = virtio_vdpa_next_irq(vqs, nvqs, pos);
		if (vq && masks)
			vd->ops->set_vq_affinity(vd->slice, vq->index,
						 &masks[i % groups]);
	}
	kfree(masks);
}

/* How many interrupts are in each set; all in one, if the driver does not say. */
static void virtio_vdpa_size_sets(struct irq_affinity *desc, unsigned int nr)
{
	if (desc->calc_sets) {
		desc->calc_sets(desc, nr);
		return;
	}
	desc->nr_sets = 1;
	desc->set_size[0] = nr;
}

/*
 * The interrupts of each set are spread over all CPUs, but for as many before and after
 * the sets as the driver wants to be left alone. That may be all that there are.
 */
static void virtio_vdpa_spread_irqs(struct virtio_vdpa *vd,
				    struct virtqueue *vqs[], unsigned int nvqs,
				    struct irq_affinity *desc)
{
	unsigned int nr = virtio_vdpa_count_irqs(vqs, nvqs);
	unsigned int pos = 0;
	unsigned int i;

	if (nr <= desc->pre_vectors ||
	    nr - desc->pre_vectors <= desc->post_vectors)
		return;
	virtio_vdpa_size_sets(desc, nr - desc->pre_vectors - desc->post_vectors);
	if (WARN_ON_ONCE(desc->nr_sets > IRQ_AFFINITY_MAX_SETS))
		return;

	for (i = 0; i < desc->pre_vectors; i++)
		virtio_vdpa_next_irq(vqs, nvqs, &pos);
	for (i = 0; i < desc->nr_sets; i++)
		virtio_vdpa_spread_set(vd, vqs, nvqs, &pos, desc->set_size[i]);
}

/* Queues without a name are not wanted and take no index. */
int virtio_vdpa_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
			 struct virtqueue *vqs[],
			 struct virtqueue_info vqs_info[],
			 struct irq_affinity *desc)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	struct mdev_virtio_cb cb = {
		.callback = virtio_vdpa_config_changed,
		.private = vd,
	};
	u16 index = 0;
	unsigned int i;
	int err;

	vd->vqs = kcalloc(nvqs, sizeof(*vd->vqs), GFP_KERNEL);
	if (!vd->vqs) {
		virtio_vdpa_fail(vd, "setting up virtqueues", -ENOMEM);
		return -ENOMEM;
	}
	vd->nr_vqs = nvqs;
	for (i = 0; i < nvqs; i++) {
		if (!vqs_info[i].name) {
			vqs[i] = NULL;
			continue;
		}
		vqs[i] = virtio_vdpa_setup_vq(vd, index, &vqs_info[i]);
		if (IS_ERR(vqs[i])) {
			err = PTR_ERR(vqs[i]);
			virtio_vdpa_fail(vd, "setting up a virtqueue", err);
			goto del_vqs;
		}
		vd->vqs[index++].vq = vqs[i];
	}

	if (desc && vd->ops->set_vq_affinity)
		virtio_vdpa_spread_irqs(vd, vqs, nvqs, desc);
	vd->ops->set_config_cb(vd->slice, &cb);
	return 0;

del_vqs:
	virtio_vdpa_del_vqs(vdev);
	return err;
}

/* When this returns the buffers are the driver's again. */
int virtio_vdpa_disable_vq_and_reset(struct virtqueue *vq)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vq->vdev);
	int err;

	if (!virtio_has_feature(vq->vdev, VIRTIO_F_RING_RESET))
		return -ENOENT;

	err = vd->ops->reset_vq(vd->slice, vq->index);
	if (err) {
		dev_err(&vd->mvdev->dev, "reset of virtqueue %u failed: %pe\n",
			vq->index, ERR_PTR(err));
		return err;
	}
	vq->reset = true;
	return 0;
}

/*
 * What has broken it went with the reset. Should the device stop it again at once, either
 * this sees it or the configuration interrupt that follows comes later to the lock.
 */
static void virtio_vdpa_unbreak_vq(struct virtio_vdpa *vd, struct virtqueue *vq)
{
	spin_lock_irq(&vd->vqs_lock);
	vd->vqs[vq->index].broken = false;
	if (virtio_vdpa_vq_ready(vd, vq))
		__virtqueue_unbreak(vq);
	spin_unlock_irq(&vd->vqs_lock);
}

/* The core forgets which error it was, and the driver goes on: it must not wait. */
int virtio_vdpa_enable_vq_after_reset(struct virtqueue *vq)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vq->vdev);
	int err;

	if (!vq->reset)
		return -EBUSY;

	err = virtio_vdpa_activate_vq(vd, vq);
	if (err) {
		dev_err(&vd->mvdev->dev,
			"setting up virtqueue %u again failed: %pe\n",
			vq->index, ERR_PTR(err));
		__virtqueue_break(vq);
		return err;
	}
	vq->reset = false;
	virtio_vdpa_unbreak_vq(vd, vq);
	return 0;
}

void virtio_vdpa_synchronize_cbs(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	vd->ops->synchronize_cbs(vd->slice);
}

int virtio_vdpa_set_vq_affinity(struct virtqueue *vq,
				const struct cpumask *mask)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vq->vdev);

	if (!vd->ops->set_vq_affinity)
		return 0;
	return vd->ops->set_vq_affinity(vd->slice, vq->index, mask);
}

const struct cpumask *
virtio_vdpa_get_vq_affinity(struct virtio_device *vdev, int index)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	if (!vd->ops->get_vq_affinity || index < 0 ||
	    index >= vd->ops->get_vq_count(vd->slice))
		return NULL;
	return vd->ops->get_vq_affinity(vd->slice, index);
}
