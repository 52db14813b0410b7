// SPDX-License-Identifier: GPL-2.0
/*
 * Driver vfio_virtio on bus mdev: takes any slice with virtio operations and registers a
 * vfio device for it, which looks like a virtio function on PCI.
 */
#include <linux/iommufd.h>
#include <linux/mdev_vhost.h>
#include <linux/module.h>
#include <linux/pci_regs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "virtio.h"

static int vv_init(struct vfio_device *vdev)
{
	struct vfio_virtio *vv = to_vv(vdev);
	int err;

	vv->mvdev = to_mdev_vfio_device(vdev->dev);
	vv->slice = vv->mvdev->slice;
	vv->ops = mdev_virtio_ops(vv->slice);
	mutex_init(&vv->lock);
	spin_lock_init(&vv->as_lock);
	INIT_LIST_HEAD(&vv->ioeventfds);
	err = vv_transport_init(vv);
	if (err)
		return err;
	/* One for each queue and one for the configuration, if there are as many. */
	vv->nr_vectors = min(vv->nr_queues + 1, PCI_MSIX_FLAGS_QSIZE + 1);
	err = vv_irq_init(vv);
	if (err) {
		kvfree(vv->queues);
		return err;
	}
	vv_pci_init(vv);
	vv_mig_init(vv);
	vv_unmap_init(vv);
	mdev_vfio_driver_get(&vfio_virtio_driver);
	return 0;
}

static void vv_release(struct vfio_device *vdev)
{
	struct vfio_virtio *vv = to_vv(vdev);

	vv_irq_end(vv);
	kvfree(vv->queues);
	mutex_destroy(&vv->lock);
	mdev_vfio_driver_put(&vfio_virtio_driver);
}

/* Opening and closing. */

static unsigned int nr_groups(const struct vfio_virtio *vv)
{
	const struct mdev_vhost_ops *ops = mdev_vhost_ops(vv->slice);

	return ops ? ops->nr_groups : 1;
}

/* Guest addresses mean the same to all queues. An error leaves out no group. */
static int set_as(struct vfio_virtio *vv, struct mdev_as *as)
{
	unsigned int group;
	int err = 0;

	for (group = 0; group < nr_groups(vv); group++)
		err = vv->ops->set_as(vv->slice, group, as) ?: err;
	return err;
}

/* Takes over the reference. */
static void replace_as(struct vfio_virtio *vv, struct mdev_as *as)
{
	spin_lock(&vv->as_lock);
	swap(vv->as, as);
	spin_unlock(&vv->as_lock);
	mdev_as_put(as);
}

/* With a reference, or NULL. */
static struct mdev_as *get_as(struct vfio_virtio *vv)
{
	struct mdev_as *as;

	spin_lock(&vv->as_lock);
	as = vv->as ? mdev_as_get(vv->as) : NULL;
	spin_unlock(&vv->as_lock);
	return as;
}

static int reset(struct vfio_virtio *vv)
{
	int err;

	mutex_lock(&vv->lock);
	vv_mig_reset(vv);
	vv_pci_reset_msix(vv);
	err = vv_transport_reset(vv);
	mutex_unlock(&vv->lock);
	return err;
}

static int vv_start(struct vfio_virtio *vv)
{
	struct mdev_as *as;
	int err;

	mutex_lock(&vv->lock);
	vv_pci_reset(vv);
	mutex_unlock(&vv->lock);
	err = reset(vv);
	if (err)
		return err;
	as = vv_as_create(&vv->vdev);
	if (IS_ERR(as))
		return PTR_ERR(as);
	replace_as(vv, as);
	return set_as(vv, as);
}

/*
 * Nothing of the user's memory is touched after the reset. Should that fail, the queues
 * lose the address space all the same, and have none to work in.
 */
static void vv_stop(struct vfio_virtio *vv)
{
	mutex_lock(&vv->lock);
	vv_ioeventfd_release(vv);
	mutex_unlock(&vv->lock);
	if (vv->as)
		vv_as_kill(vv->as);
	if (reset(vv))
		dev_warn(vv->vdev.dev, "cannot be reset\n");
	vv_transport_detach(vv);
	vv_irq_release(vv);
	set_as(vv, NULL);
	if (vv->as)
		vv_as_forget_areas(vv->as);
	replace_as(vv, NULL);
}

