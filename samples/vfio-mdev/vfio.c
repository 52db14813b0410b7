// SPDX-License-Identifier: GPL-2.0
/*
 * What the vfio devices of the samples do in the same way.
 *
 * What a user writes is copied to a buffer of the kernel first and used from there; the lock
 * is not held while the user's memory is touched, which may take as long as the user likes.
 */
#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "vfio.h"

/* Where a region begins in the file. */
#define REGION_SHIFT	40
#define REGION_MASK	(BIT_ULL(REGION_SHIFT) - 1)
#define REGION_RW	(VFIO_REGION_INFO_FLAG_READ | \
			 VFIO_REGION_INFO_FLAG_WRITE)

static int config_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
			 bool write)
{
	if (write)
		sample_pci_write(&sv->pci, pos, buf, len);
	else
		sample_pci_read(&sv->pci, pos, buf, len);
	return 0;
}

/**
 * sample_vfio_init - begin a vfio device
 * @sv: the device, in the init of its struct vfio_device_ops
 * @id: what it is on PCI
 *
 * It has configuration space and no other regions yet.
 */
void sample_vfio_init(struct sample_vfio *sv, const struct sample_pci_id *id)
{
	sv->mvdev = to_mdev_vfio_device(sv->vdev.dev);
	/* That of probe, in which the vfio device is allocated. */
	sv->driver = to_mdev_vfio_driver(sv->vdev.dev->driver);
	mdev_vfio_driver_get(sv->driver);
	mutex_init(&sv->lock);
	sample_pci_init(&sv->pci, id);
	sv->nr_regions = VFIO_PCI_NUM_REGIONS;
	sv->regions[VFIO_PCI_CONFIG_REGION_INDEX] = (struct sample_region){
		.size = PCI_CFG_SPACE_SIZE,
		.flags = REGION_RW,
		.access = config_access,
	};
}
EXPORT_SYMBOL_GPL(sample_vfio_init);

/**
 * sample_vfio_release - undo sample_vfio_init()
 * @sv: the device
 *
 * The last thing that release of struct vfio_device_ops does: the module may go.
 */
void sample_vfio_release(struct sample_vfio *sv)
{
	mutex_destroy(&sv->lock);
	mdev_vfio_driver_put(sv->driver);
}
EXPORT_SYMBOL_GPL(sample_vfio_release);

/**
 * sample_vfio_add_bar - add a base address register and its region
 * @sv: the device
 * @bar: which one
 * @flags: PCI_BASE_ADDRESS_*
 * @region: its region
 */
void sample_vfio_add_bar(struct sample_vfio *sv, unsigned int bar, u32 flags,
			 const struct sample_region *region)
{
	sample_pci_add_bar(&sv->pci, bar, region->size, flags);
	sv->regions[bar] = *region;
}
EXPORT_SYMBOL_GPL(sample_vfio_add_bar);

/* The request to let go of the device. */

/* Takes over the reference. */
static void replace_req(struct sample_vfio *sv, struct eventfd_ctx *req)
{
	mutex_lock(&sv->lock);
	swap(sv->req, req);
	mutex_unlock(&sv->lock);
	if (req)
		eventfd_ctx_put(req);
}

static void signal_req(struct sample_vfio *sv)
{
	mutex_lock(&sv->lock);
	if (sv->req)
		eventfd_signal(sv->req);
	mutex_unlock(&sv->lock);
}

/**
 * sample_vfio_request - ask the user to let go of the device
 * @vdev: the device
 * @count: for the how many-th time
 */
void sample_vfio_request(struct vfio_device *vdev, unsigned int count)
{
	signal_req(to_sample_vfio(vdev));
}
EXPORT_SYMBOL_GPL(sample_vfio_request);

/**
 * sample_vfio_forget_user - what a user has set up goes
 * @sv: the device, in close_device
 */
void sample_vfio_forget_user(struct sample_vfio *sv)
{
	replace_req(sv, NULL);
}
EXPORT_SYMBOL_GPL(sample_vfio_forget_user);

/* Reading and writing. */

static struct sample_region *find_region(struct sample_vfio *sv, u64 index)
{
	if (index >= sv->nr_regions)
		return NULL;
	return &sv->regions[array_index_nospec(index, sv->nr_regions)];
}

static u32 piece_len(const struct sample_region *region, u32 pos, size_t left)
{
	if (region->flags & VFIO_REGION_INFO_FLAG_MMAP)
		return min_t(size_t, left,
			     SAMPLE_VFIO_PIECE - pos % SAMPLE_VFIO_PIECE);
	if (left >= 4 && !(pos % 4))
		return 4;
	return left >= 2 && !(pos % 2) ? 2 : 1;
}

