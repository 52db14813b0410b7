/* SPDX-License-Identifier: GPL-2.0 */
/* What is in the memory of virtqueues. */
#ifndef _FUZZ_VHOST_RING_H
#define _FUZZ_VHOST_RING_H

#include "slot.h"

/* The driver side begins: nothing is available yet. */
void ring_place(struct slot *slot, unsigned int queue, uint32_t num, uint32_t base,
		bool packed);

/* A chain that may be wrong is made available, and the queue kicked. */
void ring_chain(struct slot *slot, const uint8_t *record);

/* Some bytes of the memory of a virtqueue change. */
void ring_poke(struct slot *slot, const uint8_t *record);

/* Events are signalled, read, waited for, closed. */
void ring_event(struct slot *slot, const uint8_t *record);

#endif /* _FUZZ_VHOST_RING_H */
