/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What any vfio device of a sample does for its user in the same way: tell of regions and
 * interrupts, read and write regions piece by piece, and ask the user to let go of it.
 *
 * The sample has the struct vfio_device_ops; read, write and request can be the functions
 * here, and its ioctl comes here with what it does not know.
 */
#ifndef _SAMPLE_VFIO_H
#define _SAMPLE_VFIO_H

#include <linux/mdev_vfio.h>
#include <linux/mutex.h>
#include <linux/vfio.h>

#include "pci.h"

struct eventfd_ctx;
struct sample_vfio;
struct vm_area_struct;

/* Those of PCI, and one more. */
#define SAMPLE_VFIO_REGIONS	(VFIO_PCI_NUM_REGIONS + 1)

/* Longest piece in which memory is read or written, in bytes. */
#define SAMPLE_VFIO_PIECE	128

/**
 * struct sample_region - a region of a vfio device
 * @size: in bytes, 0: there is none
 * @flags: VFIO_REGION_INFO_FLAG_*, with which it is told. One that can be mapped is
 *	memory, and accessed in pieces of up to SAMPLE_VFIO_PIECE bytes that it divides
 *	into; others are registers, and accessed 1, 2 or 4 bytes at a time, aligned.
 * @type: VFIO_REGION_TYPE_*, or 0, for a region that PCI does not have
 * @subtype: VFIO_REGION_SUBTYPE_*
 * @access: read or write such a piece, which is within the region. Under the lock. Returns
 *	0 or a negative errno.
 */
struct sample_region {
	u64 size;
	u32 flags;
	u32 type;
	u32 subtype;
	int (*access)(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
		      bool write);
};

/**
 * struct sample_vfio - vfio device of a sample
 * @vdev: for the vfio core
 * @mvdev: the class device
 * @driver: whose module stays until the device is released
 * @lock: for all that follows and that a user can change
 * @pci: configuration space
 * @regions: by index; set by the sample before the device is registered
 * @nr_regions: how many are told of
 * @req: eventfd by which the user is asked to let go of the device, or NULL
 */
struct sample_vfio {
	struct vfio_device vdev;
	struct mdev_vfio_device *mvdev;
	struct mdev_vfio_driver *driver;
	struct mutex lock;	/* see above */
	struct sample_pci pci;
	struct sample_region regions[SAMPLE_VFIO_REGIONS];
	u32 nr_regions;
	struct eventfd_ctx *req;
};

static inline struct sample_vfio *to_sample_vfio(struct vfio_device *vdev)
{
	return container_of(vdev, struct sample_vfio, vdev);
}

/* For init, release and close_device of struct vfio_device_ops. */
void sample_vfio_init(struct sample_vfio *sv, const struct sample_pci_id *id);
void sample_vfio_release(struct sample_vfio *sv);
void sample_vfio_forget_user(struct sample_vfio *sv);

void sample_vfio_add_bar(struct sample_vfio *sv, unsigned int bar, u32 flags,
			 const struct sample_region *region);

/* For its read, write, ioctl, mmap and request. */
ssize_t sample_vfio_read(struct vfio_device *vdev, char __user *buf,
			 size_t count, loff_t *ppos);
ssize_t sample_vfio_write(struct vfio_device *vdev, const char __user *buf,
			  size_t count, loff_t *ppos);
long sample_vfio_ioctl(struct sample_vfio *sv, unsigned int cmd,
		       void __user *arg);
int sample_vfio_map(struct sample_vfio *sv, struct vm_area_struct *vma,
		    unsigned long *first);
void sample_vfio_request(struct vfio_device *vdev, unsigned int count);

#endif /* _SAMPLE_VFIO_H */