static int access_piece(struct sample_vfio *sv, struct sample_region *region,
			u32 pos, u8 *buf, u32 len, bool write)
{
	int err;

	mutex_lock(&sv->lock);
	err = region->access(sv, pos, buf, len, write);
	mutex_unlock(&sv->lock);
	return err;
}

static ssize_t read_region(struct sample_vfio *sv, struct sample_region *region,
			   u32 pos, char __user *buf, size_t left)
{
	u8 piece[SAMPLE_VFIO_PIECE];
	ssize_t done = 0;
	u32 len;
	int err;

	for (; left; left -= len, done += len) {
		len = piece_len(region, pos + done, left);
		err = access_piece(sv, region, pos + done, piece, len, false);
		if (err)
			return err;
		if (copy_to_user(buf + done, piece, len))
			return -EFAULT;
	}
	return done;
}

static ssize_t write_region(struct sample_vfio *sv,
			    struct sample_region *region, u32 pos,
			    const char __user *buf, size_t left)
{
	u8 piece[SAMPLE_VFIO_PIECE];
	ssize_t done = 0;
	u32 len;
	int err;

	for (; left; left -= len, done += len) {
		len = piece_len(region, pos + done, left);
		if (copy_from_user(piece, buf + done, len))
			return -EFAULT;
		err = access_piece(sv, region, pos + done, piece, len, true);
		if (err)
			return err;
	}
	return done;
}

/* The region that a position in the file is in, and how much of an access is within. */
static struct sample_region *region_at(struct sample_vfio *sv, loff_t ppos,
				       u32 *pos, size_t *count)
{
	struct sample_region *region = find_region(sv, ppos >> REGION_SHIFT);

	if (!region || (ppos & REGION_MASK) >= region->size)
		return NULL;
	*pos = ppos & REGION_MASK;
	*count = min_t(u64, *count, region->size - *pos);
	return region;
}

/**
 * sample_vfio_read - read of struct vfio_device_ops
 * @vdev: the device
 * @buf: where to
 * @count: how much; what is beyond the end of the region is not read
 * @ppos: where, and what is next
 *
 * Return: how much was read, or a negative errno.
 */
ssize_t sample_vfio_read(struct vfio_device *vdev, char __user *buf,
			 size_t count, loff_t *ppos)
{
	struct sample_vfio *sv = to_sample_vfio(vdev);
	struct sample_region *region;
	ssize_t done;
	u32 pos;

	region = region_at(sv, *ppos, &pos, &count);
	if (!region)
		return -EINVAL;
	done = read_region(sv, region, pos, buf, count);
	if (done > 0)
		*ppos += done;
	return done;
}
EXPORT_SYMBOL_GPL(sample_vfio_read);

/**
 * sample_vfio_write - write of struct vfio_device_ops
 * @vdev: the device
 * @buf: where from
 * @count: how much; what is beyond the end of the region is not written
 * @ppos: where, and what is next
 *
 * Return: how much was written, or a negative errno.
 */
ssize_t sample_vfio_write(struct vfio_device *vdev, const char __user *buf,
			  size_t count, loff_t *ppos)
{
	struct sample_vfio *sv = to_sample_vfio(vdev);
	struct sample_region *region;
	ssize_t done;
	u32 pos;

	region = region_at(sv, *ppos, &pos, &count);
	if (!region)
		return -EINVAL;
	done = write_region(sv, region, pos, buf, count);
	if (done > 0)
		*ppos += done;
	return done;
}
EXPORT_SYMBOL_GPL(sample_vfio_write);

/**
 * sample_vfio_map - which pages of which region does a user want to map?
 * @sv: the device
 * @vma: the mapping to be
 * @first: the first page of the region that it wants
 *
 * A private mapping would be a copy, which is nothing to a device, so it is refused.
 *
 * Return: the index of the region, which has all of the pages, or -EINVAL.
 */
