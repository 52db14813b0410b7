// SPDX-License-Identifier: GPL-2.0
/*
 * Endpoint driver of class virtio: a virtio device of this host, driven by the
 * host's virtio drivers, with the slice's operations as its transport.
 */
#include <linux/module.h>
#include <linux/mdev_as.h>
#include <linux/mdev_vhost.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "virtio.h"

/**
 * struct virtio_vdpa - one virtio device
 * @vdev: the device; its parent is the class device
 * @mvdev: the class device; held until @vdev is released
 * @slice: its slice, which the class device holds
 * @ops: operations of the slice; the class device is gone before they are
 * @as: address space that the queues use, or NULL if the parent does DMA
 * @err: first error that the slice reported where the virtio core has no way
 *	to hear of it
 */
struct virtio_vdpa {
	struct virtio_device vdev;
	struct mdev_virtio_device *mvdev;
	struct mdev_slice *slice;
	const struct mdev_virtio_ops *ops;
	struct mdev_as *as;
	int err;
};

static struct virtio_vdpa *to_virtio_vdpa(struct virtio_device *vdev)
{
	return container_of(vdev, struct virtio_vdpa, vdev);
}

static void virtio_vdpa_fail(struct virtio_vdpa *vd, const char *what, int err)
{
	dev_err(&vd->mvdev->dev, "%s failed: %pe\n", what, ERR_PTR(err));
	if (!vd->err)
		vd->err = err;
}

/* Configuration space. */

static bool virtio_vdpa_config_range(struct virtio_vdpa *vd,
				     unsigned int offset, unsigned int len)
{
	size_t size = vd->ops->get_config_size(vd->slice);

	return offset <= size && len <= size - offset;
}

static void virtio_vdpa_get(struct virtio_device *vdev, unsigned int offset,
			    void *buf, unsigned int len)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	/* A driver that asks for a field of a feature it was not offered. */
	if (!virtio_vdpa_config_range(vd, offset, len)) {
		memset(buf, 0, len);
		return;
	}
	vd->ops->get_config(vd->slice, offset, buf, len);
}

static void virtio_vdpa_set(struct virtio_device *vdev, unsigned int offset,
			    const void *buf, unsigned int len)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	int err = -EINVAL;

	if (virtio_vdpa_config_range(vd, offset, len))
		err = vd->ops->set_config(vd->slice, offset, buf, len);
	if (err)
		dev_warn_ratelimited(&vd->mvdev->dev,
				     "write of %u bytes at %u of the configuration refused: %pe\n",
				     len, offset, ERR_PTR(err));
}

static u32 virtio_vdpa_generation(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	return vd->ops->get_generation(vd->slice);
}

/*
 * A queue that the device has stopped answers nothing any more. A driver that
 * spins for an answer, with rtnl held perhaps, looks at whether it is broken.
 */
static void virtio_vdpa_break_vqs(struct virtio_vdpa *vd)
{
	struct virtqueue *vq;

	spin_lock_bh(&vd->vdev.vqs_list_lock);
	list_for_each_entry(vq, &vd->vdev.vqs, list)
		if (!vd->ops->get_vq_ready(vd->slice, vq->index))
			__virtqueue_break(vq);
	spin_unlock_bh(&vd->vdev.vqs_list_lock);
}

static void virtio_vdpa_config_changed(void *private)
{
	struct virtio_vdpa *vd = private;

	if (vd->ops->get_status(vd->slice) & VIRTIO_CONFIG_S_NEEDS_RESET)
		virtio_vdpa_break_vqs(vd);
	virtio_config_changed(&vd->vdev);
}

/* Status and features. */

static u8 virtio_vdpa_get_status(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	return vd->ops->get_status(vd->slice);
}

static void virtio_vdpa_set_status(struct virtio_device *vdev, u8 status)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	int err;

	err = vd->ops->set_status(vd->slice, status);
	if (!err)
		return;
	virtio_vdpa_fail(vd, "setting the status", err);
	/* The driver goes on as if the device ran, and must not wait for it. */
	virtio_break_device(vdev);
}

static void virtio_vdpa_reset(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	int err;

	err = vd->ops->reset(vd->slice);
	if (err)
		virtio_vdpa_fail(vd, "reset", err);
}

/*
 * What the transport or the parent cannot do is taken out of the offer, so that
 * it is settled before the driver negotiates.
 */
