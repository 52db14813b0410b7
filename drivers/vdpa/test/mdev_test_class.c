// SPDX-License-Identifier: GPL-2.0
/*
 * Classes for tests: vfio and vendor, each on a bus of its own with a driver that
 * takes every device, or fails with the errno in a module parameter.
 *
 * With two classes that work and fail on demand a slice can be sent back to one,
 * and can fail to go back.
 */
#include <linux/device.h>
#include <linux/mdev_class.h>
#include <linux/module.h>
#include <linux/slab.h>

static int vfio_err;
module_param(vfio_err, int, 0600);
MODULE_PARM_DESC(vfio_err, "errno of the probe in class vfio, 0 for none");

static int vendor_err;
module_param(vendor_err, int, 0600);
MODULE_PARM_DESC(vendor_err, "errno of the probe in class vendor, 0 for none");

struct test_cdev {
	struct device dev;
	struct mdev_slice *slice;
	enum mdev_class_id id;
};

static struct test_cdev *to_test_cdev(struct device *dev)
{
	return container_of(dev, struct test_cdev, dev);
}

static int test_probe(struct device *dev)
{
	struct test_cdev *cdev = to_test_cdev(dev);
	int err = cdev->id == MDEV_CLASS_VFIO ? -vfio_err : -vendor_err;

	mdev_slice_probed(cdev->slice, err);
	return err;
}

static void test_release(struct device *dev)
{
	struct test_cdev *cdev = to_test_cdev(dev);
	enum mdev_class_id id = cdev->id;

	mdev_slice_put(cdev->slice);
	kfree(cdev);
	mdev_class_device_released(id);
}

static struct mdev_slice *test_to_slice(struct device *dev)
{
	return to_test_cdev(dev)->slice;
}

static const struct bus_type test_buses[] = {
	{ .name = "mdev_test_vfio", .probe = test_probe },
	{ .name = "mdev_test_vendor", .probe = test_probe },
};

static struct device *test_alloc(struct mdev_slice *slice,
				 const struct bus_type *bus,
				 enum mdev_class_id id)
{
	struct test_cdev *cdev;

	cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);
	if (!cdev)
		return ERR_PTR(-ENOMEM);
	device_initialize(&cdev->dev);
	cdev->dev.bus = bus;
	cdev->dev.release = test_release;
	get_device(&slice->dev);
	cdev->slice = slice;
	cdev->id = id;
	return &cdev->dev;
}

static struct device *test_alloc_vfio(struct mdev_slice *slice,
				      struct netlink_ext_ack *extack)
{
	return test_alloc(slice, &test_buses[0], MDEV_CLASS_VFIO);
}

static struct device *test_alloc_vendor(struct mdev_slice *slice,
					struct netlink_ext_ack *extack)
{
	return test_alloc(slice, &test_buses[1], MDEV_CLASS_VENDOR);
}

static const struct mdev_class test_classes[] = {
	{
		.id = MDEV_CLASS_VFIO,
		.owner = THIS_MODULE,
		.bus = &test_buses[0],
		.alloc = test_alloc_vfio,
		.to_slice = test_to_slice,
	},
	{
		.id = MDEV_CLASS_VENDOR,
		.owner = THIS_MODULE,
		.bus = &test_buses[1],
		.alloc = test_alloc_vendor,
		.to_slice = test_to_slice,
	},
};

static struct device_driver test_drivers[] = {
	{
		.name = "mdev_test_class",
		.bus = &test_buses[0],
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
	{
		.name = "mdev_test_class",
		.bus = &test_buses[1],
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

static void test_class_del(unsigned int i)
{
	mdev_class_unregister(&test_classes[i]);
	driver_unregister(&test_drivers[i]);
	bus_unregister(&test_buses[i]);
}

static int test_class_add(unsigned int i)
{
	int err;

	err = bus_register(&test_buses[i]);
	if (err)
		return err;
	err = driver_register(&test_drivers[i]);
	if (err)
		goto unregister_bus;
	err = mdev_class_register(&test_classes[i]);
	if (err)
		goto unregister_driver;
	return 0;

unregister_driver:
	driver_unregister(&test_drivers[i]);
unregister_bus:
	bus_unregister(&test_buses[i]);
	return err;
}

static int __init mdev_test_class_init(void)
{
	int err;

	err = test_class_add(0);
	if (err)
		return err;
	err = test_class_add(1);
	if (err)
		test_class_del(0);
	return err;
}

static void __exit mdev_test_class_exit(void)
{
	test_class_del(1);
	test_class_del(0);
}

module_init(mdev_test_class_init);
module_exit(mdev_test_class_exit);

MODULE_DESCRIPTION("Classes for tests");
MODULE_LICENSE("GPL");
