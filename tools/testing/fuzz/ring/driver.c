// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <linux/kernel.h>
#include <linux/virtio_ring.h>

#include "driver.h"

/* Bytes that fall out of the region are not written. */
static void put(struct region *region, u32 offset, const void *buf, u32 len)
{
	if (!region->va || offset >= region->len)
		return;
	memcpy(region->va + offset, buf, min(len, region->len - offset));
}

static void put16(struct region *region, u32 offset, u16 value)
{
	put(region, offset, &value, sizeof(value));
}

static u16 record_u16(const u8 *at)
{
	return at[0] | at[1] << 8;
}

u64 driver_address(const struct memory *mem, u8 place, u8 offset)
{
	const struct region *region = &mem->region[(place & 15) % (MEM_FIRST_FINE + 1)];

	switch (place >> 4 & 3) {
	case 0:
		return region->addr + offset;
	case 1:
		return region->addr + region->len - offset;
	case 2:
		return region->addr - offset;
	default:
		return region->addr + offset % 16 * 8;
	}
}

/* Lengths near 2^32 are as likely as short ones are. */
static u32 descriptor_len(u16 raw)
{
	if (raw >= 0xf000)
		return 0xffff0000 | raw << 4;
	return raw & 0x8000 ? raw & 0xfff : raw & 0x1ff;
}

/* The table goes over the seam between its two regions. */
static void put_table(struct driver *driver, u32 i, const struct vring_desc *desc)
{
	struct region *first = &driver->mem->region[MEM_TABLE];
	u32 part = i * 16 < first->len ? min(first->len - i * 16, 16U) : 0;

	put(first, i * 16, desc, part);
	put(first + 1, i * 16 + part - first->len, (const u8 *)desc + part, 16 - part);
}

static void write_desc(struct driver *driver, const u8 *record)
{
	struct vring_desc desc = {
		.addr = driver_address(driver->mem, record[2], record[3]),
		.len = descriptor_len(record_u16(record + 6)),
		.flags = record[4] & 7,
		.next = record[5],
	};
	u32 i = record[1];

	if (record[4] & 0x80) {
		put_table(driver, i % 48, &desc);
		return;
	}
	put(&driver->mem->region[MEM_DESC], i % driver->num * 16, &desc, sizeof(desc));
}

void driver_set_idx(struct driver *driver, u16 idx)
{
	driver->idx = idx;
	put16(&driver->mem->region[MEM_AVAIL], 2, idx);
}

static void offer(struct driver *driver, u16 head)
{
	put16(&driver->mem->region[MEM_AVAIL], 4 + driver->idx % driver->num * 2, head);
	driver_set_idx(driver, driver->idx + 1);
}

static void write_avail(struct driver *driver, const u8 *record)
{
	unsigned int i;

	for (i = 0; i <= record[1] % 16U; i++)
		offer(driver, record[2] + i * record[3]);
}

static void write_raw(struct driver *driver, const u8 *record)
{
	struct region *region = &driver->mem->region[record[1] % MEM_REGIONS];

	put(region, record_u16(record + 2) % region->len, record + 4, 1 + record[1] / 64);
}

/* What the driver wants to be told of. */
static void write_event(struct driver *driver, const u8 *record)
{
	struct region *avail = &driver->mem->region[MEM_AVAIL];

	if (record[1] & 1)
		put16(avail, 0, record[2]);
	else
		put16(avail, 4 + 2 * driver->num, driver->idx + (int8_t)record[2]);
}

/* A chain that is in order, if nothing else writes there. */
static void write_chain(struct driver *driver, const u8 *record)
{
	bool indirect = record[7] & 1;
	u32 num = driver->num, first = record[2] % num;
	u32 nr = min(record[1] % 32U + 1, indirect ? 32U : num);
	u32 nr_out = record[3] % (nr + 1);
	struct vring_desc desc = {
		.addr = driver->mem->region[MEM_TABLE].addr,
		.len = nr * 16,
		.flags = VRING_DESC_F_INDIRECT,
	};
	u32 i, at;

	if (indirect)
		put(&driver->mem->region[MEM_DESC], first * 16, &desc, sizeof(desc));
	for (i = 0; i < nr; i++) {
		at = indirect ? i : (first + i) % num;
		desc.addr = driver_address(driver->mem, record[4], record[5]) + i;
		desc.len = record[6];
		desc.flags = (i < nr_out ? 0 : VRING_DESC_F_WRITE) |
			     (i + 1 < nr ? VRING_DESC_F_NEXT : 0);
		desc.next = indirect ? i + 1 : (at + 1) % num;
		if (indirect)
			put_table(driver, at, &desc);
		else
			put(&driver->mem->region[MEM_DESC], at * 16, &desc, sizeof(desc));
	}
	offer(driver, first);
}

static void change_map(struct driver *driver, const u8 *record)
{
	struct region *region = &driver->mem->region[record[1] % MEM_REGIONS];

	if (record[2] % 4 == 0)
		memory_unmap(driver->mem, region);
	else
		memory_map(driver->mem, region, record[2] % 4);
}

void driver_run(struct driver *driver, const u8 *record)
{
	switch (record[0]) {
	case DRIVER_DESC:
		write_desc(driver, record);
		break;
	case DRIVER_AVAIL:
		write_avail(driver, record);
		break;
	case DRIVER_IDX:
		driver_set_idx(driver, record[2] & 1 ? record_u16(record + 4) :
			       driver->idx + (int8_t)record[1]);
		break;
	case DRIVER_RAW:
		write_raw(driver, record);
		break;
	case DRIVER_EVENT:
		write_event(driver, record);
		break;
	case DRIVER_CHAIN:
		write_chain(driver, record);
		break;
	case DRIVER_MAP:
		change_map(driver, record);
		break;
	}
}
