// SPDX-License-Identifier: GPL-2.0
/*
 * The NICs: platform devices, each of which is a parent.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci_ids.h>
#include <linux/platform_device.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <uapi/linux/virtio_ids.h>

#include "mdev_net.h"

#define PARENTS_MAX	16

static unsigned int parents = 1;
module_param(parents, uint, 0444);
MODULE_PARM_DESC(parents, "number of NICs, 1 to 16 (default 1)");

unsigned int mdev_net_max_slices = MDEV_NET_SLICES_MAX;
module_param_named(max_slices, mdev_net_max_slices, uint, 0444);
MODULE_PARM_DESC(max_slices, "most slices of one NIC, 1 to " __stringify(MDEV_NET_SLICES_MAX)
		 " (default " __stringify(MDEV_NET_SLICES_MAX) ")");

static struct platform_device *nics[PARENTS_MAX];

static const struct mdev_type net_type = {
	.name = "net",
	.pretty_name = "virtio-net",
	.description = "software virtio network device with a representor",
	.device_id = VIRTIO_ID_NET,
	.vendor_id = PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
	.features = MDEV_NET_FEATURES,
	.max_vqs = MDEV_NET_VQS_MAX,
	.create_mask = MDEV_CONFIG_FEATURES | MDEV_CONFIG_NET |
		       MDEV_CONFIG_QUEUE_SIZE | MDEV_CONFIG_NUMA_NODE |
		       MDEV_CONFIG_CPUS,
	.configure_mask = MDEV_CONFIG_FEATURES | MDEV_CONFIG_NET_MAC |
			  MDEV_CONFIG_NET_MTU | MDEV_CONFIG_QUEUE_SIZE |
			  MDEV_CONFIG_CPUS,
};

static struct mdev_net_parent *nic_alloc(struct device *dev)
{
	struct mdev_net_parent *np;

	np = devm_kzalloc(dev, sizeof(*np), GFP_KERNEL);
	if (!np)
		return ERR_PTR(-ENOMEM);
	np->parent = mdev_parent_alloc(dev);
	if (IS_ERR(np->parent))
		return ERR_CAST(np->parent);
	np->parent->ops = &mdev_net_parent_ops;
	np->parent->virtio_ops = &mdev_net_virtio_ops;
	np->parent->vhost_ops = &mdev_net_vhost_ops;
	np->parent->types = &net_type;
	np->parent->nr_types = 1;
	np->switch_id.id_len = sizeof(u64);
	get_random_bytes(np->switch_id.id, np->switch_id.id_len);
	np->max_slices = mdev_net_max_slices;
	np->max_pairs = MDEV_NET_SLICES_MAX * MDEV_NET_PAIRS_MAX;
	xa_init_flags(&np->ports, XA_FLAGS_ALLOC);
	return np;
}

static int nic_probe(struct platform_device *pdev)
{
	struct mdev_net_parent *np;
	int err;

	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		return err;
	np = nic_alloc(&pdev->dev);
	if (IS_ERR(np))
		return PTR_ERR(np);
	platform_set_drvdata(pdev, np);
	mdev_net_fault_add(np);
	err = mdev_net_devlink_add(np);
	if (err)
		goto fault_remove;
	err = mdev_parent_register(np->parent);
	if (err)
		goto devlink_remove;
	return 0;

devlink_remove:
	mdev_net_devlink_remove(np);
fault_remove:
	mdev_net_fault_remove(np);
	mdev_parent_free(np->parent);
	return err;
}

/* Unregistering removes the slices, so nothing uses @np afterwards. */
static void nic_remove(struct platform_device *pdev)
{
	struct mdev_net_parent *np = platform_get_drvdata(pdev);

	mdev_parent_unregister(np->parent);
	mdev_net_devlink_remove(np);
	mdev_net_fault_remove(np);
	mdev_parent_free(np->parent);
	xa_destroy(&np->ports);
}

/*
 * The name of a NIC is what people type, so it has neither a dot nor a suffix;
 * the driver finds its devices by this table, also when they are bound again.
 */
static const struct platform_device_id nic_ids[] = {
	{ "mdev_net0" }, { "mdev_net1" }, { "mdev_net2" }, { "mdev_net3" },
	{ "mdev_net4" }, { "mdev_net5" }, { "mdev_net6" }, { "mdev_net7" },
	{ "mdev_net8" }, { "mdev_net9" }, { "mdev_net10" }, { "mdev_net11" },
	{ "mdev_net12" }, { "mdev_net13" }, { "mdev_net14" }, { "mdev_net15" },
	{ }
};

static_assert(ARRAY_SIZE(nic_ids) == PARENTS_MAX + 1);

static struct platform_driver nic_driver = {
	.driver.name = "mdev_net",
	.id_table = nic_ids,
	.probe = nic_probe,
	.remove = nic_remove,
};

static void nics_unregister(void)
{
	int i;

	for (i = parents - 1; i >= 0; i--)
		platform_device_unregister(nics[i]);
}

static int nics_register(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < parents; i++) {
		nics[i] = platform_device_register_simple(nic_ids[i].name,
							  PLATFORM_DEVID_NONE,
							  NULL, 0);
		if (IS_ERR(nics[i])) {
			err = PTR_ERR(nics[i]);
			break;
		}
		/* The driver core has logged why the probe failed. */
		if (!platform_get_drvdata(nics[i])) {
			platform_device_unregister(nics[i]);
			err = -ENODEV;
			break;
		}
	}
	if (!err)
		return 0;
	parents = i;
	nics_unregister();
	return err;
}

static bool parameters_valid(void)
{
	if (parents < 1 || parents > PARENTS_MAX) {
		pr_err("parents=%u, expected 1 to %u\n", parents, PARENTS_MAX);
		return false;
	}
	if (mdev_net_max_slices < 1 || mdev_net_max_slices > MDEV_NET_SLICES_MAX) {
		pr_err("max_slices=%u, expected 1 to %u\n",
		       mdev_net_max_slices, MDEV_NET_SLICES_MAX);
		return false;
	}
	return true;
}

static int __init mdev_net_init(void)
{
	int err;

	if (!parameters_valid())
		return -EINVAL;
	err = mdev_net_announce_init();
	if (err)
		return err;
	mdev_net_fault_init();
	err = platform_driver_register(&nic_driver);
	if (err)
		goto fault_exit;
	err = nics_register();
	if (err)
		goto driver_unregister;
	return 0;

driver_unregister:
	platform_driver_unregister(&nic_driver);
fault_exit:
	mdev_net_fault_exit();
	mdev_net_announce_exit();
	return err;
}
module_init(mdev_net_init);

static void __exit mdev_net_exit(void)
{
	nics_unregister();
	platform_driver_unregister(&nic_driver);
	mdev_net_fault_exit();
	mdev_net_announce_exit();
}
module_exit(mdev_net_exit);

MODULE_DESCRIPTION("Software NIC whose slices are virtio-net devices");
MODULE_LICENSE("GPL");
