/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a parent adds to its virtio device model for a user-space consumer, and
 * the vhost class bus.
 */
#ifndef _LINUX_MDEV_VHOST_H
#define _LINUX_MDEV_VHOST_H

#include <linux/device.h>
#include <linux/mdev_class.h>

/**
 * struct mdev_vhost_area - doorbell of one virtqueue
 * @addr: physical address, page aligned
 * @size: bytes, whole pages
 */
struct mdev_vhost_area {
	phys_addr_t addr;
	resource_size_t size;
};

/**
 * struct mdev_vhost_ops - device operations of class vhost
 * @nr_groups: virtqueue groups, at least 1
 * @nr_as: address spaces, at least 1, at most @nr_groups
 * @atomic_kick: the kicks of &struct mdev_virtio_ops do so little that they may
 *	run where the consumer signals its eventfd, with interrupts off: in the
 *	exit path of a guest. They raise no interrupt themselves, which would be
 *	another eventfd's signal within the first. Otherwise they run in a worker.
 * @features_asked: feature bits of its device type that are offered here only if whoever
 *	made the slice has asked for them, because known consumers cannot migrate a
 *	device that offers them
 * @get_vq_group: group that a virtqueue belongs to; constant from FEATURES_OK
 *	until reset. Optional while @nr_groups is 1.
 * @get_vq_desc_group: group that its descriptor area belongs to, where that is
 *	another one; likewise. Optional.
 * @get_vq_area: doorbell that may be mapped into the consumer, -ENXIO where the
 *	queue has none. Optional.
 * @get_vq_irq: Linux interrupt number for bypass, negative errno without one;
 *	stable while DRIVER_OK. Optional.
 * @get_iova_range: first and last usable I/O virtual address. Optional: the
 *	whole range that an unsigned long covers.
 *
 * @dma_map: let the device reach @size bytes of physical memory at @pa by address
 *	@iova of address space @asid, for MDEV_AS_READ, MDEV_AS_WRITE or both.
 *	Whole pages; the address space has nothing there. The memory stays
 *	until @dma_unmap. May sleep. -ENOMEM, or what the hardware says.
 * @dma_unmap: undo one @dma_map, all of it. When it returns the device does not touch
 *	the memory. May sleep.
 * @set_group_asid: address space of a virtqueue group, while the driver has not set
 *	DRIVER_OK; all groups begin in address space 0. May sleep. Mandatory if
 *	@nr_as is more than 1 and there is no set_as.
 *
 * The others do not sleep. Class vhost needs &struct mdev_virtio_ops as well.
 *
 * How the device reaches the consumer's memory is told by what there is. With set_as of
 * &struct mdev_virtio_ops it is software, and nothing is pinned. Else the memory is
 * pinned, and mapped by @dma_map or, without it, into a domain of the IOMMU that
 * mdev_parent_dma_dev() is behind, which the device is attached to while the node is
 * open. Meanwhile neither the parent nor another slice does DMA: opening is -EBUSY while
 * a slice is in class virtio, and the other way round.
 */
struct mdev_vhost_ops {
	unsigned int nr_groups;
	unsigned int nr_as;
	bool atomic_kick;
	u64 features_asked;
	u32 (*get_vq_group)(struct mdev_slice *slice, u16 vq);
	u32 (*get_vq_desc_group)(struct mdev_slice *slice, u16 vq);
	int (*get_vq_area)(struct mdev_slice *slice, u16 vq,
			   struct mdev_vhost_area *area);
	int (*get_vq_irq)(struct mdev_slice *slice, u16 vq);
	void (*get_iova_range)(struct mdev_slice *slice, u64 *first, u64 *last);
	int (*dma_map)(struct mdev_slice *slice, u32 asid, u64 iova, u64 size,
		       phys_addr_t pa, u32 perm);
	void (*dma_unmap)(struct mdev_slice *slice, u32 asid, u64 iova,
			  u64 size);
	int (*set_group_asid)(struct mdev_slice *slice, u32 group, u32 asid);
};

/**
 * struct mdev_vhost_device - class device on bus mdev_vhost
 * @dev: the device, child of the parent device, named like the slice
 * @slice: the slice; held
 * @busy: who uses the device, see &struct mdev_class.busy; set by the endpoint
 *	driver while it is bound, under the device_lock of @dev
 */
struct mdev_vhost_device {
	struct device dev;
	struct mdev_slice *slice;
	int (*busy)(struct mdev_vhost_device *mvdev, bool force,
		    struct netlink_ext_ack *extack);
};

static inline struct mdev_vhost_device *to_mdev_vhost_device(struct device *dev)
{
	return container_of(dev, struct mdev_vhost_device, dev);
}

/**
 * struct mdev_vhost_driver - driver on bus mdev_vhost
 * @driver: name and owner are set by the driver
 * @probe: take the class device; synchronous, under its device_lock
 * @remove: let go of it; must not wait for user space
 */
struct mdev_vhost_driver {
	struct device_driver driver;
	int (*probe)(struct mdev_vhost_device *mvdev);
	void (*remove)(struct mdev_vhost_device *mvdev);
};

int mdev_vhost_driver_register(struct mdev_vhost_driver *drv);
void mdev_vhost_driver_unregister(struct mdev_vhost_driver *drv);

#endif /* _LINUX_MDEV_VHOST_H */
