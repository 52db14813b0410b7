// SPDX-License-Identifier: GPL-2.0
/*
 * iommufd SLICE NODE: a driver in user space that opens the device by its node and reaches
 * its memory by an iommufd, without a group and a container.
 */
#include <linux/iommufd.h>

#include "nic.h"

#define PATTERN		0xa5

static struct nic nic;
static int iommufd;
static const char *node;

/* Returns its number. */
static __u32 ioas_new(void)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };
	int err = do_ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc);

	if (err)
		die("an address space: %s", errno_name(err));
	return alloc.out_ioas_id;
}

static int ioas_map(__u32 ioas)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
		.ioas_id = ioas,
		.user_va = (unsigned long)nic.mem,
		.length = NIC_BYTES,
		.iova = NIC_IOVA,
	};

	return do_ioctl(iommufd, IOMMU_IOAS_MAP, &map);
}

static int ioas_unmap(__u32 ioas)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = ioas,
		.iova = NIC_IOVA,
		.length = NIC_BYTES,
	};

	return do_ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap);
}

static int bind_to(int fd)
{
	struct vfio_device_bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = fd };

	return do_ioctl(nic.vfio.fd, VFIO_DEVICE_BIND_IOMMUFD, &bind);
}

static int attach(__u32 ioas)
{
	struct vfio_device_attach_iommufd_pt pt = { .argsz = sizeof(pt), .pt_id = ioas };

	return do_ioctl(nic.vfio.fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &pt);
}

static int detach(void)
{
	struct vfio_device_detach_iommufd_pt pt = { .argsz = sizeof(pt) };

	return do_ioctl(nic.vfio.fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &pt);
}

static void test_bind(void)
{
	struct vfio_region_info info;

	check(vfio_region_info(&nic.vfio, 0, &info) < 0, "the node alone gives no access");
	check(bind_to(-1) < 0 && bind_to(nic.vfio.fd) < 0, "it is bound to nothing else");
	check_err(bind_to(iommufd), 0, "it is bound to an iommufd");
	check_err(bind_to(iommufd), -EINVAL, "once");
	check_err(vfio_region_info(&nic.vfio, 0, &info), 0, "then it gives access");
	check_err(set_class(nic.vfio.slice, "none"), -EBUSY, "and the slice stays in its class");
}

static void begin(const char *text)
{
	virtio_set_status(&nic.vfio, 0);
	if (check(nic_begin(&nic), "%s", text))
		check_nic(&nic, 20, "frames of all sizes pass");
}

/* Each byte is the one before it. */
static bool untouched(void)
{
	return (unsigned char)*nic.mem == PATTERN && !memcmp(nic.mem, nic.mem + 1, NIC_BYTES - 1);
}

/* A frame comes for a driver that has no memory any more. */
static void frame_comes(void)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, FRAME_MAX, 1);
	rep_send(nic.rep, frame, FRAME_MAX);
	nic_notify(&nic, &nic.tx);
}

static void test_unmap(__u32 ioas)
{
	check_err(ioas_unmap(ioas), 0, "its memory is unmapped while its rings run");
	memset(nic.mem, PATTERN, NIC_BYTES);
	frame_comes();
	check(nic_broken(&nic), "the device needs a reset");
	check(untouched(), "and has written nothing");
	check_err(ioas_map(ioas), 0, "it is mapped again");
	begin("the device begins again");
}

static void test_detach(__u32 other)
{
	check_err(detach(), 0, "it leaves its address space while its rings run");
	memset(nic.mem, PATTERN, NIC_BYTES);
	frame_comes();
	check(nic_broken(&nic), "the device needs a reset");
	check(untouched(), "and has written nothing");
	check_err(attach(other), 0, "it gets another one");
	virtio_set_status(&nic.vfio, 0);
	nic_begin(&nic);
	check(nic_broken(&nic), "in which there is no memory");
	check_err(ioas_map(other), 0, "until some is mapped");
	begin("the device begins again");
}

/* Another one opens the node meanwhile. */
static void test_second(void)
{
	int fd = nic.vfio.fd;

	nic.vfio.fd = open_or_die(node);
	check_err(bind_to(iommufd), -EINVAL, "nobody else can use it");
	close(nic.vfio.fd);
	nic.vfio.fd = fd;
	check_nic(&nic, 5, "which its user does not notice");
}

int main(int argc, char **argv)
{
	__u32 first, second;

	if (argc != 3)
		return 2;
	node = argv[2];
	nic_prepare(&nic, argv[1], nic_memory());
	iommufd = open_or_die("/dev/iommu");
	nic.vfio.fd = open_or_die(node);
	test_bind();
	first = ioas_new();
	second = ioas_new();
	check_err(attach(first + 1000), -ENOENT, "there is no such address space");
	check_err(attach(first), 0, "it has an address space");
	check_err(ioas_map(first), 0, "with memory");
	vfio_look(&nic.vfio);
	nic_set_up(&nic);
	nic_choose(&nic, NIC_EVENT_IDX);
	begin("a driver begins");
	test_unmap(first);
	test_detach(second);
	test_second();
	close(nic.vfio.fd);
	memset(nic.mem, PATTERN, NIC_BYTES);
	usleep(10000);
	check(untouched(), "a device that is closed while its rings run writes nothing");
	nic.vfio.fd = open_or_die(node);
	check(!bind_to(iommufd) && !attach(second), "it is bound once more");
	nic_set_up(&nic);
	begin("and works for the next user");
	close(nic.vfio.fd);
	close(iommufd);
	nic_destroy(&nic);
	return 0;
}
