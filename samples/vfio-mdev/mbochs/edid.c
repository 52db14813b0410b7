// SPDX-License-Identifier: GPL-2.0
/*
 * The region by which a user says what monitor is connected, and what of it the guest's
 * driver sees: the EDID while the link is up, and nothing otherwise.
 */
#include <linux/string.h>
#include <linux/unaligned.h>

#include "mbochs.h"

static_assert(MBOCHS_EDID_BLOB + MBOCHS_EDID_MAX <= MBOCHS_EDID_SIZE);
static_assert(sizeof(struct vfio_region_gfx_edid) <= MBOCHS_EDID_BLOB);

/* No monitor; as when the device is opened. */
void mbochs_edid_reset(struct mbochs *mb)
{
	mb->edid = (struct vfio_region_gfx_edid){
		.edid_offset = MBOCHS_EDID_BLOB,
		.edid_max_size = MBOCHS_EDID_MAX,
		.max_xres = mb->max_width,
		.max_yres = mb->max_height,
		.link_state = VFIO_DEVICE_GFX_LINK_STATE_DOWN,
	};
	memset(mb->edid_blob, 0, sizeof(mb->edid_blob));
}

/* What the guest's driver sees. */
u8 mbochs_edid_byte(const struct mbochs *mb, u32 pos)
{
	if (mb->edid.link_state != VFIO_DEVICE_GFX_LINK_STATE_UP ||
	    pos >= mb->edid.edid_size)
		return 0;
	return mb->edid_blob[pos];
}

/* The other registers tell something and cannot be written. */
static int edid_write_reg(struct mbochs *mb, u32 pos, u32 val)
{
	switch (pos) {
	case offsetof(struct vfio_region_gfx_edid, link_state):
		if (val != VFIO_DEVICE_GFX_LINK_STATE_UP &&
		    val != VFIO_DEVICE_GFX_LINK_STATE_DOWN)
			return -EINVAL;
		mb->edid.link_state = val;
		return 0;
	case offsetof(struct vfio_region_gfx_edid, edid_size):
		if (val > MBOCHS_EDID_MAX)
			return -EINVAL;
		mb->edid.edid_size = val;
		return 0;
	default:
		return -EINVAL;
	}
}

static int edid_write(struct mbochs *mb, u32 pos, const u8 *buf, u32 len)
{
	if (pos >= MBOCHS_EDID_BLOB &&
	    pos + len <= MBOCHS_EDID_BLOB + MBOCHS_EDID_MAX) {
		memcpy(mb->edid_blob + pos - MBOCHS_EDID_BLOB, buf, len);
		return 0;
	}
	/* A register is a number of the user's own byte order. */
	if (len != sizeof(u32))
		return -EINVAL;
	return edid_write_reg(mb, pos, get_unaligned((const u32 *)buf));
}

static u8 edid_read_byte(const struct mbochs *mb, u32 pos)
{
	if (pos < sizeof(mb->edid))
		return ((const u8 *)&mb->edid)[pos];
	if (pos >= MBOCHS_EDID_BLOB && pos < MBOCHS_EDID_BLOB + MBOCHS_EDID_MAX)
		return mb->edid_blob[pos - MBOCHS_EDID_BLOB];
	return 0;
}

int mbochs_edid_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
		       bool write)
{
	struct mbochs *mb = to_mbochs(sv);
	u32 i;

	if (write)
		return edid_write(mb, pos, buf, len);
	for (i = 0; i < len; i++)
		buf[i] = edid_read_byte(mb, pos + i);
	return 0;
}
