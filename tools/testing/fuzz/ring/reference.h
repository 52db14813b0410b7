/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of section 2.7 of the specification and of <linux/mdev_ring.h> once
 * more, slow and simple: what may come of the memory as it is now.
 */
#ifndef _FUZZ_RING_REFERENCE_H
#define _FUZZ_RING_REFERENCE_H

#include <linux/mdev_ring.h>

#include "memory.h"

struct piece {
	u8 *va;
	u32 len;
	bool write;
};

struct reference {
	struct memory *mem;
	u32 num;
	bool indirect;
	u64 desc;
	u64 avail;
	u64 used;
	/* of the last chain */
	struct piece piece[MDEV_RING_VECS_MAX];
	unsigned int nr_pieces;
	u64 out_len;
	u64 in_len;
};

/* Are the areas where they are said to be? 0 or a negative errno. */
int reference_areas(const struct reference *ref);

/*
 * The chain that begins at @head, while @held pieces are in use. 0 or the negative
 * errno of mdev_ring_pop(); -ELOOP for a circle, in which it depends on how far one
 * goes what else is found.
 */
int reference_chain(struct reference *ref, u16 head, unsigned int held);

u16 reference_get16(const struct reference *ref, u64 addr);
u32 reference_get32(const struct reference *ref, u64 addr);

#endif /* _FUZZ_RING_REFERENCE_H */
