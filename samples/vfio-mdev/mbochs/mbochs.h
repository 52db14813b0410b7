/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mbochs: a display like QEMU's bochs-display, see driver.c.
 */
#ifndef _MBOCHS_H
#define _MBOCHS_H

#include <linux/mdev_class.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "../vfio.h"

/* Base address registers. */
#define MBOCHS_BAR_MEMORY	0
#define MBOCHS_BAR_REGS		2
#define MBOCHS_REGS_SIZE	0x1000

/* The region by which the user says what monitor there is, and the EDID in it. */
#define MBOCHS_EDID_REGION	VFIO_PCI_NUM_REGIONS
#define MBOCHS_EDID_SIZE	0x1000
#define MBOCHS_EDID_BLOB	0x800
#define MBOCHS_EDID_MAX		0x400

/* Registers of the display interface, 16 bits each. */
#define MBOCHS_NR_DISPI		11

/* How many modes are remembered at least, by id. */
#define MBOCHS_NR_PLANES	8

/**
 * struct mbochs_memory - video memory of a slice
 * @mbytes: size in megabytes, taken from what there is for all
 * @nr_pages: size in pages
 * @lock: for @pages
 * @pages: those that have been touched, the others are NULL
 */
struct mbochs_memory {
	u32 mbytes;
	u32 nr_pages;
	struct mutex lock;	/* see above */
	struct page *pages[] __counted_by(nr_pages);
};

/**
 * struct mbochs_mode - what is shown
 * @width: in pixels
 * @height: in pixels
 * @stride: from line to line, in bytes
 * @offset: of the first pixel in video memory, in bytes: the beginning of a page
 * @size: in bytes, whole pages
 */
struct mbochs_mode {
	u32 width;
	u32 height;
	u32 stride;
	u32 offset;
	u32 size;
};

/**
 * struct mbochs_plane - a mode that the user has been told of
 * @id: its id, or 0
 * @mode: the mode
 */
struct mbochs_plane {
	u32 id;
	struct mbochs_mode mode;
};

/**
 * struct mbochs - a display
 * @sv: the vfio device; its lock is for all that follows
 * @memory: video memory, that of the slice
 * @max_width: of the pictures that the type is for, in pixels; 0: any
 * @max_height: likewise
 * @dispi: registers
 * @edid: registers of the monitor
 * @edid_blob: the monitor's EDID
 * @planes: modes that were shown last
 * @last_id: the id that was given last
 */
struct mbochs {
	struct sample_vfio sv;
	struct mbochs_memory *memory;
	u32 max_width;
	u32 max_height;
	u16 dispi[MBOCHS_NR_DISPI];
	struct vfio_region_gfx_edid edid;
	u8 edid_blob[MBOCHS_EDID_MAX];
	struct mbochs_plane planes[MBOCHS_NR_PLANES];
	u32 last_id;
};

static inline struct mbochs *to_mbochs(struct sample_vfio *sv)
{
	return container_of(sv, struct mbochs, sv);
}

/* memory.c */
void mbochs_pool_init(u32 mbytes);
u32 mbochs_pool_left(void);
struct mbochs_memory *mbochs_memory_create(u32 mbytes);
void mbochs_memory_remove(struct mbochs_memory *memory);
struct page *mbochs_memory_page(struct mbochs_memory *memory, u32 index);
void mbochs_memory_clear(struct mbochs_memory *memory);
int mbochs_memory_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
			 bool write);
int mbochs_memory_mmap(struct mbochs_memory *memory,
		       struct vm_area_struct *vma, unsigned long first);

/* registers.c */
void mbochs_regs_reset(struct mbochs *mb);
int mbochs_regs_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
		       bool write);
bool mbochs_regs_mode(const struct mbochs *mb, struct mbochs_mode *mode);

/* edid.c */
void mbochs_edid_reset(struct mbochs *mb);
u8 mbochs_edid_byte(const struct mbochs *mb, u32 pos);
int mbochs_edid_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
		       bool write);

/* plane.c */
#ifdef CONFIG_DMA_SHARED_BUFFER
void mbochs_planes_forget(struct mbochs *mb);
long mbochs_query_plane(struct mbochs *mb, void __user *arg);
long mbochs_get_dmabuf(struct mbochs *mb, const void __user *arg);
#else
/* Then there is nothing to show a picture by, as the user is told. */
static inline void mbochs_planes_forget(struct mbochs *mb)
{
}

static inline long mbochs_query_plane(struct mbochs *mb, void __user *arg)
{
	return -ENOTTY;
}

static inline long mbochs_get_dmabuf(struct mbochs *mb, const void __user *arg)
{
	return -ENOTTY;
}
#endif

/* dmabuf.c */
int mbochs_dmabuf_export(struct mbochs_memory *memory,
			 const struct mbochs_mode *mode);

#endif /* _MBOCHS_H */
