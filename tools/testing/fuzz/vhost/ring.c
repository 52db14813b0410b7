// SPDX-License-Identifier: GPL-2.0
#include <linux/virtio_ring.h>
#include <sys/epoll.h>

#include "memory.h"
#include "ring.h"

#define BUFFER		0x800U
#define BUFFERS		16U
#define AVAIL_IDX	2U
#define AVAIL_RING	4U
#define WAIT_MS		3

/* What can be wrong with a chain; where the record says so. */
enum flaw { LOOP, NEXT_FAR, ADDR_UNMAPPED, ADDR_WRAPS, TURNED, INDIRECT, INDIRECT_NEXT,
	    LEN_ZERO, LEN_HUGE, HEAD_FAR, IDX_FAR, FLAGS_ODD, FLAWS };
#define FLAWLESS	160

static uint32_t ring_num[SLOTS][QUEUES];

static char *queue_at(struct slot *slot, unsigned int queue, unsigned int offset)
{
	return slot->memory + queue * RING_STRIDE + offset;
}

static uint32_t queue_num(const struct slot *slot, unsigned int queue)
{
	uint32_t num = ring_num[slot - slots][queue];

	return num ? num : 256;
}

void ring_place(struct slot *slot, unsigned int queue, uint32_t num, uint16_t base)
{
	ring_num[slot - slots][queue] = num;
	memory_write(queue_at(slot, queue, RING_AT_AVAIL + AVAIL_IDX), &base, sizeof(base));
	memory_write(queue_at(slot, queue, RING_AT_USED + AVAIL_IDX), &base, sizeof(base));
}

static void kick(struct slot *slot, unsigned int queue)
{
	uint64_t one = 1;

	/* It may be closed, or full. */
	if (write(slot->event[KICK + queue], &one, sizeof(one)) < 0)
		return;
}

static uint32_t length_of(uint8_t raw)
{
	static const uint32_t lengths[] = { 12, 72, 1526, BUFFER, 13, 1, 1500, 64 };

	return lengths[raw % ARRAY_SIZE(lengths)];
}

static void flaw_desc(struct vring_desc *desc, enum flaw flaw, const uint8_t *record)
{
	switch (flaw) {
	case LOOP:
		desc->flags |= VRING_DESC_F_NEXT;
		break;
	case NEXT_FAR:
		desc->flags |= VRING_DESC_F_NEXT;
		desc->next = record[6] << 8 | record[7];
		break;
	case ADDR_UNMAPPED:
		desc->addr = (uint64_t)record[6] << record[7] % 64;
		break;
	case ADDR_WRAPS:
		desc->addr = -(uint64_t)record[7];
		break;
	case TURNED:
		desc->flags ^= VRING_DESC_F_WRITE;
		break;
	case INDIRECT_NEXT:
	case INDIRECT:
		desc->flags ^= VRING_DESC_F_INDIRECT | (flaw == INDIRECT ? VRING_DESC_F_NEXT : 0);
		desc->addr += RING_AT_TABLE - RING_AT_BUFFERS;
		break;
	case LEN_ZERO:
		desc->len = 0;
		break;
	case LEN_HUGE:
		desc->len = -(uint32_t)record[7];
		break;
	case FLAGS_ODD:
		desc->flags = record[6] | record[7] << 8;
		break;
	default:
		break;
	}
}

static bool device_writes(unsigned int queue, unsigned int i, unsigned int nr)
{
	return !queue || (queue == 2 && i + 1 == nr);
}

static void desc_write(struct slot *slot, const uint8_t *record, uint32_t at, unsigned int i,
		       unsigned int nr)
{
	unsigned int queue = record[2] % QUEUES, buffer = at % BUFFERS;
	uint32_t num = queue_num(slot, queue);
	struct vring_desc desc = {
		.addr = SLOT_IOVA + queue * RING_STRIDE + RING_AT_BUFFERS + buffer * BUFFER,
		.len = length_of(record[4] >> (i % 2 * 4)),
		.flags = (device_writes(queue, i, nr) ? VRING_DESC_F_WRITE : 0) |
			 (i + 1 < nr ? VRING_DESC_F_NEXT : 0),
		.next = (at + 1) % num,
	};

	/* In the last or in the first of them. */
	if (record[5] >= FLAWLESS && i == (record[5] & 1 ? 0 : nr - 1))
		flaw_desc(&desc, (record[5] - FLAWLESS) / 2 % FLAWS, record);
	memory_write(queue_at(slot, queue, RING_AT_DESC + at * sizeof(desc)), &desc, sizeof(desc));
}

/* The beginning of a command, or of what follows the header of a frame. */
static void payload_write(struct slot *slot, const uint8_t *record, uint32_t head)
{
	unsigned int queue = record[2] % QUEUES;
	char *buffer = queue_at(slot, queue, RING_AT_BUFFERS + head % BUFFERS * BUFFER);

	memory_write(queue == 2 ? buffer : buffer + 12, record + 6, 2);
}

static void publish(struct slot *slot, const uint8_t *record, uint16_t idx, uint16_t head)
{
	unsigned int queue = record[2] % QUEUES;
	uint32_t num = queue_num(slot, queue);
	enum flaw flaw = record[5] < FLAWLESS ? FLAWS : (record[5] - FLAWLESS) / 2 % FLAWS;

	if (flaw == HEAD_FAR)
		head = record[6] << 8 | record[7];
	memory_write(queue_at(slot, queue, RING_AT_AVAIL + AVAIL_RING + idx % num * 2), &head,
		     sizeof(head));
	idx += flaw == IDX_FAR ? record[6] << 8 | record[7] : 1;
	memory_write(queue_at(slot, queue, RING_AT_AVAIL + AVAIL_IDX), &idx, sizeof(idx));
}

void ring_chain(struct slot *slot, const uint8_t *record)
{
	unsigned int queue = record[2] % QUEUES, nr = 1 + (record[3] & 3), i;
	uint32_t num = queue_num(slot, queue), head;
	uint16_t idx;

	if (!memory_read(&idx, queue_at(slot, queue, RING_AT_AVAIL + AVAIL_IDX), sizeof(idx)))
		return;
	head = idx * 4 % num;
	for (i = 0; i < nr; i++)
		desc_write(slot, record, (head + i) % num, i, nr);
	payload_write(slot, record, head);
	publish(slot, record, idx, head);
	if (!(record[3] & 0x80))
		kick(slot, queue);
}

void ring_poke(struct slot *slot, const uint8_t *record)
{
	static const uint16_t areas[] = { RING_AT_DESC, RING_AT_AVAIL, RING_AT_USED, RING_AT_TABLE,
					  RING_AT_BUFFERS };
	unsigned int queue = record[2] % QUEUES, step = 1 << (record[2] >> 4 & 3);
	unsigned int area = areas[(record[2] >> 2) % ARRAY_SIZE(areas)];
	size_t len = record[2] & 0x40 ? 4 : 2;

	memory_write(queue_at(slot, queue, area + record[3] * step), record + 4, len);
	if (record[2] & 0x80)
		kick(slot, queue);
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
