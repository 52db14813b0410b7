// SPDX-License-Identifier: GPL-2.0
/*
 * Opens and closes the character devices of a slice again and again while others change its
 * class: the vfio group and its device, and the vhost-vdpa node, whichever is there. Each is
 * used a little. Ends when its input does, and prints how many of each it has opened. A call
 * may fail because the slice is on its way, and for no other reason.
 *
 *   open_race SLICE
 */
#include <dirent.h>
#include <linux/vhost.h>

#include "vfio.h"

static unsigned int opened_vfio, opened_vhost;

static void allow(const char *what, int err)
{
	switch (-err) {
	case 0:
	case ENOENT:
	case ENXIO:
	case ENODEV:
	case EBUSY:
	case EINVAL:
	case ENOTTY:
	case EIO:
	case EPERM:
		return;
	default:
		die("%s: %s", what, errno_name(-err));
	}
}

static int try_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		allow(path, -errno);
	return fd;
}

static void use_device(int fd)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	__u32 ids;

	opened_vfio++;
	allow("its regions", do_ioctl(fd, VFIO_DEVICE_GET_INFO, &info));
	if (pread(fd, &ids, sizeof(ids), 0) < 0 && errno != EINVAL)
		allow("a read", -errno);
	allow("a reset", do_ioctl(fd, VFIO_DEVICE_RESET, NULL));
	close(fd);
}

static void use_group(int group, const char *uuid)
{
	int container = try_open("/dev/vfio/vfio");
	int err, fd;

	err = do_ioctl(group, VFIO_GROUP_SET_CONTAINER, &container);
	if (!err)
		err = do_ioctl(container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU);
	allow("a container", err);
	if (!err) {
		fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, uuid);
		if (fd < 0)
			allow("the device", -errno);
		else
			use_device(fd);
	}
	close(container);
}

static void try_vfio(const char *uuid)
{
	char link[300], path[300], target[300];
	ssize_t len;
	int group;

	snprintf(link, sizeof(link), "/sys/bus/mdev/devices/%s/iommu_group", uuid);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = 0;
	snprintf(path, sizeof(path), "/dev/vfio/%.200s", strrchr(target, '/') + 1);
	group = try_open(path);
	if (group < 0)
		return;
	use_group(group, uuid);
	close(group);
}

static void use_node(int fd)
{
	__u8 status = VIRTIO_CONFIG_S_ACKNOWLEDGE;
	__u64 features;
	__u32 id;

	opened_vhost++;
	allow("its type", do_ioctl(fd, VHOST_VDPA_GET_DEVICE_ID, &id));
	allow("an owner", do_ioctl(fd, VHOST_SET_OWNER, NULL));
	allow("its features", do_ioctl(fd, VHOST_GET_FEATURES, &features));
	allow("a status", do_ioctl(fd, VHOST_VDPA_SET_STATUS, &status));
}

static void try_vhost(const char *slice)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/mdev_vhost/devices/%s", slice);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "vhost-vdpa-", 11))
			continue;
		snprintf(path, sizeof(path), "/dev/%.200s", entry->d_name);
		fd = try_open(path);
		if (fd >= 0) {
			use_node(fd);
			close(fd);
		}
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	struct vfio vfio = { .slice = argv[1] };
	struct pollfd input = { .fd = 0, .events = POLLIN };

	vfio_find_uuid(&vfio);
	while (!poll(&input, 1, 0)) {
		try_vfio(vfio.uuid);
		try_vhost(vfio.slice);
	}
	printf("%u %u\n", opened_vfio, opened_vhost);
	return 0;
}