static u64 virtio_vdpa_get_features(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	u64 features = vd->ops->get_features(vd->slice);

	if (!vd->ops->kick_vq_with_data)
		features &= ~BIT_ULL(VIRTIO_F_NOTIFICATION_DATA);
	return features;
}

static int virtio_vdpa_finalize_features(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	int err;

	vring_transport_features(vdev);
	err = vd->ops->set_features(vd->slice, vdev->features);
	if (err)
		virtio_vdpa_fail(vd, "setting the features", err);
	return err;
}

/* Virtqueues. */

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

static void virtio_vdpa_del_vqs(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	struct virtqueue *vq, *next;

	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		virtio_vdpa_del_vq(vd, vq);
	vd->ops->set_config_cb(vd->slice, &(struct mdev_virtio_cb){});
}

/* Queues without a name are not wanted and take no index. */
static int virtio_vdpa_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
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

	for (i = 0; i < nvqs; i++) {
		if (!vqs_info[i].name) {
			vqs[i] = NULL;
			continue;
		}
		vqs[i] = virtio_vdpa_setup_vq(vd, index++, &vqs_info[i]);
		if (IS_ERR(vqs[i])) {
			err = PTR_ERR(vqs[i]);
			virtio_vdpa_fail(vd, "setting up a virtqueue", err);
			goto del_vqs;
		}
	}

	vd->ops->set_config_cb(vd->slice, &cb);
	return 0;

del_vqs:
	virtio_vdpa_del_vqs(vdev);
	return err;
}

static void virtio_vdpa_synchronize_cbs(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	vd->ops->synchronize_cbs(vd->slice);
}

static int virtio_vdpa_set_vq_affinity(struct virtqueue *vq,
				       const struct cpumask *mask)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vq->vdev);

	if (!vd->ops->set_vq_affinity)
		return 0;
	return vd->ops->set_vq_affinity(vd->slice, vq->index, mask);
}

static const struct cpumask *
virtio_vdpa_get_vq_affinity(struct virtio_device *vdev, int index)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);

	if (!vd->ops->get_vq_affinity)
		return NULL;
	return vd->ops->get_vq_affinity(vd->slice, index);
}

static const char *virtio_vdpa_bus_name(struct virtio_device *vdev)
{
	return dev_name(&to_virtio_vdpa(vdev)->mvdev->dev);
}

static const struct virtio_config_ops virtio_vdpa_config_ops = {
	.get = virtio_vdpa_get,
	.set = virtio_vdpa_set,
	.generation = virtio_vdpa_generation,
	.get_status = virtio_vdpa_get_status,
	.set_status = virtio_vdpa_set_status,
	.reset = virtio_vdpa_reset,
	.find_vqs = virtio_vdpa_find_vqs,
	.del_vqs = virtio_vdpa_del_vqs,
	.synchronize_cbs = virtio_vdpa_synchronize_cbs,
	.get_features = virtio_vdpa_get_features,
	.finalize_features = virtio_vdpa_finalize_features,
	.bus_name = virtio_vdpa_bus_name,
	.set_vq_affinity = virtio_vdpa_set_vq_affinity,
	.get_vq_affinity = virtio_vdpa_get_vq_affinity,
};

/* Life. */

/*
 * The class device is put last: when its release has run this module may go,
 * see mdev_class_unregister().
 */
static void virtio_vdpa_release(struct device *dev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(dev_to_virtio(dev));
	struct device *cdev = &vd->mvdev->dev;

	kfree(vd);
	put_device(cdev);
}

static unsigned int virtio_vdpa_groups(struct mdev_slice *slice)
{
	const struct mdev_vhost_ops *vhost_ops = mdev_vhost_ops(slice);

	return vhost_ops ? vhost_ops->nr_groups : 1;
}

static int virtio_vdpa_set_as(struct virtio_vdpa *vd, struct mdev_as *as)
{
	unsigned int groups = virtio_vdpa_groups(vd->slice);
	unsigned int group;
	int err = 0;

	for (group = 0; group < groups && !err; group++)
		err = vd->ops->set_as(vd->slice, group, as);
	return err;
}

/*
 * A parent that touches memory by software needs to know what addresses mean. Any other
 * does DMA, with what the kernel has mapped for it.
 */
