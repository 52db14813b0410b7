// SPDX-License-Identifier: GPL-2.0
/*
 * mdpy: a display that is nothing but a framebuffer.
 *
 * It shows how small a parent with a vfio driver of its own is. Three things make one: a
 * table of types, struct mdev_parent_ops for the life of the slices, and struct
 * mdev_vfio_ops, which names the vfio driver. That is an ordinary driver, on bus mdev: its
 * probe registers a vfio device, whose operations the vfio core calls, and nobody in
 * between.
 *
 * To a guest a slice is a PCI function with its framebuffer in BAR 0; a capability tells
 * the format, width and height. To QEMU the same memory is a second region, which it shows.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/log2.h>
#include <linux/mdev_class.h>
#include <linux/mdev_vfio.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pci_ids.h>
#include <linux/platform_device.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vmalloc.h>
#include <uapi/drm/drm_fourcc.h>

#include "vfio.h"

#define MDPY_DEVICE_ID		0x000f
/* The region that shows the framebuffer to the user, who is not the guest. */
#define MDPY_DISPLAY_REGION	VFIO_PCI_NUM_REGIONS

#define MDPY_FORMAT		DRM_FORMAT_XRGB8888
#define MDPY_PIXEL		4	/* bytes */

/* The capability: its header, its length, and three numbers of 4 bytes. */
#define MDPY_CAP_LEN		0x10
#define MDPY_CAP_FORMAT		0x04
#define MDPY_CAP_WIDTH		0x08
#define MDPY_CAP_HEIGHT		0x0c

static unsigned int count = 4;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "how many displays there can be (4)");

/* How many more there can be. */
static atomic_t mdpy_left;

/* In the order of the types. */
static const struct mdpy_size {
	u32 width;
	u32 height;
} mdpy_sizes[] = {
	{ 640, 480 },
	{ 1024, 768 },
	{ 1920, 1080 },
};

static const struct mdev_type mdpy_types[] = {
	{
		.name = "vga",
		.pretty_name = "mdpy-vga",
		.description = "640x480 pixels in a region",
	}, {
		.name = "xga",
		.pretty_name = "mdpy-xga",
		.description = "1024x768 pixels in a region",
	}, {
		.name = "hd",
		.pretty_name = "mdpy-hd",
		.description = "1920x1080 pixels in a region",
	},
};

static_assert(ARRAY_SIZE(mdpy_sizes) == ARRAY_SIZE(mdpy_types));

static const struct sample_pci_id mdpy_id = {
	.vendor = PCI_VENDOR_ID_REDHAT,
	.device = MDPY_DEVICE_ID,
	.subsystem_vendor = PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
	.subsystem = PCI_SUBDEVICE_ID_QEMU,
	.class = PCI_CLASS_DISPLAY_OTHER << 8,
	.revision = 1,
};

static const struct mdev_vfio_ops mdpy_vfio_ops = {
	.driver_name = "mdpy",
	.device_api = VFIO_DEVICE_API_PCI_STRING,
};

/**
 * struct mdpy - a display
 * @sv: the vfio device
 * @size: of the picture
 * @memory: the framebuffer, and what is missing to a power of two; as long as the device is
 *	open
 */
struct mdpy {
	struct sample_vfio sv;
	const struct mdpy_size *size;
	u8 *memory;
};

static struct mdpy *to_mdpy(struct sample_vfio *sv)
{
	return container_of(sv, struct mdpy, sv);
}

static u32 mdpy_stride(const struct mdpy *mdpy)
{
	return mdpy->size->width * MDPY_PIXEL;
}

static u32 mdpy_memory_size(const struct mdpy *mdpy)
{
	return roundup_pow_of_two(mdpy->size->height * mdpy_stride(mdpy));
}

/* The vfio device. */

static int mdpy_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
		       bool write)
{
	u8 *memory = to_mdpy(sv)->memory + pos;

	if (write)
		memcpy(memory, buf, len);
	else
		memcpy(buf, memory, len);
	return 0;
}

