// SPDX-License-Identifier: GPL-2.0
#include <sys/epoll.h>

#include "ring.h"

#define WAIT_MS		3

static uint32_t ring_num[SLOTS][QUEUES];

static struct chain_ring ring_of(const struct slot *slot, unsigned int queue)
{
	uint32_t num = ring_num[slot - slots][queue];

	return (struct chain_ring){
		.at = slot->memory.at + queue * CHAIN_BYTES,
		.iova = SLOT_IOVA + queue * CHAIN_BYTES,
		.queue = queue,
		.num = num ? num : 256,
	};
}

void ring_place(struct slot *slot, unsigned int queue, uint32_t num, uint32_t base, bool packed)
{
	struct chain_ring ring;

	ring_num[slot - slots][queue] = num;
	ring = ring_of(slot, queue);
	chain_begin(&ring, base, packed);
}

static void kick(struct slot *slot, unsigned int queue)
{
	uint64_t one = 1;

	/* It may be closed, or full. */
	if (write(slot->event[KICK + queue], &one, sizeof(one)) < 0)
		return;
}

void ring_chain(struct slot *slot, const uint8_t *record)
{
	struct chain_ring ring = ring_of(slot, chain_queue(record));

	if (chain_add(&ring, record) && chain_add_kicks(record))
		kick(slot, ring.queue);
}

void ring_poke(struct slot *slot, const uint8_t *record)
{
	struct chain_ring ring = ring_of(slot, chain_queue(record));

	chain_poke(&ring, record);
	if (chain_poke_kicks(record))
		kick(slot, ring.queue);
}

static void event_write(struct slot *slot, const uint8_t *record, int fd)
{
	uint64_t count = record[4] < 240 ? 1 : -(uint64_t)(record[4] - 238);

	if (write(fd, &count, sizeof(count)) < 0)
		return;
}

static void event_replace(struct slot *slot, unsigned int event)
{
	close(slot->event[event]);
	slot->event[event] = event_new();
}

void ring_event(struct slot *slot, const uint8_t *record)
{
	struct epoll_event interest = { .events = EPOLLIN };
	unsigned int event = record[3] % EVENTS;
	int fd = slot->event[event];

	switch (record[2] % 5) {
	case 0:
		event_write(slot, record, fd);
		break;
	case 1:
		event_wait(fd, 0);
		break;
	case 2:
		event_wait(fd, WAIT_MS);
		break;
	case 3:
		event_replace(slot, event);
		break;
	default:
		epoll_ctl(poller, EPOLL_CTL_ADD, fd, &interest);
	}
}
