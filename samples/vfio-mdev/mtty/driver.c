// SPDX-License-Identifier: GPL-2.0
/*
 * The vfio driver on bus mdev: registers a vfio device for each card, with the regions and
 * requests that a PCI function has.
 */
#include <linux/iommufd.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mtty.h"

/* Where a region begins in the file. */
#define REGION_SHIFT	40
#define REGION_MASK	(BIT_ULL(REGION_SHIFT) - 1)

/* Whatever may have changed in the UARTs or the command register. */
void mtty_update_irq(struct mtty *mtty)
{
	bool level = false;
	unsigned int i;

	lockdep_assert_held(&mtty->lock);

	for (i = 0; i < mtty->nr_ports; i++)
		level |= mtty_uart_pending(&mtty->uarts[i]);
	mtty_irq_update(&mtty->irq, level, mtty_pci_intx_off(&mtty->pci));
}

/* Interrupts start last, when there is none that belongs to what was before. */
static void mtty_reset(struct mtty *mtty)
{
	unsigned int i;

	mutex_lock(&mtty->state_lock);
	mtty_migration_reset(mtty);
	mutex_lock(&mtty->lock);
	mtty_pci_reset(&mtty->pci);
	for (i = 0; i < mtty->nr_ports; i++)
		mtty_uart_reset(&mtty->uarts[i]);
	mtty_update_irq(mtty);
	mutex_unlock(&mtty->lock);
	mtty_irq_freeze(&mtty->irq, false);
	mutex_unlock(&mtty->state_lock);
}

static int mtty_init_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);

	mtty->mvdev = to_mdev_vfio_device(vdev->dev);
	mtty->nr_ports = mtty_ports_of(mtty->mvdev->slice->type);
	mutex_init(&mtty->state_lock);
	mutex_init(&mtty->lock);
	mtty_irq_init(&mtty->irq);
	mtty_pci_init(&mtty->pci, mtty->nr_ports);
	mtty_reset(mtty);
	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				VFIO_MIGRATION_PRE_COPY;
	vdev->mig_ops = &mtty_migration_ops;
	mdev_vfio_driver_get(&mtty_driver);
	return 0;
}

static void mtty_release_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);

	mutex_destroy(&mtty->lock);
	mutex_destroy(&mtty->state_lock);
	mdev_vfio_driver_put(&mtty_driver);
}

static int mtty_open_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);
	int err;

	err = mdev_vfio_open(mtty->mvdev);
	if (err)
		return err;
	mtty_reset(mtty);
	return 0;
}

/* Nothing that was sent and not received is left for the next user. */
static void mtty_close_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);

	mtty_irq_forget_user(&mtty->irq);
	mtty_reset(mtty);
	mdev_vfio_close(mtty->mvdev);
}

/* Regions. */

static u64 region_size(const struct mtty *mtty, u64 index)
{
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		return PCI_CFG_SPACE_SIZE;
	return index < mtty->nr_ports ? MTTY_BAR_SIZE : 0;
}

/* What is wider than the registers goes to as many of them. */
static void region_read(struct mtty *mtty, unsigned int index, u32 pos, u8 *buf,
			u32 len)
{
	unsigned int i;

	mutex_lock(&mtty->lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		mtty_pci_read(&mtty->pci, pos, buf, len,
			      mtty_irq_asserted(&mtty->irq));
	} else {
		for (i = 0; i < len; i++)
			buf[i] = mtty_uart_read(&mtty->uarts[index], pos + i);
		mtty_update_irq(mtty);
	}
	mutex_unlock(&mtty->lock);
}

static void region_write(struct mtty *mtty, unsigned int index, u32 pos,
			 const u8 *buf, u32 len)
{
	unsigned int i;

	mutex_lock(&mtty->lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		mtty_pci_write(&mtty->pci, pos, buf, len);
	} else {
		for (i = 0; i < len; i++)
			mtty_uart_write(&mtty->uarts[index], pos + i, buf[i]);
	}
	mtty_update_irq(mtty);
	mutex_unlock(&mtty->lock);
}

/* As much of it as one access can be: 1, 2 or 4 bytes, aligned. */
static u32 access_len(u32 pos, size_t count)
{
	if (count >= 4 && !(pos % 4))
		return 4;
	return count >= 2 && !(pos % 2) ? 2 : 1;
}

/* The region that @ppos is in, and how much of @count bytes is within. */
static ssize_t region_range(const struct mtty *mtty, size_t count, loff_t ppos,
			    u64 *index, u32 *pos)
{
	u64 size;

	*index = ppos >> REGION_SHIFT;
	size = region_size(mtty, *index);
	if ((ppos & REGION_MASK) >= size)
		return -EINVAL;
	*pos = ppos & REGION_MASK;
	return min_t(u64, count, size - *pos);
}

