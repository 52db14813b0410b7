// SPDX-License-Identifier: GPL-2.0
/*
 * Class vfio: bus mdev and its class devices.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/vfio.h>
#include <linux/wait_bit.h>

#include "vfio.h"
#include "virtio/virtio.h"

static const char *wanted_driver(const struct mdev_parent *parent)
{
	const struct mdev_vfio_ops *ops = parent->vfio_ops;

	return ops ? ops->driver_name : vfio_virtio_driver.driver.name;
}

static int mdev_vfio_match(struct device *dev, const struct device_driver *drv)
{
	return mdev_override_match(&to_mdev_vfio_device(dev)->driver_override,
				   drv);
}

static int mdev_vfio_probe(struct device *dev)
{
	struct mdev_vfio_driver *drv = to_mdev_vfio_driver(dev->driver);
	struct mdev_vfio_device *mvdev = to_mdev_vfio_device(dev);
	int err;

	err = drv->probe(mvdev);
	if (!err)
		vfio_use_set_requester(mvdev, drv);
	mdev_slice_probed(mvdev->slice, err);
	return err;
}

static void mdev_vfio_remove(struct device *dev)
{
	struct mdev_vfio_device *mvdev = to_mdev_vfio_device(dev);

	vfio_use_set_requester(mvdev, NULL);
	to_mdev_vfio_driver(dev->driver)->remove(mvdev);
}

static ssize_t driver_override_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	return mdev_override_show(&to_mdev_vfio_device(dev)->driver_override,
				  buf);
}

static ssize_t driver_override_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	return mdev_override_store(&to_mdev_vfio_device(dev)->driver_override,
				   buf, count);
}
static DEVICE_ATTR_RW(driver_override);

static ssize_t remove_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	return mdev_slice_remove_store(to_mdev_vfio_device(dev)->slice, dev,
				       attr, buf, count);
}
static DEVICE_ATTR_WO(remove);

static struct attribute *mdev_vfio_attrs[] = {
	&dev_attr_driver_override.attr,
	&dev_attr_remove.attr,
	NULL,
};
ATTRIBUTE_GROUPS(mdev_vfio);

static const struct bus_type mdev_vfio_bus = {
	.name = "mdev",
	.dev_groups = mdev_vfio_groups,
	.match = mdev_vfio_match,
	.probe = mdev_vfio_probe,
	.remove = mdev_vfio_remove,
};

/**
 * mdev_vfio_driver_register - register a driver on bus mdev
 * @drv: the driver
 *
 * It takes the slices of the parents that name it, and those that user space gives
 * it by driver_override. Its probe is synchronous, because the class change that
 * brings a device waits for the outcome. May sleep.
 *
 * Return: 0, -EINVAL if probe or remove is missing, or a negative errno of the
 * driver core.
 */
int mdev_vfio_driver_register(struct mdev_vfio_driver *drv)
{
	if (!drv->probe || !drv->remove)
		return -EINVAL;

	atomic_set(&drv->devices, 0);
	drv->driver.bus = &mdev_vfio_bus;
	drv->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vfio_driver_register);

/**
 * mdev_vfio_driver_unregister - undo mdev_vfio_driver_register()
 * @drv: the driver
 *
 * Waits until all vfio devices that the driver has counted are released. May sleep.
 */
void mdev_vfio_driver_unregister(struct mdev_vfio_driver *drv)
{
	driver_unregister(&drv->driver);
	wait_var_event(&drv->devices, !atomic_read(&drv->devices));
	/* The last release may still be about to return into the module. */
	synchronize_rcu_tasks();
}
EXPORT_SYMBOL_GPL(mdev_vfio_driver_unregister);

/**
 * mdev_vfio_driver_get - a vfio device of the driver is being made
 * @drv: the driver
 *
 * For init of struct vfio_device_ops. Not all references to a vfio device are the
 * driver's, and none of them holds its module: so vfio devices are counted.
 */
void mdev_vfio_driver_get(struct mdev_vfio_driver *drv)
{
	atomic_inc(&drv->devices);
}
EXPORT_SYMBOL_GPL(mdev_vfio_driver_get);

/**
 * mdev_vfio_driver_put - undo mdev_vfio_driver_get()
 * @drv: the driver
 *
 * The last thing in release of struct vfio_device_ops. Any context.
 */
void mdev_vfio_driver_put(struct mdev_vfio_driver *drv)
{
	if (atomic_dec_and_test(&drv->devices))
		wake_up_var(&drv->devices);
}
EXPORT_SYMBOL_GPL(mdev_vfio_driver_put);

/**
 * mdev_vfio_register - register a vfio device with the vfio core
 * @mvdev: the class device, in probe
 * @vdev: the vfio device, allocated for the class device
 *
 * For devices without an IOMMU of their own. May sleep.
 *
 * Return: what vfio_register_emulated_iommu_dev() says.
 */
