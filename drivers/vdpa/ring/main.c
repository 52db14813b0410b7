// SPDX-License-Identifier: GPL-2.0
/*
 * mdev_ring: device side of virtqueues and address spaces, for software parents.
 */
#include <linux/module.h>

#include "direct.h"
#include "worker.h"

static int __init mdev_ring_module_init(void)
{
	int ret;

	ret = ram_init();
	if (ret)
		return ret;
	ret = workers_init();
	if (ret)
		goto err_ram;
	return 0;

err_ram:
	ram_exit();
	return ret;
}
module_init(mdev_ring_module_init);

static void __exit mdev_ring_module_exit(void)
{
	workers_exit();
	ram_exit();
}
module_exit(mdev_ring_module_exit);

MODULE_DESCRIPTION("Device side of virtqueues, for software parents of mediated devices");
MODULE_LICENSE("GPL");