static ssize_t mtty_read(struct vfio_device *vdev, char __user *buf,
			 size_t count, loff_t *ppos)
{
	struct mtty *mtty = to_mtty(vdev);
	ssize_t left, done = 0;
	u32 pos, len;
	u8 data[4];
	u64 index;

	left = region_range(mtty, count, *ppos, &index, &pos);
	if (left < 0)
		return left;
	for (; left; left -= len, pos += len, done += len) {
		len = access_len(pos, left);
		region_read(mtty, index, pos, data, len);
		if (copy_to_user(buf + done, data, len))
			return -EFAULT;
	}
	*ppos += done;
	return done;
}

static ssize_t mtty_write(struct vfio_device *vdev, const char __user *buf,
			  size_t count, loff_t *ppos)
{
	struct mtty *mtty = to_mtty(vdev);
	ssize_t left, done = 0;
	u32 pos, len;
	u8 data[4];
	u64 index;

	left = region_range(mtty, count, *ppos, &index, &pos);
	if (left < 0)
		return left;
	for (; left; left -= len, pos += len, done += len) {
		len = access_len(pos, left);
		if (copy_from_user(data, buf + done, len))
			return -EFAULT;
		region_write(mtty, index, pos, data, len);
	}
	*ppos += done;
	return done;
}

/* Requests. */

static long get_info(void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long get_region_info(const struct mtty *mtty, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info.size = region_size(mtty, info.index);
	info.flags = info.size ? VFIO_REGION_INFO_FLAG_READ |
				 VFIO_REGION_INFO_FLAG_WRITE : 0;
	info.cap_offset = 0;
	info.offset = (u64)info.index << REGION_SHIFT;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
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
	info.count = mtty_irq_count(info.index);
	info.flags = mtty_irq_flags(info.index);
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long set_irqs(struct mtty *mtty, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size = 0;
	long ret;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;
	ret = vfio_set_irqs_validate_and_prepare(&set,
						 mtty_irq_count(set.index),
						 VFIO_PCI_NUM_IRQS, &size);
	if (ret)
		return ret;
	if (size) {
		data = memdup_user(arg + minsz, size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	mutex_lock(&mtty->lock);
	ret = mtty_irq_set(&mtty->irq, &set, data);
	mutex_unlock(&mtty->lock);
	kfree(data);
	return ret;
}

static long mtty_ioctl(struct vfio_device *vdev, unsigned int cmd,
		       unsigned long arg)
{
	struct mtty *mtty = to_mtty(vdev);

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return get_info((void __user *)arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info(mtty, (void __user *)arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info((void __user *)arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(mtty, (void __user *)arg);
	case VFIO_DEVICE_RESET:
		mtty_reset(mtty);
		return 0;
	default:
		return -ENOTTY;
	}
}

static void mtty_request(struct vfio_device *vdev, unsigned int count)
{
	mtty_irq_request(&to_mtty(vdev)->irq);
}

static const struct vfio_device_ops mtty_device_ops = {
	.name = "mtty",
	.init = mtty_init_device,
	.release = mtty_release_device,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
	.open_device = mtty_open_device,
	.close_device = mtty_close_device,
	.read = mtty_read,
	.write = mtty_write,
	.ioctl = mtty_ioctl,
	.request = mtty_request,
};

static int mtty_probe(struct mdev_vfio_device *mvdev)
{
	struct mtty *mtty;
	int err;

	/* A wish of user space may bring a slice of another parent. */
	if (mdev_vfio_ops(mvdev->slice) != &mtty_vfio_ops)
		return -ENODEV;
	mtty = vfio_alloc_device(mtty, vdev, &mvdev->dev, &mtty_device_ops);
	if (IS_ERR(mtty))
		return PTR_ERR(mtty);
	dev_set_drvdata(&mvdev->dev, mtty);
	err = mdev_vfio_register(mvdev, &mtty->vdev);
	if (err)
		vfio_put_device(&mtty->vdev);
	return err;
}

static void mtty_remove(struct mdev_vfio_device *mvdev)
{
	struct mtty *mtty = dev_get_drvdata(&mvdev->dev);

	mdev_vfio_unregister(mvdev, &mtty->vdev);
	vfio_put_device(&mtty->vdev);
}

static void mtty_ask(struct mdev_vfio_device *mvdev, unsigned int count)
{
	struct mtty *mtty = dev_get_drvdata(&mvdev->dev);

	mtty_irq_request(&mtty->irq);
}

struct mdev_vfio_driver mtty_driver = {
	.driver = {
		.name = "mtty",
		.owner = THIS_MODULE,
	},
	.probe = mtty_probe,
	.remove = mtty_remove,
	.request = mtty_ask,
};
