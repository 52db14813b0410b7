/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a parent says about its own vfio driver.
 */
#ifndef _LINUX_MDEV_VFIO_H
#define _LINUX_MDEV_VFIO_H

#include <linux/mdev_class.h>

/**
 * struct mdev_vfio_ops - class vfio of a parent
 * @driver_name: name of the driver on bus mdev that takes its slices
 * @device_api: what user space finds in the type's device_api attribute
 *	("vfio-pci", "vfio-ccw", ...)
 *
 * There are no device operations: the driver allocates its struct vfio_device
 * in its probe and registers it with the vfio core itself. Parents without
 * these operations but with &struct mdev_virtio_ops are served by vfio_virtio.
 */
struct mdev_vfio_ops {
	const char *driver_name;
	const char *device_api;
};

#endif /* _LINUX_MDEV_VFIO_H */
