/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of a device as a row of parts, for migration. Each part has a type, a length and
 * content of its own, so that parts can be added without changing those that there are.
 *
 * What comes from outside is read with mdev_parts_get(), which never leads out of the
 * buffer; what is in a part its reader has to check.
 */
#ifndef _LINUX_MDEV_PARTS_H
#define _LINUX_MDEV_PARTS_H

#include <linux/types.h>

/**
 * struct mdev_part - what stands before each part
 * @type: what it is; from MDEV_PART_DEVICE on it belongs to the type of device
 * @reserved: 0
 * @len: bytes that follow
 *
 * Little-endian, not aligned.
 */
struct mdev_part {
	__le16 type;
	__le16 reserved;
	__le32 len;
} __packed;

/* The first part type that struct mdev_virtio_ops.get_parts may use. */
#define MDEV_PART_DEVICE	0x200

/**
 * struct mdev_parts - a buffer of parts, being written or read
 * @buf: the buffer
 * @size: its size when it is written, what is in it when it is read
 * @pos: how far it has been written or read
 * @overflow: a part did not fit
 */
struct mdev_parts {
	void *buf;
	size_t size;
	size_t pos;
	bool overflow;
};

void mdev_parts_put(struct mdev_parts *parts, u16 type, const void *data,
		    u32 len);
int mdev_parts_get(struct mdev_parts *parts, u16 *type, const void **data,
		   u32 *len);

#endif /* _LINUX_MDEV_PARTS_H */
