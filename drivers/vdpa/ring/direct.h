/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the direct backend and the table of RAM know of each other.
 */
#ifndef _MDEV_RING_DIRECT_H
#define _MDEV_RING_DIRECT_H

#include <linux/types.h>

/**
 * struct ram_extent - a run of RAM that the kernel's direct map covers
 * @first: physical address of its first byte
 * @last: physical address of its last byte
 */
struct ram_extent {
	phys_addr_t first;
	phys_addr_t last;
};

bool ram_find(phys_addr_t phys, struct ram_extent *found);
int ram_init(void);
void ram_exit(void);

/* The table has changed: what was translated with the old one is stale. */
void direct_invalidate(void);

#endif /* _MDEV_RING_DIRECT_H */
