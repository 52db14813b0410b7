/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_RING_OWNER_H
#define _MDEV_RING_OWNER_H

struct mdev_ring_owner;
struct mdev_ring_worker;

struct mdev_ring_worker *owner_worker(struct mdev_ring_owner *owner,
				      unsigned int cpu);
void owner_note_turn(struct mdev_ring_owner *owner, unsigned int cpu);
int owner_enter(const struct mdev_ring_owner *owner);

#endif /* _MDEV_RING_OWNER_H */
