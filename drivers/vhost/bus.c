// SPDX-License-Identifier: GPL-2.0
/*
 * Class vhost: bus mdev_vhost and its class devices.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>

#include "pins.h"
#include "vhost.h"

static struct mdev_vhost_driver *to_mdev_vhost_driver(struct device_driver *drv)
{
	return container_of(drv, struct mdev_vhost_driver, driver);
}

static int mdev_vhost_probe(struct device *dev)
{
	struct mdev_vhost_device *mvdev = to_mdev_vhost_device(dev);
	int err;

	err = to_mdev_vhost_driver(dev->driver)->probe(mvdev);
	mdev_slice_probed(mvdev->slice, err);
	return err;
}

static void mdev_vhost_remove(struct device *dev)
{
	to_mdev_vhost_driver(dev->driver)->remove(to_mdev_vhost_device(dev));
}

static const struct bus_type mdev_vhost_bus = {
	.name = "mdev_vhost",
	.probe = mdev_vhost_probe,
	.remove = mdev_vhost_remove,
};

/**
 * mdev_vhost_driver_register - register an endpoint driver
 * @drv: the driver
 *
 * Its probe is synchronous, because the class change that brings a device waits
 * for the outcome. May sleep.
 *
 * Return: 0, -EINVAL if probe or remove is missing, or a negative errno of the
 * driver core.
 */
int mdev_vhost_driver_register(struct mdev_vhost_driver *drv)
{
	if (!drv->probe || !drv->remove)
		return -EINVAL;

	drv->driver.bus = &mdev_vhost_bus;
	drv->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vhost_driver_register);

/**
 * mdev_vhost_driver_unregister - undo mdev_vhost_driver_register()
 * @drv: the driver
 */
void mdev_vhost_driver_unregister(struct mdev_vhost_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(mdev_vhost_driver_unregister);

static void mdev_vhost_device_release(struct device *dev)
{
	struct mdev_vhost_device *mvdev = to_mdev_vhost_device(dev);

	mdev_slice_put(mvdev->slice);
	kfree(mvdev);
	mdev_class_device_released(MDEV_CLASS_VHOST);
}

static struct device *mdev_vhost_alloc(struct mdev_slice *slice,
				       struct netlink_ext_ack *extack)
{
	struct mdev_vhost_device *mvdev;

	mvdev = kzalloc(sizeof(*mvdev), GFP_KERNEL);
	if (!mvdev)
		return ERR_PTR(-ENOMEM);

	device_initialize(&mvdev->dev);
	mvdev->dev.bus = &mdev_vhost_bus;
	mvdev->dev.release = mdev_vhost_device_release;
	get_device(&slice->dev);
	mvdev->slice = slice;
	return &mvdev->dev;
}

static struct mdev_slice *mdev_vhost_to_slice(struct device *cdev)
{
	return to_mdev_vhost_device(cdev)->slice;
}

/* A driver may be unbound at the same time, so the device's lock is taken. */
static int mdev_vhost_busy(struct device *cdev, bool force,
			   struct netlink_ext_ack *extack)
{
	struct mdev_vhost_device *mvdev = to_mdev_vhost_device(cdev);
	int err = 0;

	device_lock(cdev);
	if (mvdev->busy)
		err = mvdev->busy(mvdev, force, extack);
	device_unlock(cdev);
	return err;
}

static const struct mdev_class mdev_vhost_class = {
	.id = MDEV_CLASS_VHOST,
	.owner = THIS_MODULE,
	.bus = &mdev_vhost_bus,
	.alloc = mdev_vhost_alloc,
	.to_slice = mdev_vhost_to_slice,
	.busy = mdev_vhost_busy,
};

static struct mdev_vhost_driver vhost_vdpa_driver = {
	.driver = {
		.name = "vhost_vdpa",
		.owner = THIS_MODULE,
	},
	.probe = vhost_node_probe,
	.remove = vhost_node_remove,
};

/*
 * The nodes /dev/vhost-vdpa-N have one owner. The kernel's own module can be
 * there without any, but it could make one at any time.
 */
static int vhost_foreign(void)
{
	if (!mdev_module_loaded("vhost_vdpa"))
		return 0;
	pr_err("module vhost_vdpa owns the nodes /dev/vhost-vdpa-N: remove it first (modprobe -r vhost_vdpa)\n");
	return -EBUSY;
}

static int __init mdev_vhost_init(void)
{
	int err;

	err = vhost_foreign();
	if (err)
		return err;

	err = bus_register(&mdev_vhost_bus);
	if (err)
		return err;

	err = vhost_pins_init();
	if (err)
		goto unregister_bus;

	err = vhost_nodes_init();
	if (err)
		goto exit_pins;

	err = mdev_vhost_driver_register(&vhost_vdpa_driver);
	if (err)
		goto exit_nodes;

	err = mdev_class_register(&mdev_vhost_class);
	if (err)
		goto unregister_driver;
	return 0;

unregister_driver:
	mdev_vhost_driver_unregister(&vhost_vdpa_driver);
exit_nodes:
	vhost_nodes_exit();
exit_pins:
	vhost_pins_exit();
unregister_bus:
	bus_unregister(&mdev_vhost_bus);
	return err;
}

static void __exit mdev_vhost_exit(void)
{
	mdev_class_unregister(&mdev_vhost_class);
	mdev_vhost_driver_unregister(&vhost_vdpa_driver);
	vhost_nodes_exit();
	vhost_pins_exit();
	bus_unregister(&mdev_vhost_bus);
	/* Events that were dropped wait for their grace period. */
	rcu_barrier();
}

module_init(mdev_vhost_init);
module_exit(mdev_vhost_exit);

MODULE_DESCRIPTION("Class vhost: slices as /dev/vhost-vdpa-N for user space");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mdev-class-vhost");