static int virtio_vdpa_attach_memory(struct virtio_vdpa *vd)
{
	struct mdev_as *as;
	int err;

	if (!vd->ops->set_as)
		return mdev_parent_claim_dma(vd->slice->parent, false);

	as = mdev_as_direct_create(mdev_parent_dma_dev(vd->slice->parent));
	if (IS_ERR(as))
		return PTR_ERR(as);

	err = virtio_vdpa_set_as(vd, as);
	if (err) {
		virtio_vdpa_set_as(vd, NULL);
		mdev_as_put(as);
		return err;
	}
	vd->as = as;
	return 0;
}

static void virtio_vdpa_detach_memory(struct virtio_vdpa *vd)
{
	if (!vd->ops->set_as) {
		mdev_parent_release_dma(vd->slice->parent);
		return;
	}
	virtio_vdpa_set_as(vd, NULL);
	mdev_as_put(vd->as);
	vd->as = NULL;
}

/*
 * Without these two the driver would put addresses into the ring that are not
 * those of the dma device.
 */
static int virtio_vdpa_check(struct virtio_vdpa *vd)
{
	u64 need = BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM);

	if (!vd->slice->type->device_id)
		return -ENODEV;
	if ((vd->ops->get_features(vd->slice) & need) != need) {
		dev_err(&vd->mvdev->dev,
			"the slice lacks VERSION_1 or ACCESS_PLATFORM\n");
		return -EINVAL;
	}
	return 0;
}

static struct virtio_vdpa *virtio_vdpa_alloc(struct mdev_virtio_device *mvdev)
{
	struct virtio_vdpa *vd;

	vd = kzalloc(sizeof(*vd), GFP_KERNEL);
	if (!vd)
		return NULL;

	vd->mvdev = mvdev;
	vd->slice = mvdev->slice;
	vd->ops = mdev_virtio_ops(mvdev->slice);
	vd->vdev.dev.parent = &mvdev->dev;
	vd->vdev.dev.release = virtio_vdpa_release;
	vd->vdev.config = &virtio_vdpa_config_ops;
	vd->vdev.id.device = mvdev->slice->type->device_id;
	vd->vdev.id.vendor = mvdev->slice->type->vendor_id;
	return vd;
}

/*
 * register_virtio_device() probes the virtio driver if it is loaded, and hides
 * how that went. What the slice refused is known here, so it becomes the result
 * of the probe; that no driver is there is none of the slice's errors.
 */
static int virtio_vdpa_probe(struct mdev_virtio_device *mvdev)
{
	struct virtio_vdpa *vd;
	int err;

	vd = virtio_vdpa_alloc(mvdev);
	if (!vd)
		return -ENOMEM;

	err = virtio_vdpa_check(vd);
	if (err)
		goto free;
	err = virtio_vdpa_attach_memory(vd);
	if (err)
		goto free;

	/* From here on the release function frees it. */
	get_device(&mvdev->dev);
	dev_set_drvdata(&mvdev->dev, vd);
	err = register_virtio_device(&vd->vdev);
	if (err)
		goto put;
	if (vd->err) {
		err = vd->err;
		goto unregister;
	}
	return 0;

unregister:
	get_device(&vd->vdev.dev);
	unregister_virtio_device(&vd->vdev);
put:
	vd->ops->reset(vd->slice);
	virtio_vdpa_detach_memory(vd);
	put_device(&vd->vdev.dev);
	return err;

free:
	kfree(vd);
	return err;
}

static void virtio_vdpa_remove(struct mdev_virtio_device *mvdev)
{
	struct virtio_vdpa *vd = dev_get_drvdata(&mvdev->dev);

	get_device(&vd->vdev.dev);
	unregister_virtio_device(&vd->vdev);
	/* Without a driver nobody has reset it. */
	virtio_vdpa_reset(&vd->vdev);
	virtio_vdpa_detach_memory(vd);
	put_device(&vd->vdev.dev);
}

static struct mdev_virtio_driver virtio_vdpa_driver = {
	.driver = {
		.name = "virtio_vdpa",
		.owner = THIS_MODULE,
	},
	.probe = virtio_vdpa_probe,
	.remove = virtio_vdpa_remove,
};

int mdev_virtio_vdpa_init(void)
{
	return mdev_virtio_driver_register(&virtio_vdpa_driver);
}

void mdev_virtio_vdpa_exit(void)
{
	mdev_virtio_driver_unregister(&virtio_vdpa_driver);
}
