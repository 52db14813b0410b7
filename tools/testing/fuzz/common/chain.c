// SPDX-License-Identifier: GPL-2.0
#include <linux/virtio_ring.h>

#include "chain.h"
#include "memory.h"

#define BUFFER		0x800U
#define BUFFERS		16U
#define AVAIL_IDX	2U
#define AVAIL_RING	4U

/* What can be wrong with a chain; where the record says so. */
enum flaw { LOOP, NEXT_FAR, ADDR_UNMAPPED, ADDR_WRAPS, TURNED, INDIRECT, INDIRECT_NEXT,
	    LEN_ZERO, LEN_HUGE, HEAD_FAR, IDX_FAR, FLAGS_ODD, FLAWS };
#define FLAWLESS	160

unsigned int chain_queue(const uint8_t *record)
{
	return record[2] % CHAIN_QUEUES;
}

bool chain_add_kicks(const uint8_t *record)
{
	return !(record[3] & 0x80);
}

bool chain_poke_kicks(const uint8_t *record)
{
	return record[2] & 0x80;
}

void chain_begin(const struct chain_ring *ring, uint16_t base)
{
	memory_write(ring->at + CHAIN_AT_AVAIL + AVAIL_IDX, &base, sizeof(base));
	memory_write(ring->at + CHAIN_AT_USED + AVAIL_IDX, &base, sizeof(base));
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
		desc->addr += CHAIN_AT_TABLE - CHAIN_AT_BUFFERS;
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

static void desc_write(const struct chain_ring *ring, const uint8_t *record, uint32_t at,
		       unsigned int i, unsigned int nr)
{
	struct vring_desc desc = {
		.addr = ring->iova + CHAIN_AT_BUFFERS + at % BUFFERS * BUFFER,
		.len = length_of(record[4] >> (i % 2 * 4)),
		.flags = (device_writes(ring->queue, i, nr) ? VRING_DESC_F_WRITE : 0) |
			 (i + 1 < nr ? VRING_DESC_F_NEXT : 0),
		.next = (at + 1) % ring->num,
	};

	/* In the last or in the first of them. */
	if (record[5] >= FLAWLESS && i == (record[5] & 1 ? 0 : nr - 1))
		flaw_desc(&desc, (record[5] - FLAWLESS) / 2 % FLAWS, record);
	memory_write(ring->at + CHAIN_AT_DESC + at * sizeof(desc), &desc, sizeof(desc));
}

/* The beginning of a command, or of what follows the header of a frame. */
static void payload_write(const struct chain_ring *ring, const uint8_t *record, uint32_t head)
{
	char *buffer = ring->at + CHAIN_AT_BUFFERS + head % BUFFERS * BUFFER;

	memory_write(ring->queue == 2 ? buffer : buffer + 12, record + 6, 2);
}

static void publish(const struct chain_ring *ring, const uint8_t *record, uint16_t idx,
		    uint16_t head)
{
	enum flaw flaw = record[5] < FLAWLESS ? FLAWS : (record[5] - FLAWLESS) / 2 % FLAWS;

	if (flaw == HEAD_FAR)
		head = record[6] << 8 | record[7];
	memory_write(ring->at + CHAIN_AT_AVAIL + AVAIL_RING + idx % ring->num * 2, &head,
		     sizeof(head));
	idx += flaw == IDX_FAR ? record[6] << 8 | record[7] : 1;
	memory_write(ring->at + CHAIN_AT_AVAIL + AVAIL_IDX, &idx, sizeof(idx));
}

bool chain_add(const struct chain_ring *ring, const uint8_t *record)
{
	unsigned int nr = 1 + (record[3] & 3), i;
	uint32_t head;
	uint16_t idx;

	if (!memory_read(&idx, ring->at + CHAIN_AT_AVAIL + AVAIL_IDX, sizeof(idx)))
		return false;
	head = idx * 4 % ring->num;
	for (i = 0; i < nr; i++)
		desc_write(ring, record, (head + i) % ring->num, i, nr);
	payload_write(ring, record, head);
	publish(ring, record, idx, head);
	return true;
}

void chain_poke(const struct chain_ring *ring, const uint8_t *record)
{
	static const uint16_t areas[] = {
		CHAIN_AT_DESC, CHAIN_AT_AVAIL, CHAIN_AT_USED, CHAIN_AT_TABLE, CHAIN_AT_BUFFERS,
	};
	unsigned int step = 1 << (record[2] >> 4 & 3);
	unsigned int area = areas[(record[2] >> 2) % ARRAY_SIZE(areas)];
	size_t len = record[2] & 0x40 ? 4 : 2;

	memory_write(ring->at + area + record[3] * step, record + 4, len);
}
