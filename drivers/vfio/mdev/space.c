// SPDX-License-Identifier: GPL-2.0
#include <linux/export.h>
#include <linux/mdev_virtio.h>
#include <linux/minmax.h>
#include <linux/string.h>

/* A device that changes faster than it is read is shown as it was last seen. */
#define MDEV_SPACE_TRIES	16

/**
 * mdev_virtio_read_space - read the device configuration space in one piece
 * @slice: a virtio device that is entered
 * @buf: where to
 * @len: bytes, from the beginning; what the device does not have reads as zero
 *
 * Has no effect on the device. In particular it does not end feature negotiation. May
 * sleep where the operations of the parent do.
 */
void mdev_virtio_read_space(struct mdev_slice *slice, void *buf, size_t len)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);
	size_t size = min(len, ops->get_config_size(slice));
	u32 before, after = ops->get_generation(slice);
	int i;

	memset(buf, 0, len);
	for (i = 0; i < MDEV_SPACE_TRIES; i++) {
		before = after;
		ops->get_config(slice, 0, buf, size);
		after = ops->get_generation(slice);
		if (before == after)
			break;
	}
}
EXPORT_SYMBOL_GPL(mdev_virtio_read_space);
