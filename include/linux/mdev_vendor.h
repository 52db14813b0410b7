/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Class vendor: what a parent says about the driver that takes its slices, and the class
 * bus mdev_vendor.
 *
 * A slice in this class gets no operations from here: its driver and its parent share a
 * contract of their own. What Tribus gives them is the life of the slice.
 */
#ifndef _LINUX_MDEV_VENDOR_H
#define _LINUX_MDEV_VENDOR_H

#include <linux/device.h>
#include <linux/mdev_class.h>

/**
 * struct mdev_vendor_ops - class vendor of a parent
 * @driver_name: name of the driver on bus mdev_vendor that takes its slices. When the
 *	parent registers, the module with alias "mdev_vendor:NAME" is requested; it must
 *	not need a symbol of the parent's module, which is still being loaded then.
 *
 * A parent whose driver calls it has this in a struct of its own, with the functions
 * beside it. Which struct that is the driver knows by comparing @driver_name with its
 * own name: by driver_override user space can give it slices of any parent.
 */
struct mdev_vendor_ops {
	const char *driver_name;
};

/**
 * struct mdev_vendor_device - class device on bus mdev_vendor
 * @dev: the device, child of the parent device, named like the slice. Its driver data
 *	is the driver's.
 * @slice: the slice; held
 * @driver_override: the driver that user space wants
 */
struct mdev_vendor_device {
	struct device dev;
	struct mdev_slice *slice;
	struct mdev_override driver_override;

	/* private: */
	bool leaving;		/* under the device_lock */
};

/**
 * struct mdev_vendor_driver - driver on bus mdev_vendor
 * @driver: name and owner are set by the driver, and groups if there are any
 * @probe: take the class device. Synchronous, under its device_lock. May be given a
 *	slice of a parent that does not know the driver: -ENODEV then.
 * @remove: undo @probe; must not wait for user space. The parent's operations may be
 *	called until it returns.
 * @busy: the slice is about to change its class: -EBUSY and in extack who uses it, unless
 *	it is told to force and can do without that user. After 0 nobody begins to use
 *	it, and @remove follows. Under the device_lock, so never beside @probe or
 *	@remove. May sleep, bounded. Not called when the slice is removed or the driver
 *	unbound. Optional: it is never busy.
 *
 * @probe, @remove and @busy may take rtnl.
 */
struct mdev_vendor_driver {
	struct device_driver driver;
	int (*probe)(struct mdev_vendor_device *mvdev);
	void (*remove)(struct mdev_vendor_device *mvdev);
	int (*busy)(struct mdev_vendor_device *mvdev, bool force,
		    struct netlink_ext_ack *extack);
};

static inline struct mdev_vendor_device *to_mdev_vendor_device(struct device *dev)
{
	return container_of(dev, struct mdev_vendor_device, dev);
}

static inline struct mdev_vendor_driver *
to_mdev_vendor_driver(struct device_driver *drv)
{
	return container_of(drv, struct mdev_vendor_driver, driver);
}

int mdev_vendor_driver_register(struct mdev_vendor_driver *drv);
void mdev_vendor_driver_unregister(struct mdev_vendor_driver *drv);

#endif /* _LINUX_MDEV_VENDOR_H */
