// SPDX-License-Identifier: GPL-2.0
/*
 * Opens and closes the character devices of a slice again and again while others change its
 * class: the vfio group and its device, and the vhost-vdpa node, whichever is there, and where
 * the kernel has iommufd, the node of the vfio device. Each is used a little. A call may fail
 * because the slice is on its way, and for no other reason.
 *
 *   open_race DIRECTORY SLICE [UUID]
 *
 * Takes part in a race of lib-race.sh: what it has opened is added to DIRECTORY/noted, a line
 * each time, and it ends when DIRECTORY/stop is there.
 *
 * With the UUID told the slice may come and go, and is left alone most of the time, so that it
 * can go from class to class.
 */
#include <glob.h>

#include <linux/iommufd.h>

#include "vfio.h"

#include "../vhost/vhost.h"

static int notes;

/* What is opened has not come yet, or goes, or somebody else has it. */
static void allow_open(const char *what, int err)
{
	switch (-err) {
	case 0:
	case ENOENT:
	case ENXIO:
	case ENODEV:
	case EBUSY:
		return;
	default:
		die("%s: %s", what, errno_name(-err));
	}
}

/* What is open outlives what is behind it, and then says so. */
static void allow(const char *what, int err)
{
	if (err && err != -ENODEV)
		die("%s: %s", what, errno_name(-err));
}

/* One write, so that the lines of several processes are not mixed. */
static void note(const char *what)
{
	if (dprintf(notes, "%s\n", what) < 0)
		die("cannot write that a device was opened: %s", strerror(errno));
}

static int try_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		allow_open(path, -errno);
	return fd;
}

static void use_device(const struct vfio *vfio)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	__u32 ids;

	allow("its regions", do_ioctl(vfio->fd, VFIO_DEVICE_GET_INFO, &info));
	if (pread(vfio->fd, &ids, sizeof(ids), 0) < 0)
		allow("a read", -errno);
	allow("a reset", vfio_reset(vfio));
}

static void use_group(struct vfio *vfio)
{
	int err;

	err = do_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container);
	if (!err)
		err = do_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU);
	/* A group whose last device went has left its container: that one is empty. */
	if (err != -EINVAL)
		allow("a container", err);
	if (err)
		return;
	vfio->fd = vfio_try_device(vfio);
	if (vfio->fd < 0) {
		allow("the device", vfio->fd);
		return;
	}
	note("vfio");
	use_device(vfio);
	close(vfio->fd);
}

static void try_vfio(struct vfio *vfio)
{
	char path[300];

	if (vfio_try_group_path(vfio, path, sizeof(path)))
		return;
	vfio->group = try_open(path);
	if (vfio->group < 0)
		return;
	vfio->container = open_or_die("/dev/vfio/vfio");
	use_group(vfio);
	close(vfio->container);
	close(vfio->group);
}

/* The device is used without a group, by an iommufd. */
static void use_node(struct vfio *vfio, int iommufd)
{
	struct vfio_device_bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = iommufd };
	int err = do_ioctl(vfio->fd, VFIO_DEVICE_BIND_IOMMUFD, &bind);

	/* Somebody has it by its group, or by its node. */
	if (err != -EBUSY && err != -EINVAL)
		allow("an iommufd", err);
	if (err)
		return;
	note("iommufd");
	use_device(vfio);
}

static void try_node(struct vfio *vfio)
{
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	char path[300];
	glob_t found;

	if (iommufd < 0)
		return;
	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/vfio-dev/vfio*", vfio->uuid);
	if (!glob(path, 0, NULL, &found)) {
		snprintf(path, sizeof(path), "/dev/vfio/devices/%.200s",
			 strrchr(found.gl_pathv[0], '/') + 1);
		vfio->fd = try_open(path);
		if (vfio->fd >= 0) {
			use_node(vfio, iommufd);
			close(vfio->fd);
		}
		globfree(&found);
	}
	close(iommufd);
}

static void try_vhost(const char *slice)
{
	int fd = node_try_open(slice);
	__u64 features;
	__u32 id;

	if (fd < 0) {
		allow_open("the node", fd);
		return;
	}
	note("vhost");
	allow("its type", do_ioctl(fd, VHOST_VDPA_GET_DEVICE_ID, &id));
	allow("an owner", vhost_set_owner(fd));
	allow("its features", vhost_get_features(fd, &features));
	allow("a status", vhost_set_status(fd, S_ACKNOWLEDGE));
	close(fd);
}

/* Three times as long as it took, but no longer than one may want it to end. */
static void rest(double took)
{
	usleep(took < 0.3 ? 20000 + 3e6 * took : 1000000);
}

static void try_all(struct vfio *vfio)
{
	try_vfio(vfio);
	try_node(vfio);
	try_vhost(vfio->slice);
}

int main(int argc, char **argv)
{
	struct vfio vfio = { .slice = argv[2] };
	double began;

	if (chdir(argv[1]))
		die("%s: %s", argv[1], strerror(errno));
	notes = open("noted", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (notes < 0)
		die("noted: %s", strerror(errno));
	if (argc > 3)
		snprintf(vfio.uuid, sizeof(vfio.uuid), "%s", argv[3]);
	else
		vfio_find_uuid(&vfio);
	while (access("stop", F_OK)) {
		began = now();
		try_all(&vfio);
		if (argc > 3)
			rest(now() - began);
	}
	return 0;
}
