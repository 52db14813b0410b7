/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <stdlib.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0

/* Counts down to the allocation that fails; -1: none does. */
extern int shim_alloc_fail;

static inline void *kvcalloc_node(size_t n, size_t size, int gfp, int node)
{
	if (shim_alloc_fail >= 0 && shim_alloc_fail-- == 0)
		return NULL;
	return calloc(n, size);
}

static inline void *kvzalloc_node(size_t size, int gfp, int node)
{
	return kvcalloc_node(1, size, gfp, node);
}

static inline void kvfree(const void *p)
{
	free((void *)p);
}

#endif /* _SHIM_LINUX_SLAB_H */