static int vv_open_device(struct vfio_device *vdev)
{
	struct vfio_virtio *vv = to_vv(vdev);
	int err;

	err = mdev_vfio_open(vv->mvdev);
	if (err)
		return err;
	vv_unmap_open(vv);
	err = vv_start(vv);
	if (err) {
		vv_stop(vv);
		mdev_vfio_close(vv->mvdev);
	}
	return err;
}

static void vv_close_device(struct vfio_device *vdev)
{
	struct vfio_virtio *vv = to_vv(vdev);

	vv_stop(vv);
	mdev_vfio_close(vv->mvdev);
}

static void vv_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	struct vfio_virtio *vv = to_vv(vdev);
	struct mdev_as *as;

	vv_unmap_call(vv);
	/* The core calls from before open_device until after close_device. */
	as = get_as(vv);
	if (as)
		vv_as_unmap(as, iova, length);
	mdev_as_put(as);
}

static void vv_request(struct vfio_device *vdev, unsigned int count)
{
	vv_irq_request(to_vv(vdev), count);
}

/* Regions. */

static u64 region_size(const struct vfio_virtio *vv, unsigned int index)
{
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		return VV_CONFIG_SIZE;
	return index < ARRAY_SIZE(vv->bar_size) ? vv->bar_size[index] : 0;
}

/* The table of MSI-X is the user's: it has what is in it from its own guest. */
static void region_read(struct vfio_virtio *vv, unsigned int index, u32 pos,
			u8 *buf, u32 len)
{
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		vv_pci_read(vv, pos, buf, len);
	else if (index == VV_BAR_VIRTIO)
		vv_transport_read(vv, pos, buf, len);
	else
		memset(buf, U8_MAX, len);
}

static void region_write(struct vfio_virtio *vv, unsigned int index, u32 pos,
			 const u8 *buf, u32 len)
{
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		vv_pci_write(vv, pos, buf, len);
	else if (index == VV_BAR_VIRTIO)
		vv_transport_write(vv, pos, buf, len);
}

/* As much of it as one access can be: 1, 2 or 4 bytes, aligned. */
static u32 access_len(u32 pos, size_t count)
{
	if (count >= 4 && !(pos % 4))
		return 4;
	return count >= 2 && !(pos % 2) ? 2 : 1;
}

static ssize_t region_range(struct vfio_virtio *vv, size_t count, loff_t ppos,
			    unsigned int *index, u32 *pos)
{
	u64 size;

	*index = ppos >> VV_REGION_SHIFT;
	size = region_size(vv, *index);
	if ((ppos & VV_REGION_MASK) >= size)
		return -EINVAL;
	*pos = ppos & VV_REGION_MASK;
	return min_t(u64, count, size - *pos);
}

static ssize_t vv_read(struct vfio_device *vdev, char __user *buf, size_t count,
		       loff_t *ppos)
{
	struct vfio_virtio *vv = to_vv(vdev);
	ssize_t left, done = 0;
	unsigned int index;
	u8 data[4];
	u32 pos, len;

	left = region_range(vv, count, *ppos, &index, &pos);
	for (; left > 0; left -= len, pos += len, done += len) {
		len = access_len(pos, left);
		region_read(vv, index, pos, data, len);
		if (copy_to_user(buf + done, data, len))
			return -EFAULT;
	}
	if (left < 0)
		return left;
	*ppos += done;
	return done;
}

static ssize_t vv_write(struct vfio_device *vdev, const char __user *buf,
			size_t count, loff_t *ppos)
{
	struct vfio_virtio *vv = to_vv(vdev);
	ssize_t left, done = 0;
	unsigned int index;
	u8 data[4];
	u32 pos, len;

	vv_as_used(vv->as);
	left = region_range(vv, count, *ppos, &index, &pos);
	for (; left > 0; left -= len, pos += len, done += len) {
		len = access_len(pos, left);
		if (copy_from_user(data, buf + done, len))
			return -EFAULT;
		region_write(vv, index, pos, data, len);
	}
	if (left < 0)
		return left;
	*ppos += done;
	return done;
}

