// SPDX-License-Identifier: GPL-2.0
#include <linux/export.h>
#include <linux/mdev_parts.h>
#include <linux/string.h>

/**
 * mdev_parts_put - add a part
 * @parts: the buffer
 * @type: type of the part
 * @data: its content, or NULL if @len is 0
 * @len: bytes of it
 *
 * Without room nothing is written and @overflow is set, which is looked at once, when
 * all has been put. Any context.
 */
void mdev_parts_put(struct mdev_parts *parts, u16 type, const void *data,
		    u32 len)
{
	struct mdev_part head = {
		.type = cpu_to_le16(type),
		.len = cpu_to_le32(len),
	};
	size_t left = parts->size - parts->pos;

	if (parts->overflow || left < sizeof(head) ||
	    left - sizeof(head) < len) {
		parts->overflow = true;
		return;
	}
	memcpy(parts->buf + parts->pos, &head, sizeof(head));
	parts->pos += sizeof(head);
	if (len)
		memcpy(parts->buf + parts->pos, data, len);
	parts->pos += len;
}
EXPORT_SYMBOL_GPL(mdev_parts_put);

/**
 * mdev_parts_get - read the next part
 * @parts: the buffer, which nobody writes meanwhile
 * @type: type of the part
 * @data: its content, in the buffer
 * @len: bytes of it
 *
 * Any context.
 *
 * Return: 0, -ENODATA at the end, or -EINVAL if what is there is no part.
 */
int mdev_parts_get(struct mdev_parts *parts, u16 *type, const void **data,
		   u32 *len)
{
	size_t left = parts->size - parts->pos;
	struct mdev_part head;

	if (!left)
		return -ENODATA;
	if (left < sizeof(head))
		return -EINVAL;
	memcpy(&head, parts->buf + parts->pos, sizeof(head));
	left -= sizeof(head);
	if (head.reserved || le32_to_cpu(head.len) > left)
		return -EINVAL;
	parts->pos += sizeof(head);
	*type = le16_to_cpu(head.type);
	*len = le32_to_cpu(head.len);
	*data = parts->buf + parts->pos;
	parts->pos += *len;
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_parts_get);
