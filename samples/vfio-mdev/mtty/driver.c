// SPDX-License-Identifier: GPL-2.0
/*
 * The vfio driver on bus mdev: registers a vfio device for each card, a PCI function that
 * drivers of 16550s know, with a register of I/O addresses for each port, INTx and MSI.
 */
#include <linux/iommufd.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mtty.h"

static const struct sample_pci_id mtty_id = {
	.vendor = 0x4348,		/* WCH */
	.device = 0x3253,		/* CH352, two serial ports */
	.subsystem_vendor = 0x4348,
	.subsystem = 0x3253,
	.class = 0x070002,		/* serial controller, 16550 */
	.revision = 0x10,
};

/* The capability MSI with one vector and an address of 64 bits, in bytes. */
#define MTTY_MSI_LEN	0x0e

/* Whatever may have changed in the UARTs or the command register. */
void mtty_update_irq(struct mtty *mtty)
{
	bool level = false;
	unsigned int i;

	lockdep_assert_held(&mtty->sv.lock);

	for (i = 0; i < mtty->nr_ports; i++)
		level |= mtty_uart_pending(&mtty->uarts[i]);
	mtty_irq_update(&mtty->irq, level,
			!sample_pci_intx_enabled(&mtty->sv.pci));
}

/* Interrupts start last, when there is none that belongs to what was before. */
static void mtty_reset(struct mtty *mtty)
{
	unsigned int i;

	mutex_lock(&mtty->state_lock);
	mtty_migration_reset(mtty);
	mutex_lock(&mtty->sv.lock);
	sample_pci_reset(&mtty->sv.pci);
	for (i = 0; i < mtty->nr_ports; i++)
		mtty_uart_reset(&mtty->uarts[i]);
	mtty_update_irq(mtty);
	mutex_unlock(&mtty->sv.lock);
	mtty_irq_freeze(&mtty->irq, false);
	mutex_unlock(&mtty->state_lock);
}

/* Regions. */

static int config_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
			 bool write)
{
	struct mtty *mtty = to_mtty(&sv->vdev);

	if (write) {
		sample_pci_write(&sv->pci, pos, buf, len);
		mtty_update_irq(mtty);
	} else {
		sample_pci_set_intx(&sv->pci, mtty_irq_asserted(&mtty->irq));
		sample_pci_read(&sv->pci, pos, buf, len);
	}
	return 0;
}

/* What is wider than the registers goes to as many of them. */
static int port_access(struct mtty *mtty, struct mtty_uart *uart, u32 pos,
		       u8 *buf, u32 len, bool write)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (write)
			mtty_uart_write(uart, pos + i, buf[i]);
		else
			buf[i] = mtty_uart_read(uart, pos + i);
	}
	mtty_update_irq(mtty);
	return 0;
}

static int first_port_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
			     bool write)
{
	struct mtty *mtty = to_mtty(&sv->vdev);

	return port_access(mtty, &mtty->uarts[0], pos, buf, len, write);
}

static int second_port_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
			      bool write)
{
	struct mtty *mtty = to_mtty(&sv->vdev);

	return port_access(mtty, &mtty->uarts[1], pos, buf, len, write);
}

static void add_ports(struct mtty *mtty)
{
	static const struct sample_region ports[MTTY_PORTS_MAX] = {
		{
			.size = MTTY_BAR_SIZE,
			.flags = VFIO_REGION_INFO_FLAG_READ |
				 VFIO_REGION_INFO_FLAG_WRITE,
			.access = first_port_access,
		}, {
			.size = MTTY_BAR_SIZE,
			.flags = VFIO_REGION_INFO_FLAG_READ |
				 VFIO_REGION_INFO_FLAG_WRITE,
			.access = second_port_access,
		},
	};
	unsigned int i;

	for (i = 0; i < mtty->nr_ports; i++)
		sample_vfio_add_bar(&mtty->sv, i, PCI_BASE_ADDRESS_SPACE_IO,
				    &ports[i]);
}

static void add_msi(struct sample_pci *pci)
{
	u8 cap = sample_pci_add_cap(pci, PCI_CAP_ID_MSI, MTTY_MSI_LEN);

	sample_pci_put(pci, cap + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_64BIT);
	sample_pci_allow(pci, cap + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE);
	sample_pci_allow(pci, cap + PCI_MSI_ADDRESS_LO, 4, ~3U);
	sample_pci_allow(pci, cap + PCI_MSI_ADDRESS_HI, 4, U32_MAX);
	sample_pci_allow(pci, cap + PCI_MSI_DATA_64, 2, U16_MAX);
}

/* The vfio device. */

static int mtty_init_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);
	struct sample_vfio *sv = &mtty->sv;

	sample_vfio_init(sv, &mtty_id);
	sv->regions[VFIO_PCI_CONFIG_REGION_INDEX].access = config_access;
	mtty->nr_ports = mtty_ports_of(sv->mvdev->slice->type);
	add_ports(mtty);
	sample_pci_add_intx(&sv->pci);
	add_msi(&sv->pci);
	mutex_init(&mtty->state_lock);
	mtty_irq_init(&mtty->irq);
	mtty_reset(mtty);
	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				VFIO_MIGRATION_PRE_COPY;
	vdev->mig_ops = &mtty_migration_ops;
	return 0;
}

static void mtty_release_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);

	mutex_destroy(&mtty->state_lock);
	sample_vfio_release(&mtty->sv);
}

static int mtty_open_device(struct vfio_device *vdev)
{
	struct mtty *mtty = to_mtty(vdev);
	int err;

	err = mdev_vfio_open(mtty->sv.mvdev);
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
	mdev_vfio_close(mtty->sv.mvdev);
}

/* Requests. */

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
	mutex_lock(&mtty->sv.lock);
	ret = mtty_irq_set(&mtty->irq, &set, data);
	mutex_unlock(&mtty->sv.lock);
	kfree(data);
	return ret;
}

static long mtty_ioctl(struct vfio_device *vdev, unsigned int cmd,
		       unsigned long arg)
{
	struct mtty *mtty = to_mtty(vdev);

	switch (cmd) {
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info((void __user *)arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(mtty, (void __user *)arg);
	case VFIO_DEVICE_RESET:
		mtty_reset(mtty);
		return 0;
	default:
		return sample_vfio_ioctl(&mtty->sv, cmd, (void __user *)arg);
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
	.read = sample_vfio_read,
	.write = sample_vfio_write,
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
	mtty = vfio_alloc_device(mtty, sv.vdev, &mvdev->dev,
				 &mtty_device_ops);
	if (IS_ERR(mtty))
		return PTR_ERR(mtty);
	dev_set_drvdata(&mvdev->dev, mtty);
	err = mdev_vfio_register(mvdev, &mtty->sv.vdev);
	if (err)
		vfio_put_device(&mtty->sv.vdev);
	return err;
}

static void mtty_remove(struct mdev_vfio_device *mvdev)
{
	struct mtty *mtty = dev_get_drvdata(&mvdev->dev);

	mdev_vfio_unregister(mvdev, &mtty->sv.vdev);
	vfio_put_device(&mtty->sv.vdev);
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
