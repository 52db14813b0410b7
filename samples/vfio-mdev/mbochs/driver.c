// SPDX-License-Identifier: GPL-2.0
/*
 * mbochs: a display like QEMU's bochs-display, which the guest's own driver knows.
 *
 * It shows what lives how long. Video memory is provisioned: the parent's create makes it
 * and its remove gives it back, whatever class the slice is in meanwhile. What a user sets
 * up, registers and monitor, is made new in open_device. And what a user can keep longer
 * than either, a dma-buf of the picture, holds its pages by references of its own, so
 * nothing has to wait for it: neither the next user, nor the removal of the slice.
 *
 * What a slice needs is counted in megabytes, of which there is a number for all of them;
 * so how many can still be made depends on the type.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mdev_vfio.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pci_ids.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/sysfs.h>
#include <linux/vfio.h>

#include "mbochs.h"

/* As QEMU has them, without a name in the headers. */
#define MBOCHS_VENDOR	0x1234
#define MBOCHS_DEVICE	0x1111

static unsigned int mem = 256;
module_param(mem, uint, 0444);
MODULE_PARM_DESC(mem, "megabytes of video memory for all displays together (256)");

/* In the order of the types. */
static const struct mbochs_kind {
	u32 mbytes;
	u32 max_width;
	u32 max_height;
} mbochs_kinds[] = {
	{ 4, 800, 600 },
	{ 16, 1920, 1440 },
	{ 64, 0, 0 },
};

static const struct mdev_type mbochs_types[] = {
	{
		.name = "small",
		.pretty_name = "mbochs-small",
		.description = "bochs-display that has 4 MB",
	}, {
		.name = "medium",
		.pretty_name = "mbochs-medium",
		.description = "bochs-display that has 16 MB",
	}, {
		.name = "large",
		.pretty_name = "mbochs-large",
		.description = "bochs-display that has 64 MB",
	},
};

static_assert(ARRAY_SIZE(mbochs_kinds) == ARRAY_SIZE(mbochs_types));

static const struct sample_pci_id mbochs_id = {
	.vendor = MBOCHS_VENDOR,
	.device = MBOCHS_DEVICE,
	.subsystem_vendor = PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
	.subsystem = PCI_SUBDEVICE_ID_QEMU,
	.class = PCI_CLASS_DISPLAY_OTHER << 8,
	.revision = 1,
};

static const struct mdev_vfio_ops mbochs_vfio_ops = {
	.driver_name = "mbochs",
	.device_api = VFIO_DEVICE_API_PCI_STRING,
};

static const struct mbochs_kind *kind_of(const struct mdev_type *type)
{
	return &mbochs_kinds[type - mbochs_types];
}

/* The vfio device. */

static void mbochs_reset(struct mbochs *mb)
{
	mutex_lock(&mb->sv.lock);
	sample_pci_reset(&mb->sv.pci);
	mbochs_regs_reset(mb);
	mutex_unlock(&mb->sv.lock);
}

static void mbochs_add_regions(struct mbochs *mb)
{
	const u32 flags = VFIO_REGION_INFO_FLAG_READ |
			  VFIO_REGION_INFO_FLAG_WRITE;
	const struct sample_region memory = {
		.size = mb->memory->mbytes * SZ_1M,
		.flags = flags | VFIO_REGION_INFO_FLAG_MMAP,
		.access = mbochs_memory_access,
	};
	const struct sample_region regs = {
		.size = MBOCHS_REGS_SIZE,
		.flags = flags,
		.access = mbochs_regs_access,
	};

	sample_vfio_add_bar(&mb->sv, MBOCHS_BAR_MEMORY,
			    PCI_BASE_ADDRESS_MEM_PREFETCH, &memory);
	sample_vfio_add_bar(&mb->sv, MBOCHS_BAR_REGS, 0, &regs);
	mb->sv.regions[MBOCHS_EDID_REGION] = (struct sample_region){
		.size = MBOCHS_EDID_SIZE,
		.flags = flags,
		.type = VFIO_REGION_TYPE_GFX,
		.subtype = VFIO_REGION_SUBTYPE_GFX_EDID,
		.access = mbochs_edid_access,
	};
	mb->sv.nr_regions = MBOCHS_EDID_REGION + 1;
}

