/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A record: kind, slot and file, and six bytes that are the kind's own:
 *
 *	SETUP	everything up to some step, see setup.c
 *	REQUEST	an ioctl: which, queue or what is wrong with the pointer, its argument
 *	MESSAGE	an IOTLB message: type, version and space, addresses and size, way
 *	CHAIN	a chain in a ring: queue, pieces, lengths, what is wrong with it
 *	POKE	bytes in a ring: place, value
 *	EVENT	something happens to an eventfd
 *	MEMORY	pages are unmapped, protected, truncated, replaced
 *	SLICE	the administrator changes the slice, perhaps in another process
 *	NODE	open, close, dup, poll, epoll, flags
 *	BELL	a doorbell is mapped, rung, unmapped
 *	FORK	the next records are those of a new process
 */
#ifndef _FUZZ_VHOST_RECORD_H
#define _FUZZ_VHOST_RECORD_H

#include "fuzz.h"

enum kind_of_record { SETUP, REQUEST, MESSAGE, CHAIN, POKE, EVENT, MEMORY, SLICE, NODE, BELL, FORK,
		      RECORD_KINDS };

#define RECORD_KIND(record)	((record)[0] % RECORD_KINDS)
#define RECORD_SLOT(record)	(((record)[1] & 3) % SLOTS)
#define RECORD_FILE(record)	((record)[1] >> 2 & 1)

/* A record that means something. */
void record_make(uint8_t *record);

#endif /* _FUZZ_VHOST_RECORD_H */
