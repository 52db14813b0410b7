/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtqueue of the node of a slice in class vhost.
 */
#ifndef _RING_H
#define _RING_H

#include "../common/virtqueue.h"
#include "vhost.h"

/* Tell the device everything about the queue but that it is enabled. */
static inline int ring_setup(int fd, const struct ring *ring, __u32 base)
{
	int err;

	err = vhost_set_vring_num(fd, ring->index, ring->num);
	if (!err)
		err = vhost_set_vring_base(fd, ring->index, base);
	if (!err)
		err = vhost_set_vring_addr(fd, ring->index, ring->iova + RING_DESC,
					   ring->iova + RING_AVAIL,
					   ring->iova + RING_USED);
	if (!err)
		err = vhost_set_vring_kick(fd, ring->index, ring->kick);
	if (!err)
		err = vhost_set_vring_call(fd, ring->index, ring->call);
	if (!err)
		err = vhost_set_vring_err(fd, ring->index, ring->err);
	return err;
}

static inline void ring_kick(struct ring *ring)
{
	ring_publish(ring);
	if (ring_needs_kick(ring))
		event_signal(ring->kick);
}

#endif /* _RING_H */
