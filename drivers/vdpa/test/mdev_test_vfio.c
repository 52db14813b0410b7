// SPDX-License-Identifier: GPL-2.0
/*
 * A driver on bus mdev for tests, which no parent names: it takes any slice, and there is
 * nothing to open.
 */
#include <linux/mdev_vfio.h>
#include <linux/module.h>

static int test_vfio_probe(struct mdev_vfio_device *mvdev)
{
	return 0;
}

static void test_vfio_remove(struct mdev_vfio_device *mvdev)
{
}

static struct mdev_vfio_driver test_vfio_driver = {
	.driver = {
		.name = "mdev_test_vfio",
		.owner = THIS_MODULE,
	},
	.probe = test_vfio_probe,
	.remove = test_vfio_remove,
};

static int __init mdev_test_vfio_init(void)
{
	return mdev_vfio_driver_register(&test_vfio_driver);
}

static void __exit mdev_test_vfio_exit(void)
{
	mdev_vfio_driver_unregister(&test_vfio_driver);
}

module_init(mdev_test_vfio_init);
module_exit(mdev_test_vfio_exit);

MODULE_DESCRIPTION("Driver of class vfio for tests");
MODULE_LICENSE("GPL");
