/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The node of a slice in class vhost, /dev/vhost-vdpa-N: opening it, its ioctls and
 * its IOTLB messages. What a call returns is 0 or a negative errno.
 */
#ifndef _VHOST_H
#define _VHOST_H

#include <dirent.h>
#include <linux/vhost.h>
#include <stddef.h>
#include <sys/mman.h>

#include "../common/slice.h"

/* Newer than the headers that this is built with. */
struct vhost_features {
	__u64 count;
	__u64 features[];
};

#ifndef VHOST_GET_FEATURES_ARRAY
#define VHOST_GET_FEATURES_ARRAY	_IOR(VHOST_VIRTIO, 0x83, struct vhost_features)
#define VHOST_SET_FEATURES_ARRAY	_IOW(VHOST_VIRTIO, 0x83, struct vhost_features)
#endif

#ifndef VHOST_SET_FORK_FROM_OWNER
#define VHOST_SET_FORK_FROM_OWNER	_IOW(VHOST_VIRTIO, 0x84, __u8)
#define VHOST_GET_FORK_FROM_OWNER	_IOR(VHOST_VIRTIO, 0x85, __u8)
#endif

/* The node of a slice: sets path, returns whether there is one. */
static inline bool node_path(const char *slice, char *path, size_t size)
{
	struct dirent *entry;
	bool found = false;
	char name[300];
	DIR *dir;

	snprintf(name, sizeof(name), "/sys/bus/mdev_vhost/devices/%s", slice);
	dir = opendir(name);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		found = !strncmp(entry->d_name, "vhost-vdpa-", 11);
		if (found)
			snprintf(path, size, "/dev/%s", entry->d_name);
	}
	closedir(dir);
	return found;
}

