/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_RING_WORKER_H
#define _MDEV_RING_WORKER_H

struct cpumask;
struct llist_head;
struct mdev_ring_owner;
struct mdev_ring_worker;
struct mm_struct;

int worker_use_mm(struct mm_struct *mm);
int worker_confine(struct mdev_ring_worker *own, const struct cpumask *cpus);
int workers_init(void);
void workers_exit(void);

/* For owner.c, which ends what it has started. */
struct mdev_ring_worker *worker_start(struct mdev_ring_owner *owner,
				      unsigned int cpu);
unsigned int worker_turns(const struct mdev_ring_worker *own);
void worker_leave(struct mdev_ring_worker *own, struct llist_head *ending);
void workers_stop(struct llist_head *ending);

#endif /* _MDEV_RING_WORKER_H */
