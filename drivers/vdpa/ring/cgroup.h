/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_RING_CGROUP_H
#define _MDEV_RING_CGROUP_H

#include <linux/errno.h>
#include <linux/types.h>

#ifdef CONFIG_CGROUPS
u64 ring_cgroup_id(void);
int ring_cgroup_enter(u64 id);
#else
static inline u64 ring_cgroup_id(void)
{
	return 0;
}

static inline int ring_cgroup_enter(u64 id)
{
	return -EOPNOTSUPP;
}
#endif

#endif /* _MDEV_RING_CGROUP_H */