/* From black to white, so that something can be seen. */
static void mdpy_paint(struct mdpy *mdpy)
{
	u32 stride = mdpy_stride(mdpy);
	u32 y;

	memset(mdpy->memory, 0, mdpy_memory_size(mdpy));
	for (y = 0; y < mdpy->size->height; y++)
		memset(mdpy->memory + y * stride,
		       y * U8_MAX / mdpy->size->height, stride);
}

static void mdpy_reset(struct mdpy *mdpy)
{
	mutex_lock(&mdpy->sv.lock);
	sample_pci_reset(&mdpy->sv.pci);
	mdpy_paint(mdpy);
	mutex_unlock(&mdpy->sv.lock);
}

static void mdpy_add_cap(struct mdpy *mdpy)
{
	struct sample_pci *pci = &mdpy->sv.pci;
	u8 cap = sample_pci_add_cap(pci, PCI_CAP_ID_VNDR, MDPY_CAP_LEN);

	sample_pci_put(pci, cap + PCI_CAP_FLAGS, 1, MDPY_CAP_LEN);
	sample_pci_put(pci, cap + MDPY_CAP_FORMAT, 4, MDPY_FORMAT);
	sample_pci_put(pci, cap + MDPY_CAP_WIDTH, 4, mdpy->size->width);
	sample_pci_put(pci, cap + MDPY_CAP_HEIGHT, 4, mdpy->size->height);
}

static int mdpy_init_device(struct vfio_device *vdev)
{
	struct mdpy *mdpy = to_mdpy(to_sample_vfio(vdev));
	struct sample_region region = {
		.flags = VFIO_REGION_INFO_FLAG_READ |
			 VFIO_REGION_INFO_FLAG_WRITE |
			 VFIO_REGION_INFO_FLAG_MMAP,
		.access = mdpy_access,
	};

	sample_vfio_init(&mdpy->sv, &mdpy_id);
	mdpy->size = &mdpy_sizes[mdpy->sv.mvdev->slice->type - mdpy_types];
	region.size = mdpy_memory_size(mdpy);
	sample_vfio_add_bar(&mdpy->sv, 0, PCI_BASE_ADDRESS_MEM_PREFETCH,
			    &region);
	mdpy->sv.regions[MDPY_DISPLAY_REGION] = region;
	mdpy->sv.nr_regions = MDPY_DISPLAY_REGION + 1;
	mdpy_add_cap(mdpy);
	return 0;
}

static void mdpy_release_device(struct vfio_device *vdev)
{
	sample_vfio_release(to_sample_vfio(vdev));
}

/*
 * Each user has memory of its own. The last one may still have pages of its memory, in a
 * pipe or because another driver has pinned them, and would see there what is painted next.
 */
static int mdpy_open_device(struct vfio_device *vdev)
{
	struct mdpy *mdpy = to_mdpy(to_sample_vfio(vdev));
	int err;

	err = mdev_vfio_open(mdpy->sv.mvdev);
	if (err)
		return err;
	mdpy->memory = __vmalloc(mdpy_memory_size(mdpy),
				 GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!mdpy->memory) {
		mdev_vfio_close(mdpy->sv.mvdev);
		return -ENOMEM;
	}
	mdpy_reset(mdpy);
	return 0;
}

/* A mapping would keep the device open, so there is none. Who has pages keeps them. */
static void mdpy_close_device(struct vfio_device *vdev)
{
	struct mdpy *mdpy = to_mdpy(to_sample_vfio(vdev));

	sample_vfio_forget_user(&mdpy->sv);
	vfree(mdpy->memory);
	mdpy->memory = NULL;
	mdev_vfio_close(mdpy->sv.mvdev);
}