static int mbochs_init_device(struct vfio_device *vdev)
{
	struct mbochs *mb = to_mbochs(to_sample_vfio(vdev));
	const struct mbochs_kind *kind;
	struct mdev_slice *slice;

	sample_vfio_init(&mb->sv, &mbochs_id);
	slice = mb->sv.mvdev->slice;
	kind = kind_of(slice->type);
	mb->memory = mdev_slice_drvdata(slice);
	mb->max_width = kind->max_width;
	mb->max_height = kind->max_height;
	mbochs_add_regions(mb);
	return 0;
}

static void mbochs_release_device(struct vfio_device *vdev)
{
	sample_vfio_release(to_sample_vfio(vdev));
}

/* Video memory has no page that a former user could have: close_device sees to that. */
static int mbochs_open_device(struct vfio_device *vdev)
{
	struct mbochs *mb = to_mbochs(to_sample_vfio(vdev));
	int err;

	err = mdev_vfio_open(mb->sv.mvdev);
	if (err)
		return err;
	mbochs_reset(mb);
	mutex_lock(&mb->sv.lock);
	mbochs_edid_reset(mb);
	mbochs_planes_forget(mb);
	mutex_unlock(&mb->sv.lock);
	return 0;
}

static void mbochs_close_device(struct vfio_device *vdev)
{
	struct mbochs *mb = to_mbochs(to_sample_vfio(vdev));

	sample_vfio_forget_user(&mb->sv);
	mbochs_memory_clear(mb->memory);
	mdev_vfio_close(mb->sv.mvdev);
}

static int mbochs_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct mbochs *mb = to_mbochs(to_sample_vfio(vdev));
	unsigned long first;
	int index;

	/* There is one that can be mapped. */
	index = sample_vfio_map(&mb->sv, vma, &first);
	return index < 0 ? index : mbochs_memory_mmap(mb->memory, vma, first);
}

static long mbochs_ioctl(struct vfio_device *vdev, unsigned int cmd,
			 unsigned long arg)
{
	struct mbochs *mb = to_mbochs(to_sample_vfio(vdev));

	switch (cmd) {
	case VFIO_DEVICE_QUERY_GFX_PLANE:
		return mbochs_query_plane(mb, (void __user *)arg);
	case VFIO_DEVICE_GET_GFX_DMABUF:
		return mbochs_get_dmabuf(mb, (void __user *)arg);
	case VFIO_DEVICE_RESET:
		mbochs_reset(mb);
		return 0;
	default:
		return sample_vfio_ioctl(&mb->sv, cmd, (void __user *)arg);
	}
}

static const struct vfio_device_ops mbochs_device_ops = {
	.name = "mbochs",
	.init = mbochs_init_device,
	.release = mbochs_release_device,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
	.open_device = mbochs_open_device,
	.close_device = mbochs_close_device,
	.read = sample_vfio_read,
	.write = sample_vfio_write,
	.mmap = mbochs_mmap,
	.ioctl = mbochs_ioctl,
	.request = sample_vfio_request,
};

/* The vfio driver. */

static int mbochs_probe(struct mdev_vfio_device *mvdev)
{
	struct mbochs *mb;
	int err;

	/* A wish of user space may bring a slice of another parent. */
	if (mdev_vfio_ops(mvdev->slice) != &mbochs_vfio_ops)
		return -ENODEV;
	mb = vfio_alloc_device(mbochs, sv.vdev, &mvdev->dev,
			       &mbochs_device_ops);
	if (IS_ERR(mb))
		return PTR_ERR(mb);
	dev_set_drvdata(&mvdev->dev, mb);
	err = mdev_vfio_register(mvdev, &mb->sv.vdev);
	if (err)
		vfio_put_device(&mb->sv.vdev);
	return err;
}

static void mbochs_remove(struct mdev_vfio_device *mvdev)
{
	struct mbochs *mb = dev_get_drvdata(&mvdev->dev);

	mdev_vfio_unregister(mvdev, &mb->sv.vdev);
	vfio_put_device(&mb->sv.vdev);
}

static void mbochs_request(struct mdev_vfio_device *mvdev, unsigned int nth)
{
	struct mbochs *mb = dev_get_drvdata(&mvdev->dev);

	sample_vfio_request(&mb->sv.vdev, nth);
}