int mdev_vfio_register(struct mdev_vfio_device *mvdev, struct vfio_device *vdev)
{
	struct iommu_group *group;
	int err;

	err = vfio_register_emulated_iommu_dev(vdev);
	if (err)
		return err;
	vfio_use_set_device(mvdev, vdev);
	group = iommu_group_get(&mvdev->dev);
	if (group)
		mdev_slice_set_iommu_group(mvdev->slice, iommu_group_id(group));
	iommu_group_put(group);
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_vfio_register);

/**
 * mdev_vfio_unregister - undo mdev_vfio_register()
 * @mvdev: the class device, in remove
 * @vdev: the vfio device; the reference stays the driver's
 *
 * Waits for those who have it open: in remove for a change of class or a removal nobody but who
 * has opened its node since it was found not to be in use.
 */
void mdev_vfio_unregister(struct mdev_vfio_device *mvdev,
			  struct vfio_device *vdev)
{
	vfio_use_unregister(mvdev);
	vfio_unregister_group_dev(vdev);
	vfio_use_set_device(mvdev, NULL);
	mdev_slice_set_iommu_group(mvdev->slice, -1);
}
EXPORT_SYMBOL_GPL(mdev_vfio_unregister);

static void mdev_vfio_device_release(struct device *dev)
{
	struct mdev_vfio_device *mvdev = to_mdev_vfio_device(dev);

	vfio_use_end(mvdev);
	mdev_override_free(&mvdev->driver_override);
	mdev_slice_put(mvdev->slice);
	kfree(mvdev);
	mdev_class_device_released(MDEV_CLASS_VFIO);
}

static struct device *mdev_vfio_alloc(struct mdev_slice *slice,
				      struct netlink_ext_ack *extack)
{
	struct mdev_vfio_device *mvdev;

	mvdev = kzalloc(sizeof(*mvdev), GFP_KERNEL);
	if (!mvdev)
		return ERR_PTR(-ENOMEM);
	if (mdev_override_init(&mvdev->driver_override,
			       wanted_driver(slice->parent))) {
		kfree(mvdev);
		return ERR_PTR(-ENOMEM);
	}

	device_initialize(&mvdev->dev);
	mvdev->dev.bus = &mdev_vfio_bus;
	mvdev->dev.release = mdev_vfio_device_release;
	get_device(&slice->dev);
	mvdev->slice = slice;
	vfio_use_init(mvdev);
	return &mvdev->dev;
}

static struct mdev_slice *mdev_vfio_to_slice(struct device *cdev)
{
	return to_mdev_vfio_device(cdev)->slice;
}

static int mdev_vfio_find_driver(const struct mdev_parent *parent,
				 struct netlink_ext_ack *extack)
{
	if (driver_find(wanted_driver(parent), &mdev_vfio_bus))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "no driver %s is on bus mdev",
			   wanted_driver(parent));
	return -EOPNOTSUPP;
}

static void mdev_vfio_keep(struct device *cdev, struct device *old)
{
	mdev_override_keep(&to_mdev_vfio_device(cdev)->driver_override,
			   &to_mdev_vfio_device(old)->driver_override);
}

static const struct mdev_class mdev_vfio_class = {
	.id = MDEV_CLASS_VFIO,
	.owner = THIS_MODULE,
	.bus = &mdev_vfio_bus,
	.alloc = mdev_vfio_alloc,
	.to_slice = mdev_vfio_to_slice,
	.find_driver = mdev_vfio_find_driver,
	.busy = vfio_use_busy,
	.leave = vfio_use_leave,
	.keep = mdev_vfio_keep,
};

/* A second bus of the same name makes the driver core dump its stack. */
static int mdev_bus_foreign(void)
{
	if (!mdev_module_loaded("mdev"))
		return 0;
	pr_err("module mdev owns /sys/bus/mdev: remove it first (modprobe -r mdev)\n");
	return -EBUSY;
}

static int __init mdev_vfio_init(void)
{
	int err;

	err = mdev_bus_foreign();
	if (err)
		return err;

	err = bus_register(&mdev_vfio_bus);
	if (err)
		return err;

	err = mdev_vfio_driver_register(&vfio_virtio_driver);
	if (err)
		goto unregister_bus;

	err = mdev_class_register(&mdev_vfio_class);
	if (err)
		goto unregister_driver;
	return 0;

unregister_driver:
	mdev_vfio_driver_unregister(&vfio_virtio_driver);
unregister_bus:
	bus_unregister(&mdev_vfio_bus);
	return err;
}

static void __exit mdev_vfio_exit(void)
{
	mdev_class_unregister(&mdev_vfio_class);
	mdev_vfio_driver_unregister(&vfio_virtio_driver);
	bus_unregister(&mdev_vfio_bus);
}

module_init(mdev_vfio_init);
module_exit(mdev_vfio_exit);

MODULE_DESCRIPTION("Class vfio: slices as mediated devices, for virtual machines");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mdev-class-vfio");
