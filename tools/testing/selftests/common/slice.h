/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all who use a slice from user space need: status bits, ioctls, eventfds, sysfs.
 * What a call returns is 0 or a negative errno.
 */
#ifndef _SLICE_H
#define _SLICE_H

#include <fcntl.h>
#include <linux/virtio_config.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tap.h"

#define BIT(nr)		(1ULL << (nr))

#define S_ACKNOWLEDGE	VIRTIO_CONFIG_S_ACKNOWLEDGE
#define S_DRIVER	VIRTIO_CONFIG_S_DRIVER
#define S_DRIVER_OK	VIRTIO_CONFIG_S_DRIVER_OK
#define S_FEATURES_OK	VIRTIO_CONFIG_S_FEATURES_OK
#define S_NEEDS_RESET	VIRTIO_CONFIG_S_NEEDS_RESET

/* How long something may take that is expected to come, on a slow machine. */
#define PATIENCE_MS	20000

static inline int do_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

/* Eventfds. */

static inline int event_new(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	if (fd < 0)
		die("an eventfd: %s", errno_name(errno));
	return fd;
}

static inline void event_signal(int fd)
{
	__u64 one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		die("an eventfd is written: %s", errno_name(errno));
}

/* Waits until it was signalled, and takes that away; false when the time is over. */
static inline bool event_wait(int fd, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	__u64 count;

	if (poll(&pollfd, 1, timeout_ms) != 1)
		return false;
	return read(fd, &count, sizeof(count)) == sizeof(count);
}

/* A write to a file of sysfs. */
static inline int sysfs_write(const char *text, const char *format, ...)
{
	char path[300];
	va_list args;
	int fd, err = 0;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* "CLASS" or "CLASS force" */
static inline int set_class(const char *slice, const char *class)
{
	return sysfs_write(class, "/sys/class/mdev_slice/%s/class", slice);
}

static inline int slice_remove(const char *slice)
{
	return sysfs_write("1", "/sys/class/mdev_slice/%s/remove", slice);
}

#endif /* _SLICE_H */