static ssize_t memory_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	const struct mbochs *mb = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u MB\n", mb->memory->mbytes);
}
static DEVICE_ATTR_RO(memory);

static struct attribute *mbochs_attrs[] = {
	&dev_attr_memory.attr,
	NULL,
};

static const struct attribute_group mbochs_group = {
	.name = "vendor",
	.attrs = mbochs_attrs,
};

static const struct attribute_group *mbochs_groups[] = {
	&mbochs_group,
	NULL,
};

static struct mdev_vfio_driver mbochs_driver = {
	.driver = {
		.name = "mbochs",
		.owner = THIS_MODULE,
		.dev_groups = mbochs_groups,
	},
	.probe = mbochs_probe,
	.remove = mbochs_remove,
	.request = mbochs_request,
};

/* The parent. */

static int mbochs_slice_create(struct mdev_slice *slice,
			       const struct mdev_config *config,
			       struct netlink_ext_ack *extack)
{
	u32 mbytes = kind_of(slice->type)->mbytes;
	struct mbochs_memory *memory;

	memory = mbochs_memory_create(mbytes);
	if (IS_ERR(memory)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%u MB of video memory cannot be had, %u of %u are left",
				   mbytes, mbochs_pool_left(), mem);
		return PTR_ERR(memory);
	}
	mdev_slice_set_drvdata(slice, memory);
	return 0;
}

static void mbochs_slice_remove(struct mdev_slice *slice)
{
	mbochs_memory_remove(mdev_slice_drvdata(slice));
}

static unsigned int mbochs_get_available(struct mdev_parent *parent,
					 const struct mdev_type *type)
{
	return mbochs_pool_left() / kind_of(type)->mbytes;
}

static const struct mdev_parent_ops mbochs_parent_ops = {
	.owner = THIS_MODULE,
	.create = mbochs_slice_create,
	.remove = mbochs_slice_remove,
	.get_available = mbochs_get_available,
};

static int mbochs_parent_probe(struct platform_device *pdev)
{
	struct mdev_parent *parent;
	int err;

	parent = mdev_parent_alloc(&pdev->dev);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	parent->ops = &mbochs_parent_ops;
	parent->vfio_ops = &mbochs_vfio_ops;
	parent->types = mbochs_types;
	parent->nr_types = ARRAY_SIZE(mbochs_types);
	platform_set_drvdata(pdev, parent);
	err = mdev_parent_register(parent);
	if (err)
		mdev_parent_free(parent);
	return err;
}

static void mbochs_parent_remove(struct platform_device *pdev)
{
	struct mdev_parent *parent = platform_get_drvdata(pdev);

	mdev_parent_unregister(parent);
	mdev_parent_free(parent);
}

static struct platform_driver mbochs_parent_driver = {
	.driver.name = "mbochs",
	.probe = mbochs_parent_probe,
	.remove = mbochs_parent_remove,
};

static struct platform_device *mbochs_device;

/* The vfio driver comes first: a slice can be made as soon as there is a parent. */
static int __init mbochs_init(void)
{
	int err;

	if (mem > INT_MAX) {
		pr_err("mem=%u, expected at most %d\n", mem, INT_MAX);
		return -EINVAL;
	}
	mbochs_pool_init(mem);
	err = mdev_vfio_driver_register(&mbochs_driver);
	if (err)
		return err;
	err = platform_driver_register(&mbochs_parent_driver);
	if (err)
		goto unregister_driver;
	mbochs_device = platform_device_register_simple("mbochs",
							PLATFORM_DEVID_NONE,
							NULL, 0);
	if (IS_ERR(mbochs_device)) {
		err = PTR_ERR(mbochs_device);
		goto unregister_parent_driver;
	}
	return 0;

unregister_parent_driver:
	platform_driver_unregister(&mbochs_parent_driver);
unregister_driver:
	mdev_vfio_driver_unregister(&mbochs_driver);
	return err;
}

static void __exit mbochs_exit(void)
{
	platform_device_unregister(mbochs_device);
	platform_driver_unregister(&mbochs_parent_driver);
	mdev_vfio_driver_unregister(&mbochs_driver);
}

module_init(mbochs_init);
module_exit(mbochs_exit);

MODULE_DESCRIPTION("Sample parent: displays with video memory, for the guest's bochs driver");
MODULE_LICENSE("GPL");
