/* SPDX-License-Identifier: GPL-2.0 */
/* What is in the memory of the virtqueues of a NIC: chains of descriptors, right or wrong. */
#ifndef _FUZZ_CHAIN_H
#define _FUZZ_CHAIN_H

#include "fuzz.h"

/* Where the parts of a virtqueue are in its memory, CHAIN_BYTES of it. */
#define CHAIN_AT_DESC		0U
#define CHAIN_AT_AVAIL		0x1000U
#define CHAIN_AT_USED		0x2000U
#define CHAIN_AT_TABLE		0x3000U
#define CHAIN_AT_BUFFERS	0x4000U
#define CHAIN_BYTES		0x10000U

/* Receive, transmit and control queue, which inputs are about. */
#define CHAIN_QUEUES		3

/* A virtqueue: where it is, and where the device sees it. */
struct chain_ring {
	char *at;
	uint64_t iova;
	unsigned int queue;
	uint32_t num;
};

/* Features that a record asks for: bits of the first byte, and three more, from 1. */
uint64_t chain_features(uint8_t groups, uint8_t more);

/* The value that the record's base has for a ring of this layout: where device and driver begin. */
uint32_t chain_base(uint32_t num, uint16_t base, bool packed);

/* The driver side begins, from chain_base(): nothing is available yet. */
void chain_begin(const struct chain_ring *ring, uint32_t base, bool packed);

/* A chain that may be wrong is made available; false if there is no memory. */
bool chain_add(const struct chain_ring *ring, const uint8_t *record);

/* Some bytes of the memory of a virtqueue change. */
void chain_poke(const struct chain_ring *ring, const uint8_t *record);

/* Which of them a record means, and does it want the device to be told? */
unsigned int chain_queue(const uint8_t *record);
bool chain_add_kicks(const uint8_t *record);
bool chain_poke_kicks(const uint8_t *record);

#endif /* _FUZZ_CHAIN_H */
