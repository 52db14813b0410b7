// SPDX-License-Identifier: GPL-2.0
#include <linux/virtio_config.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>

#include "chain.h"
#include "memory.h"

#define BUFFER		0x800U
#define BUFFERS		16U
#define AVAIL_IDX	2U
#define AVAIL_RING	4U

#define BIT(nr)		(1ULL << (nr))
#define PACKED_AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define PACKED_USED	BIT(VRING_PACKED_DESC_F_USED)
#define WRAP		0x8000U		/* the wrap counter of a place */

/*
 * What the driver side of a ring remembers is in its memory, so that all processes go on from
 * there: behind the available ring, and where chain_poke() does not come.
 */
#define AT_DRIVER	(CHAIN_AT_AVAIL + 0x800U)

struct driver {
	uint16_t packed;
	uint16_t place;		/* in a packed ring: index of the next descriptor, and WRAP */
};

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

/* The order is part of the meaning of inputs. */
uint64_t chain_features(uint8_t groups, uint8_t more)
{
	static const uint64_t features[] = {
		BIT(VIRTIO_NET_F_MAC), BIT(VIRTIO_NET_F_MRG_RXBUF), BIT(VIRTIO_RING_F_EVENT_IDX),
		BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_CTRL_RX) |
		BIT(VIRTIO_NET_F_CTRL_MAC_ADDR) | BIT(VIRTIO_NET_F_CTRL_RX_EXTRA),
		BIT(VIRTIO_NET_F_MQ), BIT(VIRTIO_NET_F_MTU), BIT(VIRTIO_NET_F_STATUS),
		BIT(VIRTIO_RING_F_INDIRECT_DESC),
		BIT(VIRTIO_F_RING_PACKED), BIT(VIRTIO_F_IN_ORDER),
		BIT(VIRTIO_NET_F_RSS) | BIT(VIRTIO_NET_F_HASH_REPORT) |
		BIT(VIRTIO_NET_F_NOTF_COAL) | BIT(VIRTIO_NET_F_CTRL_VLAN),
	};
	uint64_t bits = BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if ((groups | more << 8) & 1 << i)
			bits |= features[i];
	return bits;
}

/* Without a base a packed ring begins at 0 with both wrap counters set (section 2.8.1). */
uint32_t chain_base(uint32_t num, uint16_t base, bool packed)
{
	uint16_t place = (base & WRAP) ^ WRAP;

	if (!packed)
		return base;
	place |= (base & ~WRAP) % num;
	return place | (uint32_t)place << 16;
}

/* In a packed ring both areas hold a structure for events, and 0 says that all are wanted. */
void chain_begin(const struct chain_ring *ring, uint32_t base, bool packed)
{
	struct driver driver = { .packed = packed, .place = base };
	uint16_t idx = packed ? 0 : base;

	memory_write(ring->at + CHAIN_AT_AVAIL + AVAIL_IDX, &idx, sizeof(idx));
	memory_write(ring->at + CHAIN_AT_USED + AVAIL_IDX, &idx, sizeof(idx));
	memory_write(ring->at + AT_DRIVER, &driver, sizeof(driver));
}

static enum flaw flaw_of(const uint8_t *record)
{
	return record[5] < FLAWLESS ? FLAWS : (record[5] - FLAWLESS) / 2 % FLAWS;
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

/* Piece @i of @nr, in descriptor @at. */
static struct vring_desc desc_make(const struct chain_ring *ring, const uint8_t *record,
				   uint32_t at, unsigned int i, unsigned int nr)
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
		flaw_desc(&desc, flaw_of(record), record);
	return desc;
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
	enum flaw flaw = flaw_of(record);

	if (flaw == HEAD_FAR)
		head = record[6] << 8 | record[7];
	memory_write(ring->at + CHAIN_AT_AVAIL + AVAIL_RING + idx % ring->num * 2, &head,
		     sizeof(head));
	idx += flaw == IDX_FAR ? record[6] << 8 | record[7] : 1;
	memory_write(ring->at + CHAIN_AT_AVAIL + AVAIL_IDX, &idx, sizeof(idx));
}

/* That many descriptors further on in a packed ring; the wrap counter turns at its end. */
static uint16_t place_after(const struct chain_ring *ring, uint16_t place, unsigned int nr)
{
	while (nr--) {
		place++;
		if ((place & ~WRAP) >= ring->num)
			place = (place & WRAP) ^ WRAP;
	}
	return place;
}

/*
 * The flags also say whose it is: bits that differ make it available (section 2.8.1). Odd ones
 * mostly leave that alone, because nothing behind an unavailable chain is seen.
 */
static void packed_write(const struct chain_ring *ring, const uint8_t *record, uint16_t place,
			 unsigned int i, unsigned int nr)
{
	uint16_t at = place_after(ring, place, i);
	struct vring_desc desc = desc_make(ring, record, at & ~WRAP, i, nr);
	uint16_t kept = record[6] & 1 ? 0 : PACKED_AVAIL | PACKED_USED;
	uint16_t flags = desc.flags & ~kept;
	struct vring_packed_desc packed = {
		.addr = desc.addr,
		.len = desc.len,
		.id = place & ~WRAP,
		.flags = flags ^ (at & WRAP ? PACKED_AVAIL : PACKED_USED),
	};
	enum flaw flaw = flaw_of(record);

	if (flaw == HEAD_FAR || flaw == NEXT_FAR)
		packed.id = record[6] << 8 | record[7];
	memory_write(ring->at + CHAIN_AT_DESC + (at & ~WRAP) * sizeof(packed), &packed,
		     sizeof(packed));
}

/* The first descriptor comes last: with it the device sees the chain. */
static bool packed_add(const struct chain_ring *ring, const uint8_t *record,
		       struct driver *driver)
{
	unsigned int nr = 1 + (record[3] & 3), i;
	uint16_t place = driver->place;

	/* Memory may have changed since. */
	if ((place & ~WRAP) >= ring->num)
		place &= WRAP;
	payload_write(ring, record, place & ~WRAP);
	for (i = nr; i-- > 0;)
		packed_write(ring, record, place, i, nr);
	driver->place = place_after(ring, place, nr);
	if (flaw_of(record) == IDX_FAR)
		driver->place = place_after(ring, place, record[6]);
	return memory_write(ring->at + AT_DRIVER, driver, sizeof(*driver));
}

static bool split_add(const struct chain_ring *ring, const uint8_t *record)
{
	unsigned int nr = 1 + (record[3] & 3), i;
	struct vring_desc desc;
	uint32_t head, at;
	uint16_t idx;

	if (!memory_read(&idx, ring->at + CHAIN_AT_AVAIL + AVAIL_IDX, sizeof(idx)))
		return false;
	head = idx * 4 % ring->num;
	for (i = 0; i < nr; i++) {
		at = (head + i) % ring->num;
		desc = desc_make(ring, record, at, i, nr);
		memory_write(ring->at + CHAIN_AT_DESC + at * sizeof(desc), &desc, sizeof(desc));
	}
	payload_write(ring, record, head);
	publish(ring, record, idx, head);
	return true;
}

bool chain_add(const struct chain_ring *ring, const uint8_t *record)
{
	struct driver driver;

	if (!memory_read(&driver, ring->at + AT_DRIVER, sizeof(driver)))
		return false;
	return driver.packed ? packed_add(ring, record, &driver) : split_add(ring, record);
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
