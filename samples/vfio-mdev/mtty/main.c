// SPDX-License-Identifier: GPL-2.0
/*
 * mtty: serial cards with one port or two, each with a plug that leads what it sends back.
 *
 * It shows a complete device in class vfio: one with registers that a guest's own driver
 * drives, with interrupts (INTx, which is a level, and MSI), that can be reset, saved in
 * the middle of what it does and restored in another card. And it shows two types that
 * share what they are made of: there are 24 ports, in cards of one or of two. And that a
 * parent can be any device: one that is not there, and any PCI device that is put into its
 * hands, because libvirt makes slices of PCI devices only.
 *
 * main.c	the parents: types and the pool of ports
 * driver.c	the vfio driver, regions and requests of a card
 * uart.c	its ports
 * irq.c	its interrupt
 * migration.c	its states, from running to resuming
 * stream.c	what is sent to the other side
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/mdev_class.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "mtty.h"

/* In the order of how many ports they have, from 1 on. */
static const struct mdev_type mtty_types[] = {
	{
		.name = "1",
		.pretty_name = "one serial port",
		.description = "16550 with a loop-back plug",
	}, {
		.name = "2",
		.pretty_name = "two serial ports",
		.description = "two 16550s with loop-back plugs",
	},
};

static_assert(ARRAY_SIZE(mtty_types) == MTTY_PORTS_MAX);

const struct mdev_vfio_ops mtty_vfio_ops = {
	.driver_name = "mtty",
	.device_api = VFIO_DEVICE_API_PCI_STRING,
};

/* Ports that are in no card. */
static atomic_t ports_left = ATOMIC_INIT(MTTY_PORTS_ALL);

unsigned int mtty_ports_of(const struct mdev_type *type)
{
	return type - mtty_types + 1;
}

/* A card has its ports from now on, in whatever class it is. */
static int mtty_slice_create(struct mdev_slice *slice,
			     const struct mdev_config *config,
			     struct netlink_ext_ack *extack)
{
	int wanted = mtty_ports_of(slice->type);
	int left = atomic_read(&ports_left);

	do {
		if (left < wanted) {
			NL_SET_ERR_MSG_FMT(extack,
					   "%d ports are left of %d, and the type has %d",
					   left, MTTY_PORTS_ALL, wanted);
			return -EUSERS;
		}
	} while (!atomic_try_cmpxchg(&ports_left, &left, left - wanted));
	return 0;
}

static void mtty_slice_remove(struct mdev_slice *slice)
{
	atomic_add(mtty_ports_of(slice->type), &ports_left);
}

static unsigned int mtty_get_available(struct mdev_parent *parent,
				       const struct mdev_type *type)
{
	return atomic_read(&ports_left) / mtty_ports_of(type);
}

static const struct mdev_parent_ops mtty_parent_ops = {
	.owner = THIS_MODULE,
	.create = mtty_slice_create,
	.remove = mtty_slice_remove,
	.get_available = mtty_get_available,
};

/* It is whatever device there is that makes the parent, and of that nothing is used. */
static int mtty_parent_add(struct device *dev)
{
	struct mdev_parent *parent = mdev_parent_alloc(dev);
	int err;

	if (IS_ERR(parent))
		return PTR_ERR(parent);
	parent->ops = &mtty_parent_ops;
	parent->vfio_ops = &mtty_vfio_ops;
	parent->types = mtty_types;
	parent->nr_types = ARRAY_SIZE(mtty_types);
	dev_set_drvdata(dev, parent);
	err = mdev_parent_register(parent);
	if (err)
		mdev_parent_free(parent);
	return err;
}

static void mtty_parent_del(struct device *dev)
{
	struct mdev_parent *parent = dev_get_drvdata(dev);

	mdev_parent_unregister(parent);
	mdev_parent_free(parent);
}

static int mtty_platform_probe(struct platform_device *pdev)
{
	return mtty_parent_add(&pdev->dev);
}

static void mtty_platform_remove(struct platform_device *pdev)
{
	mtty_parent_del(&pdev->dev);
}

static struct platform_driver mtty_platform_driver = {
	.driver = {
		.name = "mtty",
	},
	.probe = mtty_platform_probe,
	.remove = mtty_platform_remove,
};

static int mtty_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return mtty_parent_add(&pdev->dev);
}

static void mtty_pci_remove(struct pci_dev *pdev)
{
	mtty_parent_del(&pdev->dev);
}

/* It asks for no device: an administrator gives it one, by "driver_override". */
static struct pci_driver mtty_pci_driver = {
	.name = "mtty",
	.probe = mtty_pci_probe,
	.remove = mtty_pci_remove,
};

/* The card cage, which is not there either. */
static struct platform_device *mtty_device;

static int mtty_platform_register(void)
{
	int err;

	err = platform_driver_register(&mtty_platform_driver);
	if (err)
		return err;
	mtty_device = platform_device_register_simple("mtty",
						      PLATFORM_DEVID_NONE,
						      NULL, 0);
	if (!IS_ERR(mtty_device))
		return 0;
	platform_driver_unregister(&mtty_platform_driver);
	return PTR_ERR(mtty_device);
}

static void mtty_platform_unregister(void)
{
	platform_device_unregister(mtty_device);
	platform_driver_unregister(&mtty_platform_driver);
}

/* The vfio driver comes first: slices of the parents are not to wait for it. */
static int __init mtty_init(void)
{
	int err;

	err = mdev_vfio_driver_register(&mtty_driver);
	if (err)
		return err;
	err = mtty_platform_register();
	if (err)
		goto unregister_driver;
	err = pci_register_driver(&mtty_pci_driver);
	if (err)
		goto unregister_platform;
	return 0;

unregister_platform:
	mtty_platform_unregister();
unregister_driver:
	mdev_vfio_driver_unregister(&mtty_driver);
	return err;
}

static void __exit mtty_exit(void)
{
	pci_unregister_driver(&mtty_pci_driver);
	mtty_platform_unregister();
	mdev_vfio_driver_unregister(&mtty_driver);
}

module_init(mtty_init);
module_exit(mtty_exit);

MODULE_DESCRIPTION("Sample of class vfio: serial cards that can be migrated");
MODULE_LICENSE("GPL");
