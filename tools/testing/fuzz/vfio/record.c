// SPDX-License-Identifier: GPL-2.0
#include <linux/vfio.h>

#include "device.h"
#include "driver.h"
#include "migration.h"
#include "record.h"

uint16_t record_u16(const uint8_t *at)
{
	return at[0] | at[1] << 8;
}

uint32_t record_u32(const uint8_t *at)
{
	return record_u16(at) | (uint32_t)record_u16(at + 2) << 16;
}

uint64_t record_odd(uint8_t choice)
{
	static const uint64_t odd[] = {
		0, 1, 2, 3, 7, 8, 0xff, 0x100, PAGE - 1, PAGE, PAGE + 1, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 32, 1ULL << 40, (1ULL << 40) - 1,
		1ULL << 63, (1ULL << 63) - 1, -1ULL, -(uint64_t)PAGE, 0xffff888000000000ULL,
		DEVICE_IOVA, DEVICE_IOVA + 1, DEVICE_IOVA + DEVICE_BYTES, DEVICE_MEMORY,
	};

	return odd[choice % ARRAY_SIZE(odd)];
}

/* The last steps are the interesting ones, and all queues. */
static void make_driver(uint8_t *record)
{
	record[1] = fuzz_random(3) ? DRIVER_STEPS - 1 : fuzz_random(DRIVER_STEPS);
	if (fuzz_random(4))
		record[3] = 8 | fuzz_random(8) | (fuzz_random(2) ? fuzz_random(8) << 4 : 0);
	record[4] = fuzz_random(6) ? 0 : record[4];
}

static void make_irqs(uint8_t *record)
{
	static const uint8_t indices[] = {
		VFIO_PCI_INTX_IRQ_INDEX, VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_MSIX_IRQ_INDEX,
		VFIO_PCI_REQ_IRQ_INDEX,
	};
	static const uint8_t data[] = {
		VFIO_IRQ_SET_DATA_NONE, VFIO_IRQ_SET_DATA_BOOL, VFIO_IRQ_SET_DATA_EVENTFD,
	};
	static const uint8_t actions[] = {
		VFIO_IRQ_SET_ACTION_MASK, VFIO_IRQ_SET_ACTION_UNMASK, VFIO_IRQ_SET_ACTION_TRIGGER,
		VFIO_IRQ_SET_ACTION_TRIGGER,
	};

	record[1] = fuzz_random(16) ? indices[fuzz_random(sizeof(indices))] : record[1];
	if (fuzz_random(12))
		record[2] = data[fuzz_random(sizeof(data))] | actions[fuzz_random(sizeof(actions))];
	record[3] = fuzz_random(4) ? fuzz_random(VECTORS) : record[3];
	record[4] = fuzz_random(4) ? fuzz_random(VECTORS + 2) : record[4];
	record[7] = fuzz_random(6) ? 0 : record[7];
}

static void make_feature(uint8_t *record)
{
	static const uint8_t flags[] = { 1, 2, 4, 5, 6, 7 };

	record[1] = fuzz_random(8) ? fuzz_random(11) : record[1];
	record[2] = fuzz_random(8) ? flags[fuzz_random(sizeof(flags))] : record[2];
	record[3] = fuzz_random(4) ? 0 : record[3];
	record[4] = fuzz_random(2) ? fuzz_random(VFIO_DEVICE_STATE_NR) : record[4];
}

static void make_migrate(uint8_t *record)
{
	record[1] = fuzz_random(3) ? WALK : fuzz_random(MIGRATE_ACTIONS);
	record[2] = fuzz_random(3) ? WALK_STEPS - 1 : fuzz_random(WALK_STEPS);
}

static void make_chain(uint8_t *record)
{
	record[3] &= 0x83;
	record[5] = fuzz_random(2) ? 0 : record[5];
}

static void make_own(uint8_t *record)
{
	switch (record[0]) {
	case DRIVER:
		make_driver(record);
		break;
	case IRQS:
		make_irqs(record);
		break;
	case FEATURE:
		make_feature(record);
		break;
	case MIGRATE:
		make_migrate(record);
		break;
	case CHAIN:
		make_chain(record);
		break;
	case SLICE:
		/* To make a slice anew takes a hundred times as long. */
		record[1] = fuzz_random(16) ? fuzz_random(SLICE_REMOVE) : record[1];
		break;
	}
}

void record_make(uint8_t *record)
{
	static const uint8_t kinds[] = {
		DRIVER, DRIVER, DRIVER, COMMON, COMMON, COMMON, REGION, REGION, REGION, REGION,
		WINDOW, WINDOW, IRQS, IRQS, IRQS, IRQS, FEATURE, FEATURE, MIGRATE, MIGRATE,
		REQUEST, DMA, DMA, DMA, CHAIN, CHAIN, CHAIN, CHAIN, POKE, MEMORY, EVENT, FILES,
		SLICE,
	};
	unsigned int i;

	for (i = 0; i < FUZZ_RECORD; i++)
		record[i] = fuzz_random(256);
	record[0] = kinds[fuzz_random(sizeof(kinds))];
	make_own(record);
}