/* Requests. */

static long get_info(struct vfio_virtio *vv, void __user *arg)
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

static long get_region_info(struct vfio_virtio *vv, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info.size = region_size(vv, info.index);
	info.flags = info.size ? VFIO_REGION_INFO_FLAG_READ |
				 VFIO_REGION_INFO_FLAG_WRITE : 0;
	info.cap_offset = 0;
	info.offset = vv_region_offset(info.index);
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long get_irq_info(struct vfio_virtio *vv, void __user *arg)
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
	info.count = vv_irq_count(vv, info.index);
	info.flags = vv_irq_flags(info.index);
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long set_irqs(struct vfio_virtio *vv, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size = 0;
	long ret;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;
	ret = vfio_set_irqs_validate_and_prepare(&set,
						 vv_irq_count(vv, set.index),
						 VFIO_PCI_NUM_IRQS, &size);
	if (ret)
		return ret;
	if (size) {
		data = memdup_user(arg + minsz, size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	mutex_lock(&vv->lock);
	ret = vv_irq_set(vv, &set, data);
	mutex_unlock(&vv->lock);
	kfree(data);
	return ret;
}

static long set_ioeventfd(struct vfio_virtio *vv, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_device_ioeventfd, fd);
	struct vfio_device_ioeventfd ioeventfd;
	long ret;

	if (copy_from_user(&ioeventfd, arg, minsz))
		return -EFAULT;
	if (ioeventfd.argsz < minsz)
		return -EINVAL;
	mutex_lock(&vv->lock);
	ret = vv_ioeventfd_set(vv, &ioeventfd);
	mutex_unlock(&vv->lock);
	return ret;
}

static long vv_ioctl(struct vfio_device *vdev, unsigned int cmd,
		     unsigned long arg)
{
	struct vfio_virtio *vv = to_vv(vdev);

	vv_as_used(vv->as);
	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return get_info(vv, (void __user *)arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info(vv, (void __user *)arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info(vv, (void __user *)arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(vv, (void __user *)arg);
	case VFIO_DEVICE_IOEVENTFD:
		return set_ioeventfd(vv, (void __user *)arg);
	case VFIO_DEVICE_RESET:
		return reset(vv);
	default:
		return -ENOTTY;
	}
}

static const struct vfio_device_ops vv_device_ops = {
	.name = "vfio_virtio",
	.init = vv_init,
	.release = vv_release,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
	.open_device = vv_open_device,
	.close_device = vv_close_device,
	.read = vv_read,
	.write = vv_write,
	.ioctl = vv_ioctl,
	.request = vv_request,
	.dma_unmap = vv_dma_unmap,
};

static int vv_probe(struct mdev_vfio_device *mvdev)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(mvdev->slice);
	struct vfio_virtio *vv;
	int err;

	/* A wish of user space may bring any. */
	if (!ops || !ops->set_as)
		return -EOPNOTSUPP;
	vv = vfio_alloc_device(vfio_virtio, vdev, &mvdev->dev, &vv_device_ops);
	if (IS_ERR(vv))
		return PTR_ERR(vv);
	dev_set_drvdata(&mvdev->dev, vv);
	err = mdev_vfio_register(mvdev, &vv->vdev);
	if (err)
		vfio_put_device(&vv->vdev);
	return err;
}

static void vv_remove(struct mdev_vfio_device *mvdev)
{
	struct vfio_virtio *vv = dev_get_drvdata(&mvdev->dev);

	mdev_vfio_unregister(mvdev, &vv->vdev);
	vfio_put_device(&vv->vdev);
}

static void vv_ask(struct mdev_vfio_device *mvdev, unsigned int count)
{
	struct vfio_virtio *vv = dev_get_drvdata(&mvdev->dev);

	vv_irq_request(vv, count);
}

struct mdev_vfio_driver vfio_virtio_driver = {
	.driver = {
		.name = "vfio_virtio",
		.owner = THIS_MODULE,
	},
	.probe = vv_probe,
	.remove = vv_remove,
	.request = vv_ask,
};
