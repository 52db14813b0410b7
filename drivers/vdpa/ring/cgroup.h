/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_RING_CGROUP_H
#define _MDEV_RING_CGROUP_H

#include <linux/errno.h>
#include <linux/types.h>

#ifdef CONFIG_CGROUPS
u64 ring_cgroup_id(void);
int ring_cgroup_enter(u64 id);
int ring_cgroup_has_more(u64 id, unsigned int nr);
#else
static inline u64 ring_cgroup_id(void)
{
	return 0;
}

static inline int ring_cgroup_enter(u64 id)
{
	return -EOPNOTSUPP;
}

static inline int ring_cgroup_has_more(u64 id, unsigned int nr)
{
	return 0;
}
#endif

#endif /* _MDEV_RING_CGROUP_H */
