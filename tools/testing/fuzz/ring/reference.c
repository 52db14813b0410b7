// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/virtio_ring.h>

#include "reference.h"

/* One byte at a time. */
static int get(const struct reference *ref, u64 addr, void *buf, u32 len)
{
	struct region *region;
	u8 *to = buf;

	for (; len--; addr++) {
		region = memory_find(ref->mem, addr);
		if (!region)
			return -EFAULT;
		if (!(region->perm & MDEV_AS_READ))
			return -EACCES;
		*to++ = region->va[addr - region->addr];
	}
	return 0;
}

/* Whatever the permissions are: this is not the device that reads. */
static void peek(const struct reference *ref, u64 addr, void *buf, u32 len)
{
	struct region *region;
	u8 *to = buf;

	for (; len--; addr++) {
		region = memory_find(ref->mem, addr);
		*to++ = region->va[addr - region->addr];
	}
}

u16 reference_get16(const struct reference *ref, u64 addr)
{
	u16 value;

	peek(ref, addr, &value, sizeof(value));
	return value;
}

u32 reference_get32(const struct reference *ref, u64 addr)
{
	u32 value;

	peek(ref, addr, &value, sizeof(value));
	return value;
}

/* Every byte of an area is there, in however many regions. */
static int area(const struct reference *ref, u64 addr, u32 len, u32 perm)
{
	struct region *region;

	if (addr + (len - 1) < addr)
		return -EOVERFLOW;
	for (; len--; addr++) {
		region = memory_find(ref->mem, addr);
		if (!region)
			return -EFAULT;
		if (!(region->perm & perm))
			return -EACCES;
	}
	return 0;
}

int reference_areas(const struct reference *ref)
{
	int ret = area(ref, ref->avail, 6 + 2 * ref->num, MDEV_AS_READ);

	if (!ret)
		ret = area(ref, ref->used, 6 + 8 * ref->num, MDEV_AS_WRITE);
	if (!ret)
		ret = area(ref, ref->desc, 16 * ref->num, MDEV_AS_READ);
	return ret;
}

static int add_piece(struct reference *ref, u64 addr, u32 *len, bool write,
		     unsigned int held)
{
	struct region *region;
	struct piece *piece;

	if (held + ref->nr_pieces == MDEV_RING_VECS_MAX)
		return held ? -ENOBUFS : -EMSGSIZE;
	region = memory_find(ref->mem, addr);
	if (!region)
		return -EFAULT;
	if (!(region->perm & (write ? MDEV_AS_WRITE : MDEV_AS_READ)))
		return -EACCES;
	piece = &ref->piece[ref->nr_pieces++];
	piece->va = region->va + (addr - region->addr);
	piece->len = min_t(u64, *len, region->len - (addr - region->addr));
	piece->write = write;
	*len -= piece->len;
	return 0;
}

static int add_buffer(struct reference *ref, const struct vring_desc *desc,
		      unsigned int held)
{
	bool write = desc->flags & VRING_DESC_F_WRITE;
	u64 addr = desc->addr;
	u32 len = desc->len;
	u32 left;
	int ret;

	if (!len)
		return 0;
	if (write)
		ref->in_len += len;
	else
		ref->out_len += len;
	if (ref->in_len + ref->out_len >= 1ULL << 32 || addr + (len - 1) < addr)
		return -EOVERFLOW;
	while (len) {
		left = len;
		ret = add_piece(ref, addr, &left, write, held);
		if (ret)
			return ret;
		addr += len - left;
		len = left;
	}
	return 0;
}

/* Which descriptors may there be, and where are they? */
struct table {
	u64 addr;
	u32 num;
	bool indirect;
};

static int enter_table(const struct reference *ref, struct table *table,
		       const struct vring_desc *desc)
{
	if (!ref->indirect || table->indirect || desc->flags & VRING_DESC_F_NEXT)
		return -EPROTO;
	if (desc->len == 0 || desc->len % 16)
		return -EPROTO;
	if (desc->len / 16 > MDEV_RING_VECS_MAX)
		return -EMSGSIZE;
	if (desc->addr + (desc->len - 1) < desc->addr)
		return -EOVERFLOW;
	table->addr = desc->addr;
	table->num = desc->len / 16;
	table->indirect = true;
	return 0;
}

int reference_chain(struct reference *ref, u16 head, unsigned int held)
{
	struct table table = { ref->desc, ref->num, false };
	struct vring_desc desc = { .flags = VRING_DESC_F_NEXT, .next = head };
	bool visited[MDEV_RING_VECS_MAX] = {};
	bool write = false;
	int ret = 0;
	u16 i;

	ref->nr_pieces = 0;
	ref->out_len = 0;
	ref->in_len = 0;
	while (!ret && desc.flags & VRING_DESC_F_NEXT) {
		i = desc.next;
		if (i >= table.num)
			return -EPROTO;
		if (visited[i])
			return -ELOOP;
		visited[i] = true;
		ret = get(ref, table.addr + 16ULL * i, &desc, sizeof(desc));
		if (ret)
			return ret;
		if (desc.flags & VRING_DESC_F_INDIRECT) {
			ret = enter_table(ref, &table, &desc);
			memset(visited, 0, sizeof(visited));
			desc.flags = VRING_DESC_F_NEXT;
			desc.next = 0;
			continue;
		}
		if (write && !(desc.flags & VRING_DESC_F_WRITE))
			return -EPROTO;
		write = desc.flags & VRING_DESC_F_WRITE;
		ret = add_buffer(ref, &desc, held);
	}
	return ret ? ret : ref->out_len + ref->in_len ? 0 : -EPROTO;
}