static vm_fault_t mdpy_fault(struct vm_fault *vmf)
{
	struct mdpy *mdpy = vmf->vma->vm_private_data;

	vmf->page = vmalloc_to_page(mdpy->memory + (vmf->pgoff << PAGE_SHIFT));
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct mdpy_vm_ops = {
	.fault = mdpy_fault,
};

/* What is mapped is within the memory, and does not grow. */
static int mdpy_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct mdpy *mdpy = to_mdpy(to_sample_vfio(vdev));
	unsigned long first;
	int index;

	index = sample_vfio_map(&mdpy->sv, vma, &first);
	if (index < 0)
		return index;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	/* From here on pages count from the beginning of the memory. */
	vma->vm_pgoff = first;
	vma->vm_ops = &mdpy_vm_ops;
	vma->vm_private_data = mdpy;
	return 0;
}

/* QEMU does not say which plane it means, and there is but one. */
static long mdpy_query_plane(struct mdpy *mdpy, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_device_gfx_plane_info,
				   region_index);
	struct vfio_device_gfx_plane_info plane;
	u32 argsz, type;

	if (copy_from_user(&plane, arg, minsz))
		return -EFAULT;
	argsz = plane.argsz;
	type = plane.drm_plane_type;
	if (argsz < minsz)
		return -EINVAL;
	if (plane.flags == (VFIO_GFX_PLANE_TYPE_PROBE |
			    VFIO_GFX_PLANE_TYPE_REGION))
		return 0;
	if (plane.flags != VFIO_GFX_PLANE_TYPE_REGION)
		return -EINVAL;
	plane = (struct vfio_device_gfx_plane_info){
		.argsz = argsz,
		.flags = VFIO_GFX_PLANE_TYPE_REGION,
		.drm_plane_type = type,
		.drm_format = MDPY_FORMAT,
		.width = mdpy->size->width,
		.height = mdpy->size->height,
		.stride = mdpy_stride(mdpy),
		.size = mdpy_memory_size(mdpy),
		.region_index = MDPY_DISPLAY_REGION,
	};
	return copy_to_user(arg, &plane, minsz) ? -EFAULT : 0;
}

static long mdpy_ioctl(struct vfio_device *vdev, unsigned int cmd,
		       unsigned long arg)
{
	struct mdpy *mdpy = to_mdpy(to_sample_vfio(vdev));

	switch (cmd) {
	case VFIO_DEVICE_QUERY_GFX_PLANE:
		return mdpy_query_plane(mdpy, (void __user *)arg);
	case VFIO_DEVICE_RESET:
		mdpy_reset(mdpy);
		return 0;
	default:
		return sample_vfio_ioctl(&mdpy->sv, cmd, (void __user *)arg);
	}
}

static const struct vfio_device_ops mdpy_device_ops = {
	.name = "mdpy",
	.init = mdpy_init_device,
	.release = mdpy_release_device,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
	.open_device = mdpy_open_device,
	.close_device = mdpy_close_device,
	.read = sample_vfio_read,
	.write = sample_vfio_write,
	.mmap = mdpy_mmap,
	.ioctl = mdpy_ioctl,
	.request = sample_vfio_request,
};

/* The vfio driver. */

static int mdpy_probe(struct mdev_vfio_device *mvdev)
{
	struct mdpy *mdpy;
	int err;

	/* A wish of user space may bring a slice of another parent. */
	if (mdev_vfio_ops(mvdev->slice) != &mdpy_vfio_ops)
		return -ENODEV;
	mdpy = vfio_alloc_device(mdpy, sv.vdev, &mvdev->dev, &mdpy_device_ops);
	if (IS_ERR(mdpy))
		return PTR_ERR(mdpy);
	dev_set_drvdata(&mvdev->dev, mdpy);
	err = mdev_vfio_register(mvdev, &mdpy->sv.vdev);
	if (err)
		vfio_put_device(&mdpy->sv.vdev);
	return err;
}

static void mdpy_remove(struct mdev_vfio_device *mvdev)
{
	struct mdpy *mdpy = dev_get_drvdata(&mvdev->dev);

	mdev_vfio_unregister(mvdev, &mdpy->sv.vdev);
	vfio_put_device(&mdpy->sv.vdev);
}

static void mdpy_request(struct mdev_vfio_device *mvdev, unsigned int nth)
{
	struct mdpy *mdpy = dev_get_drvdata(&mvdev->dev);

	sample_vfio_request(&mdpy->sv.vdev, nth);
}

