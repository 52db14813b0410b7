/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_RING_WORKER_H
#define _MDEV_RING_WORKER_H

struct mm_struct;

int worker_use_mm(struct mm_struct *mm);
int workers_init(void);
void workers_exit(void);

#endif /* _MDEV_RING_WORKER_H */
