// SPDX-License-Identifier: GPL-2.0
/*
 * BAR 2, as QEMU's bochs-display has it: the monitor's EDID, VGA ports that do nothing here,
 * and the registers of the Bochs display interface (VBE DISPI). They say what is shown:
 *
 *	0x000	EDID
 *	0x400	VGA
 *	0x500	DISPI
 */
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "mbochs.h"

#define REGS_EDID	0x000
#define REGS_DISPI	0x500

/* Numbers of the registers. */
#define DISPI_ID		0
#define DISPI_XRES		1
#define DISPI_YRES		2
#define DISPI_BPP		3
#define DISPI_ENABLE		4
#define DISPI_VIRT_WIDTH	6
#define DISPI_X_OFFSET		8
#define DISPI_Y_OFFSET		9
#define DISPI_MEMORY_64K	10

/* The newest interface, and what switches the display on. */
#define DISPI_ID5		0xb0c5
#define DISPI_ENABLED		0x0001

#define BPP			32
#define PIXEL			4	/* bytes */
/* Less is no picture, but a driver that has not set all of it yet. */
#define RES_MIN			64

void mbochs_regs_reset(struct mbochs *mb)
{
	memset(mb->dispi, 0, sizeof(mb->dispi));
	mb->dispi[DISPI_ID] = DISPI_ID5;
	mb->dispi[DISPI_MEMORY_64K] = mb->memory->mbytes * (SZ_1M / SZ_64K);
}

static u8 dispi_byte(const struct mbochs *mb, u32 pos)
{
	u32 reg = pos / 2;

	if (reg >= MBOCHS_NR_DISPI)
		return 0;
	return mb->dispi[reg] >> (pos % 2 * 8);
}

static u8 regs_byte(const struct mbochs *mb, u32 pos)
{
	if (pos >= REGS_DISPI)
		return dispi_byte(mb, pos - REGS_DISPI);
	if (pos < REGS_EDID + MBOCHS_EDID_MAX)
		return mbochs_edid_byte(mb, pos - REGS_EDID);
	return 0;
}

/* Any number: what it means is asked when a picture is wanted. */
static void dispi_write(struct mbochs *mb, u32 reg, u16 val)
{
	if (reg < MBOCHS_NR_DISPI && reg != DISPI_ID && reg != DISPI_MEMORY_64K)
		mb->dispi[reg] = val;
}

static void regs_write(struct mbochs *mb, u32 pos, const u8 *buf, u32 len)
{
	u32 i;

	if (pos < REGS_DISPI || len < sizeof(u16))
		return;
	for (i = 0; i < len; i += sizeof(u16))
		dispi_write(mb, (pos - REGS_DISPI + i) / sizeof(u16),
			    get_unaligned_le16(buf + i));
}

/* Aligned, so what has at least 2 bytes is whole registers. */
int mbochs_regs_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
		       bool write)
{
	struct mbochs *mb = to_mbochs(sv);
	u32 i;

	if (write) {
		regs_write(mb, pos, buf, len);
		return 0;
	}
	for (i = 0; i < len; i++)
		buf[i] = regs_byte(mb, pos + i);
	return 0;
}

/*
 * What the registers mean, if it is a picture within video memory that begins with a page:
 * a dma-buf cannot begin elsewhere. No product overflows, as each factor has 16 bits.
 */
bool mbochs_regs_mode(const struct mbochs *mb, struct mbochs_mode *mode)
{
	const u16 *dispi = mb->dispi;
	u64 stride, offset, size;

	if (!(dispi[DISPI_ENABLE] & DISPI_ENABLED) || dispi[DISPI_BPP] != BPP ||
	    dispi[DISPI_XRES] < RES_MIN || dispi[DISPI_YRES] < RES_MIN)
		return false;
	stride = PIXEL * max(dispi[DISPI_VIRT_WIDTH], dispi[DISPI_XRES]);
	offset = dispi[DISPI_X_OFFSET] * PIXEL + dispi[DISPI_Y_OFFSET] * stride;
	size = PAGE_ALIGN(dispi[DISPI_YRES] * stride);
	if (!PAGE_ALIGNED(offset) ||
	    offset + size > (u64)mb->memory->nr_pages << PAGE_SHIFT)
		return false;
	*mode = (struct mbochs_mode){
		.width = dispi[DISPI_XRES],
		.height = dispi[DISPI_YRES],
		.stride = stride,
		.offset = offset,
		.size = size,
	};
	return true;
}
