/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record: kind, and seven bytes that are the kind's own:
 *
 *	DRIVER	everything up to a device that works, to some step, see driver.c
 *	COMMON	a field of the common configuration: which, value; width
 *	REGION	bytes of a region: which, place, how many, how
 *	WINDOW	the capability that accesses the other structures, and an access by it
 *	IRQS	VFIO_DEVICE_SET_IRQS: index, flags, start and count, eventfds
 *	FEATURE	VFIO_DEVICE_FEATURE: which, flags, argsz, payload
 *	MIGRATE	states, streams read and written
 *	REQUEST	the other ioctls
 *	DMA	the container: map, unmap, dirty pages
 *	CHAIN	a chain in a ring: queue, pieces, lengths, what is wrong with it
 *	POKE	bytes in a ring: place, value
 *	MEMORY	pages are unmapped, protected, truncated, replaced
 *	EVENT	something happens to an eventfd
 *	FILES	close, reopen, map, poll
 *	SLICE	the administrator changes the slice
 */
#ifndef _FUZZ_VFIO_RECORD_H
#define _FUZZ_VFIO_RECORD_H

#include "fuzz.h"

/* The order is part of the meaning of inputs. */
enum kind_of_record { DRIVER, COMMON, REGION, WINDOW, IRQS, FEATURE, MIGRATE, REQUEST, DMA, CHAIN,
		      POKE, MEMORY, EVENT, FILES, SLICE, RECORD_KINDS };

#define RECORD_KIND(record)	((record)[0] % RECORD_KINDS)

/* Numbers in a record. */
uint16_t record_u16(const uint8_t *at);
uint32_t record_u32(const uint8_t *at);

/* What may be taken for a size, a place or a number, and is odd. */
uint64_t record_odd(uint8_t choice);

/* A record that means something. */
void record_make(uint8_t *record);

#endif /* _FUZZ_VFIO_RECORD_H */
