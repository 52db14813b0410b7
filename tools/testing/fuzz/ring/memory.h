/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of the driver: regions with permissions, each allocated for itself and
 * exactly as large as said, so that the sanitizer sees a step beyond an end; and a
 * copy of all of it, to see what a call of the engine has changed.
 */
#ifndef _FUZZ_RING_MEMORY_H
#define _FUZZ_RING_MEMORY_H

#include <linux/mdev_as.h>

#define MEM_FINE	32	/* regions of 8 bytes that lie side by side */
#define MEM_REGIONS	(10 + MEM_FINE)

enum { MEM_DESC, MEM_AVAIL, MEM_USED, MEM_DATA, MEM_TABLE = 7, MEM_TOP = 9, MEM_FIRST_FINE };

struct region {
	u64 addr;
	u32 len;
	u32 perm;
	u8 *va;		/* NULL while it is not mapped */
	u8 *copy;
};

struct memory {
	struct mdev_as as;
	struct region region[MEM_REGIONS];
};

/* A run of addresses that a call may write. */
struct window {
	u64 addr;
	u32 len;
};

void memory_init(struct memory *mem, u32 num);
void memory_exit(struct memory *mem);
struct region *memory_find(struct memory *mem, u64 addr);
void memory_unmap(struct memory *mem, struct region *region);
void memory_map(struct memory *mem, struct region *region, u32 perm);
void memory_copy(struct memory *mem);

/* What was written outside of the windows, or NULL. */
const struct region *memory_changed(struct memory *mem, const struct window *window,
				    unsigned int nr);

#endif /* _FUZZ_RING_MEMORY_H */