static ssize_t resolution_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	const struct mdpy *mdpy = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%ux%u\n", mdpy->size->width,
			  mdpy->size->height);
}
static DEVICE_ATTR_RO(resolution);

static struct attribute *mdpy_attrs[] = {
	&dev_attr_resolution.attr,
	NULL,
};

static const struct attribute_group mdpy_group = {
	.name = "vendor",
	.attrs = mdpy_attrs,
};

static const struct attribute_group *mdpy_groups[] = {
	&mdpy_group,
	NULL,
};

static struct mdev_vfio_driver mdpy_driver = {
	.driver = {
		.name = "mdpy",
		.owner = THIS_MODULE,
		.dev_groups = mdpy_groups,
	},
	.probe = mdpy_probe,
	.remove = mdpy_remove,
	.request = mdpy_request,
};

/* The parent. */

static int mdpy_slice_create(struct mdev_slice *slice,
			     const struct mdev_config *config,
			     struct netlink_ext_ack *extack)
{
	if (atomic_dec_if_positive(&mdpy_left) >= 0)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "there are %u displays, which is all", count);
	return -EUSERS;
}

static void mdpy_slice_remove(struct mdev_slice *slice)
{
	atomic_inc(&mdpy_left);
}

static unsigned int mdpy_get_available(struct mdev_parent *parent,
				       const struct mdev_type *type)
{
	return atomic_read(&mdpy_left);
}

static const struct mdev_parent_ops mdpy_parent_ops = {
	.owner = THIS_MODULE,
	.create = mdpy_slice_create,
	.remove = mdpy_slice_remove,
	.get_available = mdpy_get_available,
};

static int mdpy_parent_probe(struct platform_device *pdev)
{
	struct mdev_parent *parent;
	int err;

	parent = mdev_parent_alloc(&pdev->dev);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	parent->ops = &mdpy_parent_ops;
	parent->vfio_ops = &mdpy_vfio_ops;
	parent->types = mdpy_types;
	parent->nr_types = ARRAY_SIZE(mdpy_types);
	platform_set_drvdata(pdev, parent);
	err = mdev_parent_register(parent);
	if (err)
		mdev_parent_free(parent);
	return err;
}

static void mdpy_parent_remove(struct platform_device *pdev)
{
	struct mdev_parent *parent = platform_get_drvdata(pdev);

	mdev_parent_unregister(parent);
	mdev_parent_free(parent);
}

static struct platform_driver mdpy_parent_driver = {
	.driver.name = "mdpy",
	.probe = mdpy_parent_probe,
	.remove = mdpy_parent_remove,
};

static struct platform_device *mdpy_device;

/* The vfio driver comes first: a slice can be made as soon as there is a parent. */
static int __init mdpy_init(void)
{
	int err;

	if (count > INT_MAX) {
		pr_err("count=%u, expected at most %d\n", count, INT_MAX);
		return -EINVAL;
	}
	atomic_set(&mdpy_left, count);
	err = mdev_vfio_driver_register(&mdpy_driver);
	if (err)
		return err;
	err = platform_driver_register(&mdpy_parent_driver);
	if (err)
		goto unregister_driver;
	mdpy_device = platform_device_register_simple("mdpy",
						      PLATFORM_DEVID_NONE,
						      NULL, 0);
	if (IS_ERR(mdpy_device)) {
		err = PTR_ERR(mdpy_device);
		goto unregister_parent_driver;
	}
	return 0;

unregister_parent_driver:
	platform_driver_unregister(&mdpy_parent_driver);
unregister_driver:
	mdev_vfio_driver_unregister(&mdpy_driver);
	return err;
}

static void __exit mdpy_exit(void)
{
	platform_device_unregister(mdpy_device);
	platform_driver_unregister(&mdpy_parent_driver);
	mdev_vfio_driver_unregister(&mdpy_driver);
}

module_init(mdpy_init);
module_exit(mdpy_exit);

MODULE_DESCRIPTION("Sample parent: displays that are a framebuffer");
MODULE_LICENSE("GPL");
