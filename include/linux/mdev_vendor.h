/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a parent says about a vendor driver that takes its slices.
 */
#ifndef _LINUX_MDEV_VENDOR_H
#define _LINUX_MDEV_VENDOR_H

#include <linux/mdev_class.h>

/**
 * struct mdev_vendor_ops - class vendor of a parent
 * @driver_name: name of the driver on bus mdev_vendor that takes its slices
 *
 * The driver and the parent share their own contract.
 */
struct mdev_vendor_ops {
	const char *driver_name;
};

#endif /* _LINUX_MDEV_VENDOR_H */
