// SPDX-License-Identifier: GPL-2.0
#include "record.h"
#include "request.h"
#include "setup.h"
#include "slice.h"
#include "slot.h"

/* Mostly the first slot and its first file, so that records meet. */
static uint8_t where(void)
{
	uint8_t slot = fuzz_random(3) ? 0 : fuzz_random(SLOTS);
	uint8_t second = fuzz_random(8) ? 0 : 4;

	return slot | second;
}

/* The last steps are the interesting ones, and all queues. */
static void make_setup(uint8_t *record)
{
	record[2] = fuzz_random(3) ? SETUP_STEPS - 1 : fuzz_random(SETUP_STEPS);
	if (fuzz_random(4))
		record[4] = 8 | fuzz_random(8) | (fuzz_random(2) ? fuzz_random(8) << 4 : 0);
	record[5] = fuzz_random(4) ? 0 : record[5];
	record[6] = fuzz_random(4) ? 0 : record[6];
	record[7] = fuzz_random(6) ? 0 : record[7];
}

static void make_request(uint8_t *record)
{
	record[2] = fuzz_random(16) ? fuzz_random(requests_count()) : record[2];
	/* All queues of the usual slices, and one more. */
	record[3] = fuzz_random(6) ? fuzz_random(QUEUES + 1) : record[3];
	record[4] = fuzz_random(2) ? fuzz_random(16) : record[4];
}

static void make_message(uint8_t *record)
{
	record[2] = fuzz_random(8) ? fuzz_random(5) : record[2];
	record[3] = fuzz_random(4) ? 8 | fuzz_random(2) << 6 : record[3];
	record[7] = fuzz_random(4) ? 0 : record[7];
	if (fuzz_random(2))
		record[6] = record[4];
}

static void make_chain(uint8_t *record)
{
	record[3] &= 0x83;
	record[5] = fuzz_random(2) ? 0 : record[5];
	/* Commands that exist. */
	if (fuzz_random(2)) {
		record[6] = fuzz_random(5);
		record[7] = fuzz_random(6);
	}
}

void record_make(uint8_t *record)
{
	static const uint8_t kinds[] = {
		SETUP, SETUP, SETUP, REQUEST, REQUEST, REQUEST, REQUEST, REQUEST, REQUEST,
		MESSAGE, MESSAGE, MESSAGE, CHAIN, CHAIN, CHAIN, CHAIN, POKE, POKE, EVENT, EVENT,
		MEMORY, SLICE, NODE, NODE, BELL, BELL, FORK,
	};
	unsigned int i;

	for (i = 0; i < FUZZ_RECORD; i++)
		record[i] = fuzz_random(256);
	record[0] = kinds[fuzz_random(sizeof(kinds))];
	record[1] = where();
	switch (record[0]) {
	case SETUP:
		make_setup(record);
		break;
	case REQUEST:
		make_request(record);
		break;
	case MESSAGE:
		make_message(record);
		break;
	case CHAIN:
		make_chain(record);
		break;
	case SLICE:
		slice_make(record);
		break;
	case BELL:
		record[1] = (record[1] & 4) | SLOT_WIDE;
		break;
	}
}