int sample_vfio_map(struct sample_vfio *sv, struct vm_area_struct *vma,
		    unsigned long *first)
{
	u64 index = vma->vm_pgoff >> (REGION_SHIFT - PAGE_SHIFT);
	struct sample_region *region = find_region(sv, index);
	unsigned long pages;

	if (!region || !(region->flags & VFIO_REGION_INFO_FLAG_MMAP) ||
	    !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	*first = vma->vm_pgoff & (REGION_MASK >> PAGE_SHIFT);
	pages = region->size >> PAGE_SHIFT;
	if (*first >= pages || vma_pages(vma) > pages - *first)
		return -EINVAL;
	return index;
}
EXPORT_SYMBOL_GPL(sample_vfio_map);

/* Requests. */

static long get_info(struct sample_vfio *sv, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = sv->nr_regions;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

struct region_info {
	struct vfio_region_info info;
	struct vfio_region_info_cap_type type;
};

/* How much of it there is for the user. */
static size_t fill_region_info(struct region_info *ri,
			       const struct sample_region *region)
{
	u32 argsz = ri->info.argsz;

	ri->info.size = region->size;
	ri->info.flags = region->flags;
	ri->info.cap_offset = 0;
	ri->info.offset = (u64)ri->info.index << REGION_SHIFT;
	if (!region->type)
		return sizeof(ri->info);

	ri->info.flags |= VFIO_REGION_INFO_FLAG_CAPS;
	ri->info.argsz = sizeof(*ri);
	/* The user is told how much it should have been. */
	if (argsz < sizeof(*ri))
		return sizeof(ri->info);
	ri->info.cap_offset = offsetof(struct region_info, type);
	ri->type.header.id = VFIO_REGION_INFO_CAP_TYPE;
	ri->type.header.version = 1;
	ri->type.type = region->type;
	ri->type.subtype = region->subtype;
	return sizeof(*ri);
}

static long get_region_info(struct sample_vfio *sv, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct region_info ri = {};
	struct sample_region *region;
	size_t size;

	if (copy_from_user(&ri.info, arg, minsz))
		return -EFAULT;
	region = find_region(sv, ri.info.index);
	if (ri.info.argsz < minsz || !region)
		return -EINVAL;
	size = fill_region_info(&ri, region);
	return copy_to_user(arg, &ri, size) ? -EFAULT : 0;
}

static unsigned int nr_irqs_of(u32 index)
{
	return index == VFIO_PCI_REQ_IRQ_INDEX;
}

static long get_irq_info(void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	/* For lack of it, which is how a user is told that it has no such thing. */
	if (info.index == VFIO_PCI_ERR_IRQ_INDEX)
		return -EINVAL;
	info.count = nr_irqs_of(info.index);
	info.flags = info.count ? VFIO_IRQ_INFO_EVENTFD : 0;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long set_req_eventfd(struct sample_vfio *sv, const void __user *arg)
{
	struct eventfd_ctx *req = NULL;
	s32 fd;

	if (copy_from_user(&fd, arg, sizeof(fd)))
		return -EFAULT;
	if (fd < -1)
		return -EINVAL;
	if (fd >= 0)
		req = eventfd_ctx_fdget(fd);
	if (IS_ERR(req))
		return PTR_ERR(req);
	replace_req(sv, req);
	return 0;
}

/* Set it off as the device would, to try it. */
static long loop_back_req(struct sample_vfio *sv, u32 data_type,
			  const void __user *arg)
{
	u8 wanted = 1;

	if (data_type == VFIO_IRQ_SET_DATA_BOOL &&
	    copy_from_user(&wanted, arg, sizeof(wanted)))
		return -EFAULT;
	if (wanted)
		signal_req(sv);
	return 0;
}

/* The request is all that there is. It is a trigger and cannot be masked. */
static long set_irqs(struct sample_vfio *sv, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set set;
	u32 action, data_type;
	size_t size;
	int err;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;
	err = vfio_set_irqs_validate_and_prepare(&set, nr_irqs_of(set.index),
						 VFIO_PCI_NUM_IRQS, &size);
	if (err)
		return err;
	action = set.flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
	data_type = set.flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	if (action != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -EINVAL;
	if (!set.count) {
		if (data_type != VFIO_IRQ_SET_DATA_NONE)
			return -EINVAL;
		replace_req(sv, NULL);
		return 0;
	}
	if (data_type == VFIO_IRQ_SET_DATA_EVENTFD)
		return set_req_eventfd(sv, arg + minsz);
	return loop_back_req(sv, data_type, arg + minsz);
}

/**
 * sample_vfio_ioctl - ioctls that all samples have
 * @sv: the device
 * @cmd: VFIO_DEVICE_*
 * @arg: its argument
 *
 * Return: 0 or a negative errno, -ENOTTY if it is not one of them.
 */
long sample_vfio_ioctl(struct sample_vfio *sv, unsigned int cmd,
		       void __user *arg)
{
	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return get_info(sv, arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info(sv, arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info(arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(sv, arg);
	default:
		return -ENOTTY;
	}
}
EXPORT_SYMBOL_GPL(sample_vfio_ioctl);

MODULE_DESCRIPTION("What the samples of vfio devices share");
MODULE_LICENSE("GPL");
