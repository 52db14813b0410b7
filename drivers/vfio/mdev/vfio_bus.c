// SPDX-License-Identifier: GPL-2.0
/*
 * Class vfio: bus mdev and its class devices.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "vfio.h"
#include "virtio/virtio.h"

static const char *wanted_driver(const struct mdev_parent *parent)
{
	const struct mdev_vfio_ops *ops = parent->vfio_ops;

	return ops ? ops->driver_name : vfio_virtio_driver.driver.name;
}

static int mdev_vfio_match(struct device *dev, const struct device_driver *drv)
{
	struct mdev_vfio_device *mvdev = to_mdev_vfio_device(dev);

	return mdev_override_match(&mvdev->driver_override, drv,
				   wanted_driver(mvdev->slice->parent));
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

	drv->driver.bus = &mdev_vfio_bus;
	drv->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vfio_driver_register);

/**
 * mdev_vfio_driver_unregister - undo mdev_vfio_driver_register()
 * @drv: the driver
 */
void mdev_vfio_driver_unregister(struct mdev_vfio_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vfio_driver_unregister);

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

	device_initialize(&mvdev->dev);
	mvdev->dev.bus = &mdev_vfio_bus;
	mvdev->dev.release = mdev_vfio_device_release;
	get_device(&slice->dev);
	mvdev->slice = slice;
	mdev_override_init(&mvdev->driver_override);
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

static const struct mdev_class mdev_vfio_class = {
	.id = MDEV_CLASS_VFIO,
	.owner = THIS_MODULE,
	.bus = &mdev_vfio_bus,
	.alloc = mdev_vfio_alloc,
	.to_slice = mdev_vfio_to_slice,
	.find_driver = mdev_vfio_find_driver,
	.busy = vfio_use_busy,
	.leave = vfio_use_leave,
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
