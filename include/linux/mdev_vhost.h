/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a parent adds to its virtio device model for a user-space consumer.
 */
#ifndef _LINUX_MDEV_VHOST_H
#define _LINUX_MDEV_VHOST_H

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
 * @get_vq_group: group that a virtqueue belongs to; constant from FEATURES_OK
 *	until reset. Optional while @nr_groups is 1.
 * @get_vq_area: doorbell that may be mapped into the consumer, -ENXIO where the
 *	queue has none. Optional.
 * @get_vq_irq: Linux interrupt number for bypass, negative errno without one;
 *	stable while DRIVER_OK. Optional.
 * @get_iova_range: first and last usable I/O virtual address. Optional: the
 *	whole 64 bit range, or the aperture of the IOMMU domain.
 *
 * None of them sleeps. Class vhost needs &struct mdev_virtio_ops as well.
 */
struct mdev_vhost_ops {
	unsigned int nr_groups;
	unsigned int nr_as;
	u32 (*get_vq_group)(struct mdev_slice *slice, u16 vq);
	int (*get_vq_area)(struct mdev_slice *slice, u16 vq,
			   struct mdev_vhost_area *area);
	int (*get_vq_irq)(struct mdev_slice *slice, u16 vq);
	void (*get_iova_range)(struct mdev_slice *slice, u64 *first, u64 *last);
};

#endif /* _LINUX_MDEV_VHOST_H */
