// SPDX-License-Identifier: GPL-2.0
/*
 * Class vendor: bus mdev_vendor and its class devices.
 */
#include <linux/mdev_vendor.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>

static int mdev_vendor_match(struct device *dev, const struct device_driver *drv)
{
	return mdev_override_match(&to_mdev_vendor_device(dev)->driver_override,
				   drv);
}

static int mdev_vendor_probe(struct device *dev)
{
	struct mdev_vendor_device *mvdev = to_mdev_vendor_device(dev);
	int err;

	if (mvdev->leaving)
		return -ENODEV;
	err = to_mdev_vendor_driver(dev->driver)->probe(mvdev);
	mdev_slice_probed(mvdev->slice, err);
	return err;
}

static void mdev_vendor_remove(struct device *dev)
{
	to_mdev_vendor_driver(dev->driver)->remove(to_mdev_vendor_device(dev));
}

static ssize_t driver_override_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	return mdev_override_show(&to_mdev_vendor_device(dev)->driver_override,
				  buf);
}

static ssize_t driver_override_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	return mdev_override_store(&to_mdev_vendor_device(dev)->driver_override,
				   buf, count);
}
static DEVICE_ATTR_RW(driver_override);

static struct attribute *mdev_vendor_attrs[] = {
	&dev_attr_driver_override.attr,
	NULL,
};
ATTRIBUTE_GROUPS(mdev_vendor);

static const struct bus_type mdev_vendor_bus = {
	.name = "mdev_vendor",
	.dev_groups = mdev_vendor_groups,
	.match = mdev_vendor_match,
	.probe = mdev_vendor_probe,
	.remove = mdev_vendor_remove,
};

/**
 * mdev_vendor_driver_register - register a driver on bus mdev_vendor
 * @drv: the driver
 *
 * It takes the slices of the parents that name it, and those that user space gives
 * it by driver_override. Its probe is synchronous, because the class change that
 * brings a device waits for the outcome. May sleep.
 *
 * Return: 0, -EINVAL if probe or remove is missing, or a negative errno of the
 * driver core.
 */
int mdev_vendor_driver_register(struct mdev_vendor_driver *drv)
{
	if (!drv->probe || !drv->remove)
		return -EINVAL;

	drv->driver.bus = &mdev_vendor_bus;
	drv->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vendor_driver_register);

/**
 * mdev_vendor_driver_unregister - undo mdev_vendor_driver_register()
 * @drv: the driver
 *
 * Slices that it has stay in the class, without a driver. May sleep.
 */
void mdev_vendor_driver_unregister(struct mdev_vendor_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vendor_driver_unregister);

static void mdev_vendor_device_release(struct device *dev)
{
	struct mdev_vendor_device *mvdev = to_mdev_vendor_device(dev);

	mdev_override_free(&mvdev->driver_override);
	mdev_slice_put(mvdev->slice);
	kfree(mvdev);
	mdev_class_device_released(MDEV_CLASS_VENDOR);
}

static struct device *mdev_vendor_alloc(struct mdev_slice *slice,
					struct netlink_ext_ack *extack)
{
	struct mdev_vendor_device *mvdev;

	mvdev = kzalloc(sizeof(*mvdev), GFP_KERNEL);
	if (!mvdev)
		return ERR_PTR(-ENOMEM);
	if (mdev_override_init(&mvdev->driver_override,
			       mdev_vendor_ops(slice)->driver_name)) {
		kfree(mvdev);
		return ERR_PTR(-ENOMEM);
	}

	device_initialize(&mvdev->dev);
	mvdev->dev.bus = &mdev_vendor_bus;
	mvdev->dev.release = mdev_vendor_device_release;
	get_device(&slice->dev);
	mvdev->slice = slice;
	return &mvdev->dev;
}

static struct mdev_slice *mdev_vendor_to_slice(struct device *cdev)
{
	return to_mdev_vendor_device(cdev)->slice;
}

static int mdev_vendor_find_driver(const struct mdev_parent *parent,
				   struct netlink_ext_ack *extack)
{
	const char *name = parent->vendor_ops->driver_name;

	if (driver_find(name, &mdev_vendor_bus))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "no driver %s is on bus mdev_vendor", name);
	return -EOPNOTSUPP;
}

/* A driver may be unbound at the same time, so the device's lock is taken. */
static int mdev_vendor_busy(struct device *cdev, bool force,
			    struct netlink_ext_ack *extack)
{
	struct mdev_vendor_device *mvdev = to_mdev_vendor_device(cdev);
	struct mdev_vendor_driver *drv;
	int err = 0;

	device_lock(cdev);
	if (cdev->driver) {
		drv = to_mdev_vendor_driver(cdev->driver);
		if (drv->busy)
			err = drv->busy(mvdev, force, extack);
	}
	/* No driver that is bound now would know that. */
	mvdev->leaving = !err;
	device_unlock(cdev);
	return err;
}

static void mdev_vendor_keep(struct device *cdev, struct device *old)
{
	mdev_override_keep(&to_mdev_vendor_device(cdev)->driver_override,
			   &to_mdev_vendor_device(old)->driver_override);
}

static const struct mdev_class mdev_vendor_class = {
	.id = MDEV_CLASS_VENDOR,
	.owner = THIS_MODULE,
	.bus = &mdev_vendor_bus,
	.alloc = mdev_vendor_alloc,
	.to_slice = mdev_vendor_to_slice,
	.find_driver = mdev_vendor_find_driver,
	.busy = mdev_vendor_busy,
	.keep = mdev_vendor_keep,
};

static int __init mdev_vendor_init(void)
{
	int err;

	err = bus_register(&mdev_vendor_bus);
	if (err)
		return err;

	err = mdev_class_register(&mdev_vendor_class);
	if (err)
		bus_unregister(&mdev_vendor_bus);
	return err;
}

static void __exit mdev_vendor_exit(void)
{
	mdev_class_unregister(&mdev_vendor_class);
	bus_unregister(&mdev_vendor_bus);
}

module_init(mdev_vendor_init);
module_exit(mdev_vendor_exit);

MODULE_DESCRIPTION("Class vendor: slices for drivers with a contract of their own");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mdev-class-vendor");