/* Returns a file descriptor or a negative errno. */
static inline int node_try_open(const char *slice)
{
	char path[300];
	int fd;

	if (!node_path(slice, path, sizeof(path)))
		return -ENXIO;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static inline int node_open(const char *slice)
{
	int fd = node_try_open(slice);

	if (fd < 0)
		die("the node of %s opens: %s", slice, errno_name(fd));
	return fd;
}

/* Ioctls of the whole device. */

static inline int vhost_get_features(int fd, __u64 *features)
{
	return do_ioctl(fd, VHOST_GET_FEATURES, features);
}

static inline int vhost_set_features(int fd, __u64 features)
{
	return do_ioctl(fd, VHOST_SET_FEATURES, &features);
}

static inline int vhost_set_owner(int fd)
{
	return do_ioctl(fd, VHOST_SET_OWNER, NULL);
}

static inline int vhost_get_backend_features(int fd, __u64 *features)
{
	return do_ioctl(fd, VHOST_GET_BACKEND_FEATURES, features);
}

static inline int vhost_set_backend_features(int fd, __u64 features)
{
	return do_ioctl(fd, VHOST_SET_BACKEND_FEATURES, &features);
}

static inline int vhost_get_device_id(int fd, __u32 *id)
{
	return do_ioctl(fd, VHOST_VDPA_GET_DEVICE_ID, id);
}

static inline int vhost_get_status(int fd, __u8 *status)
{
	return do_ioctl(fd, VHOST_VDPA_GET_STATUS, status);
}

static inline int vhost_set_status(int fd, __u8 status)
{
	return do_ioctl(fd, VHOST_VDPA_SET_STATUS, &status);
}

/* The status, or 0xff when it cannot be read: no device has all bits. */
static inline __u8 vhost_status(int fd)
{
	__u8 status;

	return vhost_get_status(fd, &status) ? 0xff : status;
}

static inline int vhost_config(int fd, unsigned long request, __u32 off, void *buf,
			       __u32 len)
{
	struct vhost_vdpa_config *config;
	int err;

	config = calloc(1, sizeof(*config) + len);
	if (!config)
		die("memory");
	config->off = off;
	config->len = len;
	memcpy(config->buf, buf, len);
	err = do_ioctl(fd, request, config);
	memcpy(buf, config->buf, len);
	free(config);
	return err;
}

static inline int vhost_get_config(int fd, __u32 off, void *buf, __u32 len)
{
	return vhost_config(fd, VHOST_VDPA_GET_CONFIG, off, buf, len);
}

static inline int vhost_set_config(int fd, __u32 off, const void *buf, __u32 len)
{
	char copy[256];

	memcpy(copy, buf, len);
	return vhost_config(fd, VHOST_VDPA_SET_CONFIG, off, copy, len);
}

static inline int vhost_get_config_size(int fd, __u32 *size)
{
	return do_ioctl(fd, VHOST_VDPA_GET_CONFIG_SIZE, size);
}

static inline int vhost_set_config_call(int fd, int event)
{
	return do_ioctl(fd, VHOST_VDPA_SET_CONFIG_CALL, &event);
}

static inline int vhost_get_vring_num_max(int fd, __u16 *num)
{
	return do_ioctl(fd, VHOST_VDPA_GET_VRING_NUM, num);
}

static inline int vhost_get_iova_range(int fd, struct vhost_vdpa_iova_range *range)
{
	return do_ioctl(fd, VHOST_VDPA_GET_IOVA_RANGE, range);
}

static inline int vhost_get_as_num(int fd, __u32 *num)
{
	return do_ioctl(fd, VHOST_VDPA_GET_AS_NUM, num);
}

static inline int vhost_get_group_num(int fd, __u32 *num)
{
	return do_ioctl(fd, VHOST_VDPA_GET_GROUP_NUM, num);
}

static inline int vhost_get_vqs_count(int fd, __u32 *num)
{
	return do_ioctl(fd, VHOST_VDPA_GET_VQS_COUNT, num);
}

static inline int vhost_suspend(int fd)
{
	return do_ioctl(fd, VHOST_VDPA_SUSPEND, NULL);
}

static inline int vhost_resume(int fd)
{
	return do_ioctl(fd, VHOST_VDPA_RESUME, NULL);
}

/* Ioctls of one queue, or of one group. */

static inline int vhost_vring(int fd, unsigned long request, __u32 index, __u32 num)
{
	struct vhost_vring_state state = { .index = index, .num = num };

	return do_ioctl(fd, request, &state);
}

static inline int vhost_vring_get(int fd, unsigned long request, __u32 index, __u32 *num)
{
	struct vhost_vring_state state = { .index = index };
	int err;

	err = do_ioctl(fd, request, &state);
	*num = state.num;
	return err;
}

static inline int vhost_set_vring_num(int fd, __u32 index, __u32 num)
{
	return vhost_vring(fd, VHOST_SET_VRING_NUM, index, num);
}

static inline int vhost_set_vring_addr(int fd, __u32 index, __u64 desc, __u64 avail,
				       __u64 used)
{
	struct vhost_vring_addr addr = {
		.index = index,
		.desc_user_addr = desc,
		.avail_user_addr = avail,
		.used_user_addr = used,
	};

	return do_ioctl(fd, VHOST_SET_VRING_ADDR, &addr);
}

static inline int vhost_set_vring_base(int fd, __u32 index, __u32 base)
{
	return vhost_vring(fd, VHOST_SET_VRING_BASE, index, base);
}

static inline int vhost_get_vring_base(int fd, __u32 index, __u32 *base)
{
	return vhost_vring_get(fd, VHOST_GET_VRING_BASE, index, base);
}

static inline int vhost_vring_file(int fd, unsigned long request, __u32 index, int event)
{
	struct vhost_vring_file file = { .index = index, .fd = event };

	return do_ioctl(fd, request, &file);
}

static inline int vhost_set_vring_kick(int fd, __u32 index, int event)
{
	return vhost_vring_file(fd, VHOST_SET_VRING_KICK, index, event);
}

static inline int vhost_set_vring_call(int fd, __u32 index, int event)
{
	return vhost_vring_file(fd, VHOST_SET_VRING_CALL, index, event);
}

static inline int vhost_set_vring_err(int fd, __u32 index, int event)
{
	return vhost_vring_file(fd, VHOST_SET_VRING_ERR, index, event);
}

static inline int vhost_set_vring_enable(int fd, __u32 index, bool on)
{
	return vhost_vring(fd, VHOST_VDPA_SET_VRING_ENABLE, index, on);
}

static inline int vhost_get_vring_group(int fd, __u32 index, __u32 *group)
{
	return vhost_vring_get(fd, VHOST_VDPA_GET_VRING_GROUP, index, group);
}

static inline int vhost_get_vring_desc_group(int fd, __u32 index, __u32 *group)
{
	return vhost_vring_get(fd, VHOST_VDPA_GET_VRING_DESC_GROUP, index, group);
}

static inline int vhost_get_vring_size(int fd, __u32 index, __u32 *size)
{
	return vhost_vring_get(fd, VHOST_VDPA_GET_VRING_SIZE, index, size);
}

static inline int vhost_set_group_asid(int fd, __u32 group, __u32 asid)
{
	return vhost_vring(fd, VHOST_VDPA_SET_GROUP_ASID, group, asid);
}

/* IOTLB messages. */

static inline int iotlb_write(int fd, const void *msg, size_t size)
{
	ssize_t written = write(fd, msg, size);

	if (written < 0)
		return -errno;
	return written == sizeof(struct vhost_msg_v2) ? 0 : -EIO;
}

/* Version 2, to an address space. */
static inline int iotlb_send(int fd, __u32 asid, __u8 type, __u64 iova, __u64 size,
			     const void *va, __u8 perm)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.asid = asid,
		.iotlb = {
			.iova = iova,
			.size = size,
			.uaddr = (__u64)(unsigned long)va,
			.perm = perm,
			.type = type,
		},
	};

	return iotlb_write(fd, &msg, sizeof(msg));
}

/* Version 1 has no address spaces. */
static inline int iotlb_send_v1(int fd, __u8 type, __u64 iova, __u64 size, const void *va,
				__u8 perm)
{
	struct vhost_msg msg = {
		.type = VHOST_IOTLB_MSG,
		.iotlb = {
			.iova = iova,
			.size = size,
			.uaddr = (__u64)(unsigned long)va,
			.perm = perm,
			.type = type,
		},
	};

	return iotlb_write(fd, &msg, sizeof(msg));
}

static inline int iotlb_update(int fd, __u32 asid, __u64 iova, __u64 size, const void *va,
			       __u8 perm)
{
	return iotlb_send(fd, asid, VHOST_IOTLB_UPDATE, iova, size, va, perm);
}

static inline int iotlb_invalidate(int fd, __u32 asid, __u64 iova, __u64 size)
{
	return iotlb_send(fd, asid, VHOST_IOTLB_INVALIDATE, iova, size, NULL, 0);
}

static inline int iotlb_begin(int fd, __u32 asid)
{
	return iotlb_send(fd, asid, VHOST_IOTLB_BATCH_BEGIN, 0, 0, NULL, 0);
}

static inline int iotlb_end(int fd, __u32 asid)
{
	return iotlb_send(fd, asid, VHOST_IOTLB_BATCH_END, 0, 0, NULL, 0);
}

/* What poll() says of the node, without waiting for the events asked for. */
static inline int node_events(int fd, int events, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	return poll(&pollfd, 1, timeout_ms) < 0 ? -errno : pollfd.revents;
}

#endif /* _VHOST_H */
