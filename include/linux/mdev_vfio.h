/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Class vfio: what a parent says about its vfio driver, and the class bus, which is named
 * "mdev" because that is where user space looks for mediated devices.
 */
#ifndef _LINUX_MDEV_VFIO_H
#define _LINUX_MDEV_VFIO_H

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/mdev_class.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

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

struct mdev_vfio_device;
struct vfio_device;

/**
 * struct mdev_vfio_driver - driver on bus mdev
 * @driver: name and owner are set by the driver, and groups if there are any
 * @probe: take the class device: allocate a struct vfio_device for its @dev and
 *	register it by mdev_vfio_register(). Synchronous, under the class device's device_lock.
 * @remove: mdev_vfio_unregister() it, undo @probe. Where the slice leaves the class nobody has
 *	the vfio device open any more, but perhaps its node; where user space unbinds the
 *	driver, the vfio core waits for those who do.
 * @request: ask the user of the open vfio device to let go of it, for the @count-th
 *	time, beginning with 0. May sleep, bounded; never runs beside @remove.
 *	Optional.
 *
 * open_device of the struct vfio_device calls mdev_vfio_open() first, and its
 * close_device calls mdev_vfio_close() last; init calls mdev_vfio_driver_get(), and
 * release mdev_vfio_driver_put() last.
 */
struct mdev_vfio_driver {
	struct device_driver driver;
	int (*probe)(struct mdev_vfio_device *mvdev);
	void (*remove)(struct mdev_vfio_device *mvdev);
	void (*request)(struct mdev_vfio_device *mvdev, unsigned int count);

	/* private: */
	atomic_t devices;
};

/**
 * struct mdev_vfio_device - class device on bus mdev
 * @dev: the device, child of the parent device, named by the slice's UUID: what the
 *	driver registers with the vfio core. Its driver data is the driver's.
 * @slice: the slice; held
 * @driver_override: the driver that user space wants
 *
 * The slice does not leave the class while somebody has the vfio device open, see
 * mdev_vfio_open().
 */
struct mdev_vfio_device {
	struct device dev;
	struct mdev_slice *slice;
	struct mdev_override driver_override;

	/* private: */
	spinlock_t lock;	/* vdev, unregistering, users, leaving, opener, comm */
	struct vfio_device *vdev;
	bool unregistering;
	unsigned int users;
	bool leaving;
	struct pid *opener;
	char comm[TASK_COMM_LEN];
	struct mutex request_lock;	/* requester, requests */
	struct mdev_vfio_driver *requester;
	unsigned int requests;
	struct delayed_work request_work;
};

static inline struct mdev_vfio_device *to_mdev_vfio_device(struct device *dev)
{
	return container_of(dev, struct mdev_vfio_device, dev);
}

static inline struct mdev_vfio_driver *
to_mdev_vfio_driver(struct device_driver *drv)
{
	return container_of(drv, struct mdev_vfio_driver, driver);
}

int mdev_vfio_driver_register(struct mdev_vfio_driver *drv);
void mdev_vfio_driver_unregister(struct mdev_vfio_driver *drv);
void mdev_vfio_driver_get(struct mdev_vfio_driver *drv);
void mdev_vfio_driver_put(struct mdev_vfio_driver *drv);

int __must_check mdev_vfio_register(struct mdev_vfio_device *mvdev,
				    struct vfio_device *vdev);
void mdev_vfio_unregister(struct mdev_vfio_device *mvdev,
			  struct vfio_device *vdev);

int __must_check mdev_vfio_open(struct mdev_vfio_device *mvdev);
void mdev_vfio_close(struct mdev_vfio_device *mvdev);

#endif /* _LINUX_MDEV_VFIO_H */
