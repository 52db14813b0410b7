// SPDX-License-Identifier: GPL-2.0
#include <linux/virtio_ring.h>

#include "driver.h"
#include "record.h"
#include "region.h"
#include "request.h"

#define COMMON	VIRTIO_PCI_CAP_COMMON_CFG

static const uint16_t nums[] = { 256, 64, 16, 8, 4, 2, 1, 128 };

static void set_status(uint8_t status)
{
	region_put_in(COMMON, VIRTIO_PCI_COMMON_STATUS, 1, status);
}

static struct chain_ring ring_of(unsigned int queue)
{
	uint32_t num = device.ring_num[queue];

	return (struct chain_ring){
		.at = device.memory.at + queue * CHAIN_BYTES,
		.iova = DEVICE_IOVA + queue * CHAIN_BYTES,
		.queue = queue,
		.num = num ? num : 256,
	};
}

static void kick(unsigned int queue)
{
	if (device_open())
		region_put_in(VIRTIO_PCI_CAP_NOTIFY_CFG, queue * device.vfio.notify_step, 2,
			      queue);
}

static void step_map(const uint8_t *record)
{
	request_map(0, DEVICE_BYTES, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
}

static void step_command(const uint8_t *record)
{
	region_put(CONFIG_REGION, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static void step_irqs(const uint8_t *record)
{
	unsigned int index = VFIO_PCI_MSIX_IRQ_INDEX, nr = DEVICE_QUEUES + 1;

	if (record[3] & 0x80) {
		index = VFIO_PCI_INTX_IRQ_INDEX;
		nr = 1;
	}
	if (nr <= device.vfio.nr_vectors)
		vfio_set_eventfds(&device.vfio, index, 0, nr, device.event);
	region_put_in(COMMON, VIRTIO_PCI_COMMON_MSIX, 2, 0);
}

/* Features are looked at while nothing is accepted yet. */
static void step_reset(const uint8_t *record)
{
	set_status(0);
	if (!device.faulty && !device.migrating &&
	    region_get_in(COMMON, VIRTIO_PCI_COMMON_STATUS, 1))
		fuzz_fail("the status is %#x after reset",
			  region_get_in(COMMON, VIRTIO_PCI_COMMON_STATUS, 1));
	set_status(S_ACKNOWLEDGE);
	set_status(S_ACKNOWLEDGE | S_DRIVER);
}

static void step_features(const uint8_t *record)
{
	uint64_t bits = chain_features(record[2], record[3] >> 4 & 7), half;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		region_put_in(COMMON, VIRTIO_PCI_COMMON_DFSELECT, 4, i);
		half = region_get_in(COMMON, VIRTIO_PCI_COMMON_DF, 4) & (bits >> (32 * i));
		if (i)
			device.packed = half & 1 << (VIRTIO_F_RING_PACKED - 32);
		region_put_in(COMMON, VIRTIO_PCI_COMMON_GFSELECT, 4, i);
		region_put_in(COMMON, VIRTIO_PCI_COMMON_GF, 4, half);
	}
	set_status(S_FEATURES_OK);
}

static void put_address(uint32_t pos, uint64_t value)
{
	region_put_in(COMMON, pos, 4, value);
	region_put_in(COMMON, pos + 4, 4, value >> 32);
}

static void step_queues(const uint8_t *record)
{
	unsigned int i, nr = record[3] & 8 ? DEVICE_QUEUES : 2;

	for (i = 0; i < nr; i++) {
		struct chain_ring ring;

		device.ring_num[i] = nums[record[3] % ARRAY_SIZE(nums)];
		ring = ring_of(i);
		chain_begin(&ring, chain_base(ring.num, 0, device.packed), device.packed);
		region_put_in(COMMON, VIRTIO_PCI_COMMON_Q_SELECT, 2, i);
		region_put_in(COMMON, VIRTIO_PCI_COMMON_Q_SIZE, 2, ring.num);
		region_put_in(COMMON, VIRTIO_PCI_COMMON_Q_MSIX, 2, 1 + i);
		put_address(VIRTIO_PCI_COMMON_Q_DESCLO, ring.iova + CHAIN_AT_DESC);
		put_address(VIRTIO_PCI_COMMON_Q_AVAILLO, ring.iova + CHAIN_AT_AVAIL);
		put_address(VIRTIO_PCI_COMMON_Q_USEDLO, ring.iova + CHAIN_AT_USED);
		region_put_in(COMMON, VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
	}
}

static void step_driver_ok(const uint8_t *record)
{
	set_status(S_DRIVER_OK);
}

static void step_buffers(const uint8_t *record)
{
	uint8_t chain[FUZZ_RECORD] = {};
	uint8_t i;

	for (i = 0; i < DEVICE_QUEUES; i++) {
		chain[2] = i;
		chain[4] = i ? 1 : 3;
		driver_chain_record(chain);
		driver_chain_record(chain);
	}
}

void driver_record(const uint8_t *record)
{
	static void (*const steps[DRIVER_STEPS])(const uint8_t *record) = {
		step_map, step_command, step_irqs, step_reset, step_features, step_queues,
		step_driver_ok, step_buffers, step_buffers,
	};
	unsigned int i;

	if (!device_open())
		return;
	for (i = 0; i <= record[1] % DRIVER_STEPS; i++)
		if (record[4] < 128 || record[4] % DRIVER_STEPS != i)
			steps[i](record);
}

void driver_common_record(const uint8_t *record)
{
	static const struct {
		uint8_t pos;
		uint8_t len;
	} fields[] = {
		{ VIRTIO_PCI_COMMON_DFSELECT, 4 }, { VIRTIO_PCI_COMMON_GFSELECT, 4 },
		{ VIRTIO_PCI_COMMON_GF, 4 }, { VIRTIO_PCI_COMMON_MSIX, 2 },
		{ VIRTIO_PCI_COMMON_STATUS, 1 }, { VIRTIO_PCI_COMMON_Q_SELECT, 2 },
		{ VIRTIO_PCI_COMMON_Q_SIZE, 2 }, { VIRTIO_PCI_COMMON_Q_MSIX, 2 },
		{ VIRTIO_PCI_COMMON_Q_ENABLE, 2 }, { VIRTIO_PCI_COMMON_Q_DESCLO, 4 },
		{ VIRTIO_PCI_COMMON_Q_DESCHI, 4 }, { VIRTIO_PCI_COMMON_Q_AVAILLO, 4 },
		{ VIRTIO_PCI_COMMON_Q_USEDLO, 4 }, { VIRTIO_PCI_COMMON_Q_USEDHI, 4 },
		{ VIRTIO_PCI_COMMON_Q_RESET, 2 }, { VIRTIO_PCI_COMMON_Q_NDATA, 2 },
	};
	unsigned int field = record[1] % ARRAY_SIZE(fields);
	size_t len = record[2] < 224 ? fields[field].len : 1U << record[2] % 3;
	uint32_t value = record[3] < 128 ? record[4] % 8 : record_u32(record + 4);

	if (!device_open())
		return;
	if (record[3] >= 224)
		value = record_odd(record[4]);
	if (record[2] & 1)
		region_get_in(COMMON, fields[field].pos, len);
	else
		region_put_in(COMMON, fields[field].pos, len, value);
}

void driver_chain_record(const uint8_t *record)
{
	struct chain_ring ring = ring_of(chain_queue(record));

	if (chain_add(&ring, record) && chain_add_kicks(record))
		kick(ring.queue);
}

void driver_poke_record(const uint8_t *record)
{
	struct chain_ring ring = ring_of(chain_queue(record));

	chain_poke(&ring, record);
	if (chain_poke_kicks(record))
		kick(ring.queue);
}
