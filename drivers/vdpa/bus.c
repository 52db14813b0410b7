// SPDX-License-Identifier: GPL-2.0
/*
 * Class virtio: bus mdev_virtio and its class devices.
 */
#include <linux/dma-mapping.h>
#include <linux/dma-map-ops.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "virtio.h"

static struct mdev_virtio_driver *to_mdev_virtio_driver(struct device_driver *drv)
{
	return container_of(drv, struct mdev_virtio_driver, driver);
}

static int mdev_virtio_probe(struct device *dev)
{
	struct mdev_virtio_device *mvdev = to_mdev_virtio_device(dev);
	int err;

	err = to_mdev_virtio_driver(dev->driver)->probe(mvdev);
	mdev_slice_probed(mvdev->slice, err);
	return err;
}

static void mdev_virtio_remove(struct device *dev)
{
	to_mdev_virtio_driver(dev->driver)->remove(to_mdev_virtio_device(dev));
}

static const struct bus_type mdev_virtio_bus = {
	.name = "mdev_virtio",
	.probe = mdev_virtio_probe,
	.remove = mdev_virtio_remove,
};

/**
 * mdev_virtio_driver_register - register an endpoint driver
 * @drv: the driver
 *
 * Its probe is synchronous, because the class change that brings a device waits
 * for the outcome. May sleep.
 *
 * Return: 0, -EINVAL if probe or remove is missing, or a negative errno of the
 * driver core.
 */
int mdev_virtio_driver_register(struct mdev_virtio_driver *drv)
{
	if (!drv->probe || !drv->remove)
		return -EINVAL;

	drv->driver.bus = &mdev_virtio_bus;
	drv->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_virtio_driver_register);

/**
 * mdev_virtio_driver_unregister - undo mdev_virtio_driver_register()
 * @drv: the driver
 */
void mdev_virtio_driver_unregister(struct mdev_virtio_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_virtio_driver_unregister);

static void mdev_virtio_device_release(struct device *dev)
{
	struct mdev_virtio_device *mvdev = to_mdev_virtio_device(dev);

	mdev_slice_put(mvdev->slice);
	kfree(mvdev);
	mdev_class_device_released(MDEV_CLASS_VIRTIO);
}

/*
 * The virtio core asks the class device, being the parent of the virtio device,
 * how much can be mapped at once; so it answers like the device that the rings
 * are mapped for. The mask and the parameters belong to that device, which
 * lives as long as the parent.
 */
static void mdev_virtio_inherit_dma(struct device *dev, struct device *dma_dev)
{
	dev->dma_mask = dma_dev->dma_mask;
	dev->coherent_dma_mask = dma_dev->coherent_dma_mask;
	dev->bus_dma_limit = dma_dev->bus_dma_limit;
	dev->dma_parms = dma_dev->dma_parms;
	set_dma_ops(dev, get_dma_ops(dma_dev));
#ifdef CONFIG_SWIOTLB
	dev->dma_io_tlb_mem = dma_dev->dma_io_tlb_mem;
#endif
#ifdef CONFIG_IOMMU_DMA
	dev->dma_iommu = dma_dev->dma_iommu;
#endif
	set_dev_node(dev, dev_to_node(dma_dev));
}

static struct device *mdev_virtio_alloc(struct mdev_slice *slice,
					struct netlink_ext_ack *extack)
{
	struct mdev_virtio_device *mvdev;

	mvdev = kzalloc(sizeof(*mvdev), GFP_KERNEL);
	if (!mvdev)
		return ERR_PTR(-ENOMEM);

	device_initialize(&mvdev->dev);
	mvdev->dev.bus = &mdev_virtio_bus;
	mvdev->dev.release = mdev_virtio_device_release;
	get_device(&slice->dev);
	mvdev->slice = slice;
	mdev_virtio_inherit_dma(&mvdev->dev, mdev_parent_dma_dev(slice->parent));
	return &mvdev->dev;
}

static struct mdev_slice *mdev_virtio_to_slice(struct device *cdev)
{
	return to_mdev_virtio_device(cdev)->slice;
}

static const struct mdev_class mdev_virtio_class = {
	.id = MDEV_CLASS_VIRTIO,
	.owner = THIS_MODULE,
	.bus = &mdev_virtio_bus,
	.alloc = mdev_virtio_alloc,
	.to_slice = mdev_virtio_to_slice,
};

static int __init mdev_virtio_init(void)
{
	int err;

	err = bus_register(&mdev_virtio_bus);
	if (err)
		return err;

	err = mdev_virtio_vdpa_init();
	if (err)
		goto unregister_bus;

	err = mdev_class_register(&mdev_virtio_class);
	if (err)
		goto exit_virtio_vdpa;
	return 0;

exit_virtio_vdpa:
	mdev_virtio_vdpa_exit();
unregister_bus:
	bus_unregister(&mdev_virtio_bus);
	return err;
}

static void __exit mdev_virtio_exit(void)
{
	mdev_class_unregister(&mdev_virtio_class);
	mdev_virtio_vdpa_exit();
	bus_unregister(&mdev_virtio_bus);
}

module_init(mdev_virtio_init);
module_exit(mdev_virtio_exit);

MODULE_DESCRIPTION("Class virtio: slices as virtio devices of this host");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mdev-class-virtio");
