// SPDX-License-Identifier: GPL-2.0
/*
 * Endpoint driver of class virtio: a virtio device of this host, driven by the
 * host's virtio drivers, with the slice's operations as its transport.
 */
#include <linux/module.h>
#include <linux/mdev_as.h>
#include <linux/mdev_config.h>
#include <linux/mdev_vhost.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_net.h>

#include "virtio.h"

void virtio_vdpa_fail(struct virtio_vdpa *vd, const char *what, int err)
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

void virtio_vdpa_config_changed(void *private)
{
	struct virtio_vdpa *vd = private;

	if (vd->ops->get_status(vd->slice) & VIRTIO_CONFIG_S_NEEDS_RESET)
		virtio_vdpa_break_vqs(vd);
	else
		virtio_vdpa_unbreak_vqs(vd);
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
 * What would be offered only if whoever made the slice had asked for it. virtio_net announces
 * itself from a work that takes rtnl (Linux 6.12), and when its interface is closed waits
 * for that work with rtnl held: one that is asked to, and closed just then, holds up the
 * whole host's networking for good. It announces its addresses by itself when it begins.
 */
static u64 virtio_vdpa_not_asked(const struct virtio_vdpa *vd)
{
	if (vd->vdev.id.device != VIRTIO_ID_NET ||
	    mdev_slice_said(vd->slice, MDEV_CONFIG_FEATURES))
		return 0;
	return BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE);
}

/*
 * What the transport or the parent cannot do is taken out of the offer, so that
 * it is settled before the driver negotiates.
 */
static u64 virtio_vdpa_get_features(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	u64 features = vd->ops->get_features(vd->slice);

	features &= ~virtio_vdpa_not_asked(vd);
	if (!vd->ops->kick_vq_with_data)
		features &= ~BIT_ULL(VIRTIO_F_NOTIFICATION_DATA);
	if (!vd->ops->reset_vq)
		features &= ~BIT_ULL(VIRTIO_F_RING_RESET);
	return features;
}

static int virtio_vdpa_finalize_features(struct virtio_device *vdev)
{
	struct virtio_vdpa *vd = to_virtio_vdpa(vdev);
	bool ring_reset = virtio_has_feature(vdev, VIRTIO_F_RING_RESET);
	int err;

	/* The ring code clears what is not its own, but this is ours. */
	vring_transport_features(vdev);
	if (ring_reset)
		__virtio_set_bit(vdev, VIRTIO_F_RING_RESET);
	err = vd->ops->set_features(vd->slice, vdev->features);
	if (err)
		virtio_vdpa_fail(vd, "setting the features", err);
	return err;
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
	.disable_vq_and_reset = virtio_vdpa_disable_vq_and_reset,
	.enable_vq_after_reset = virtio_vdpa_enable_vq_after_reset,
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

	spin_lock_init(&vd->vqs_lock);
	/* A refused status goes through the list; registering can fail before it is made. */
	INIT_LIST_HEAD(&vd->vdev.vqs);
	spin_lock_init(&vd->vdev.vqs_list_lock);
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

/*
 * Sleep of the system. The virtio driver takes its buffers back and has the device reset,
 * and sets it up again afterwards. The class device is a child of the parent's, so the
 * parent sleeps after it and wakes before it; the virtio device below has no say.
 */
#ifdef CONFIG_PM_SLEEP

static int virtio_vdpa_freeze(struct device *dev)
{
	struct virtio_vdpa *vd = dev_get_drvdata(dev);

	return virtio_device_freeze(&vd->vdev);
}

/* What the virtio core has no way to hear of fails here, as it does in a probe. */
static int virtio_vdpa_restore(struct device *dev)
{
	struct virtio_vdpa *vd = dev_get_drvdata(dev);
	int err;

	vd->err = 0;
	err = virtio_device_restore(&vd->vdev);
	return err ?: vd->err;
}

#endif /* CONFIG_PM_SLEEP */

static const struct dev_pm_ops virtio_vdpa_pm_ops = {
	SET_SYSTEM_SLEEP_PM_OPS(virtio_vdpa_freeze, virtio_vdpa_restore)
};

static struct mdev_virtio_driver virtio_vdpa_driver = {
	.driver = {
		.name = "virtio_vdpa",
		.owner = THIS_MODULE,
		.pm = &virtio_vdpa_pm_ops,
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
