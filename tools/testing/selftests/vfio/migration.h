/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Migration of a slice in class vfio: its states, its stream, and what is wrong with every
 * stream.
 */
#ifndef _MIGRATION_H
#define _MIGRATION_H

#include "nic.h"

/* As in the kernel. */
#define STOP		VFIO_DEVICE_STATE_STOP
#define RUNNING		VFIO_DEVICE_STATE_RUNNING
#define STOP_COPY	VFIO_DEVICE_STATE_STOP_COPY
#define RESUMING	VFIO_DEVICE_STATE_RESUMING
#define RUNNING_P2P	VFIO_DEVICE_STATE_RUNNING_P2P
#define PRE_COPY	VFIO_DEVICE_STATE_PRE_COPY
#define PRE_COPY_P2P	VFIO_DEVICE_STATE_PRE_COPY_P2P

#define STREAM_MAX	0x10000
#define HEAD_MAX	0x1000

static const char *const state_names[] = {
	[VFIO_DEVICE_STATE_ERROR] = "ERROR",
	[STOP] = "STOP",
	[RUNNING] = "RUNNING",
	[STOP_COPY] = "STOP_COPY",
	[RESUMING] = "RESUMING",
	[RUNNING_P2P] = "RUNNING_P2P",
	[PRE_COPY] = "PRE_COPY",
	[PRE_COPY_P2P] = "PRE_COPY_P2P",
};

struct stream {
	char data[STREAM_MAX];
	size_t len;
};

/* The feature ioctls. */

static inline int feature(const struct vfio *vfio, __u32 flags, void *data, size_t size)
{
	struct {
		struct vfio_device_feature head;
		char data[64];
	} arg = { .head = { .argsz = sizeof(arg.head) + size, .flags = flags } };
	int err;

	memcpy(arg.data, data, size);
	err = do_ioctl(vfio->fd, VFIO_DEVICE_FEATURE, &arg);
	memcpy(data, arg.data, size);
	return err;
}

/* *fd is that of the stream, or -1. */
static inline int try_state(const struct vfio *vfio, __u32 state, int *fd)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	int err;

	err = feature(vfio, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
		      &mig, sizeof(mig));
	*fd = err ? -1 : mig.data_fd;
	return err;
}

static inline __u32 get_state(const struct vfio *vfio)
{
	struct vfio_device_feature_mig_state mig = {};

	if (feature(vfio, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig,
		    sizeof(mig)))
		die("%s tells its state of migration", vfio->slice);
	return mig.device_state;
}

/* Returns the file descriptor of the stream, or -1. */
static inline int set_state(const struct vfio *vfio, __u32 state)
{
	int fd, err;

	err = try_state(vfio, state, &fd);
	if (err)
		die("%s gets to %s: %s", vfio->slice, state_names[state], errno_name(err));
	return fd;
}

static inline void drop(int fd)
{
	if (fd >= 0)
		close(fd);
}

static inline void to_state(const struct vfio *vfio, __u32 state)
{
	drop(set_state(vfio, state));
}

/* Streams. */

static inline int precopy_info(int fd, struct vfio_precopy_info *info)
{
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	return do_ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, info);
}

/* Reads to the end, or to where there is nothing yet; in pieces of any size. */
static inline int stream_read(int fd, struct stream *stream)
{
	ssize_t done;

	do {
		done = read(fd, stream->data + stream->len, 1 + random_below(500));
		if (done > 0)
			stream->len += done;
	} while (done > 0);
	return done < 0 ? -errno : 0;
}

static inline int stream_write(int fd, const char *data, size_t len)
{
	size_t part;
	ssize_t ret;

	for (; len; len -= part, data += part) {
		part = 1 + random_below(len < 300 ? len : 300);
		ret = write(fd, data, part);
		if (ret < 0)
			return -errno;
		if (ret != (ssize_t)part)
			return -EIO;
	}
	return 0;
}

/* Stops it. */
static inline void stream_save(const struct vfio *vfio, struct stream *stream)
{
	int fd = set_state(vfio, STOP_COPY);
	int err;

	stream->len = 0;
	err = stream_read(fd, stream);
	check_err(err, 0, "%s is saved, %zu bytes", vfio->slice, stream->len);
	close(fd);
}

/* Returns what the step to STOP, or the write before it, has returned. */
static inline int stream_load(const struct vfio *vfio, const char *data, size_t len)
{
	int fd = set_state(vfio, RESUMING);
	int err, none;

	err = stream_write(fd, data, len);
	close(fd);
	return err ?: try_state(vfio, STOP, &none);
}

/* Streams that are not what they should be. */

static inline void test_truncated(const struct vfio *vfio, const struct stream *stream)
{
	size_t len, accepted = 0;

	for (len = 0; len < stream->len; len++) {
		vfio_reset(vfio);
		if (stream_load(vfio, stream->data, len) != -EINVAL)
			accepted++;
	}
	check(!accepted, "no part of a stream is one");
	check(get_state(vfio) == RESUMING && !virtio_status(vfio),
	      "nothing of them is left");
}

/* Returns where a stream whose bits were turned went: refused or not. */
static inline int load_turned(struct nic *to, const struct stream *stream, unsigned int bits)
{
	static char data[STREAM_MAX];
	int err;

	memcpy(data, stream->data, stream->len);
	while (bits--)
		data[random_below(stream->len)] ^= 1 << random_below(8);
	err = stream_load(&to->vfio, data, stream->len);
	if (!err) {
		to_state(&to->vfio, RUNNING);
		nic_notify(to, &to->rx);
		nic_notify(to, &to->tx);
	}
	vfio_reset(&to->vfio);
	return err;
}

static inline void test_turned(struct nic *to, const struct stream *stream, unsigned int times)
{
	unsigned int i, refused = 0, other = 0;

	for (i = 0; i < times; i++) {
		int err = load_turned(to, stream, 1 + i % 3);

		if (err == -EINVAL)
			refused++;
		else if (err)
			other++;
	}
	comment("%u of %u refused", refused, times);
	check(refused && !other, "streams with turned bits are refused, or do no harm");
}

#endif /* _MIGRATION_H */
