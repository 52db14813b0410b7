// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers on bus mdev_vendor for tests: one that parents of mdev_test name, which fails
 * and is busy as module parameters say, and one that nobody names.
 */
#include <linux/atomic.h>
#include <linux/mdev_vendor.h>
#include <linux/module.h>
#include <linux/netlink.h>

static int probe_err;
module_param(probe_err, int, 0600);
MODULE_PARM_DESC(probe_err, "errno of the next probes, 0 for none");

static int busy;
module_param(busy, int, 0600);
MODULE_PARM_DESC(busy, "0 not, 1 unless it is forced, 2 always");

/* What was probed and not removed. */
static atomic_t bound;

static int bound_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&bound));
}

static const struct kernel_param_ops bound_ops = {
	.get = bound_get,
};
module_param_cb(bound, &bound_ops, NULL, 0400);
MODULE_PARM_DESC(bound, "devices that the drivers have (read-only)");

static int test_vendor_probe(struct mdev_vendor_device *mvdev)
{
	if (probe_err)
		return -probe_err;
	atomic_inc(&bound);
	return 0;
}

static void test_vendor_remove(struct mdev_vendor_device *mvdev)
{
	atomic_dec(&bound);
}

static int test_vendor_busy(struct mdev_vendor_device *mvdev, bool force,
			    struct netlink_ext_ack *extack)
{
	if (busy < (force ? 2 : 1))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s is busy", dev_name(&mvdev->dev));
	return -EBUSY;
}

static int test_other_probe(struct mdev_vendor_device *mvdev)
{
	atomic_inc(&bound);
	return 0;
}

static struct mdev_vendor_driver test_vendor_drivers[] = {
	{
		.driver = {
			.name = "mdev_test_vendor",
			.owner = THIS_MODULE,
		},
		.probe = test_vendor_probe,
		.remove = test_vendor_remove,
		.busy = test_vendor_busy,
	},
	{
		.driver = {
			.name = "mdev_test_other",
			.owner = THIS_MODULE,
		},
		.probe = test_other_probe,
		.remove = test_vendor_remove,
	},
};

static int __init mdev_test_vendor_init(void)
{
	int err;

	err = mdev_vendor_driver_register(&test_vendor_drivers[0]);
	if (err)
		return err;
	err = mdev_vendor_driver_register(&test_vendor_drivers[1]);
	if (err)
		mdev_vendor_driver_unregister(&test_vendor_drivers[0]);
	return err;
}

static void __exit mdev_test_vendor_exit(void)
{
	mdev_vendor_driver_unregister(&test_vendor_drivers[1]);
	mdev_vendor_driver_unregister(&test_vendor_drivers[0]);
}

module_init(mdev_test_vendor_init);
module_exit(mdev_test_vendor_exit);

MODULE_DESCRIPTION("Drivers of class vendor for tests");
MODULE_LICENSE("GPL");
