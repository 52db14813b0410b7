// SPDX-License-Identifier: GPL-2.0
#include "record.h"
#include "request.h"

/* Count and start of an argument that is wrong. */
static uint32_t number_of(uint8_t raw)
{
	return raw < 192 ? raw % (VECTORS + 2) : record_odd(raw);
}

/* Data of an argument: eventfds, or values of one byte. */
static void irqs_data(void *data, uint8_t flags, const uint8_t *record)
{
	uint8_t *bytes = data;
	int *fds = data;
	unsigned int i;

	for (i = 0; i < VECTORS; i++) {
		if (flags & VFIO_IRQ_SET_DATA_BOOL)
			bytes[i] = record[5] >> i % 8 & 1;
		else
			fds[i] = record[5] < 192 ? device.event[i % EVENTS] :
				 device_event(record[6] + i);
	}
}

void request_irqs_record(const uint8_t *record)
{
	struct {
		struct vfio_irq_set set;
		int data[VECTORS];
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = record[2] & 0x3f,
			.index = record[1] < 240 ? record[1] % 8 : record_odd(record[1]),
			.start = number_of(record[3]),
			.count = number_of(record[4]),
		},
	};
	size_t len = sizeof(arg);

	if (!device_open())
		return;
	irqs_data(arg.data, record[2], record);
	if (record[7] >= 224)
		arg.set.flags |= 1U << record[7] % 32;
	if (record[7] >= 128 && record[7] < 224)
		arg.set.argsz = record[7] % (sizeof(arg) + 8);
	if (record[7] >= 64 && record[7] < 128)
		len = record[7] % sizeof(arg);
	device_check_errno("VFIO_DEVICE_SET_IRQS",
			   device_ioctl(VFIO_DEVICE_SET_IRQS, &arg, len, NULL));
}

/* What a request begins with, and what it must not change behind that. */
static void request_info(unsigned long cmd, const uint8_t *record, size_t size)
{
	uint32_t arg[16] = {
		record[2] < 192 ? size : record_odd(record[2]), record_u32(record + 4),
		record[3] < 192 ? record[3] % 16 : record_odd(record[3]),
	};
	size_t len = record[2] & 1 ? size : record[7] % sizeof(arg);

	device_check_errno("a request", device_ioctl(cmd, arg, len, NULL));
}

static void request_ioeventfd(const uint8_t *record)
{
	struct vfio_device_ioeventfd arg = {
		.argsz = record[7] < 224 ? sizeof(arg) : record_odd(record[7]),
		.flags = record[2] < 192 ? 1U << record[2] % 4 : record[2],
		.offset = (uint64_t)(record[3] % 16) << 40 | record_u16(record + 4),
		.data = record[6],
		.fd = record[6] < 224 ? device.event[BELL_EVENT] : device_event(record[6]),
	};

	if (record[3] < 192)
		arg.offset = (uint64_t)VFIO_PCI_BAR2_REGION_INDEX << 40 |
			     device.vfio.structure[VIRTIO_PCI_CAP_NOTIFY_CFG].offset |
			     record[4] % 4 * 4;
	device_check_errno("VFIO_DEVICE_IOEVENTFD",
			   device_ioctl(VFIO_DEVICE_IOEVENTFD, &arg, sizeof(arg), NULL));
}

void request_record(const uint8_t *record)
{
	if (!device_open())
		return;
	switch (record[1] % 8) {
	case 0:
		request_info(VFIO_DEVICE_GET_INFO, record, sizeof(struct vfio_device_info));
		break;
	case 1:
		request_info(VFIO_DEVICE_GET_REGION_INFO, record, sizeof(struct vfio_region_info));
		break;
	case 2:
		request_info(VFIO_DEVICE_GET_IRQ_INFO, record, sizeof(struct vfio_irq_info));
		break;
	case 3:
		device_check_errno("VFIO_DEVICE_RESET", vfio_reset(&device.vfio));
		break;
	case 4:
	case 5:
		request_ioeventfd(record);
		break;
	case 6:
		request_info(_IO(VFIO_TYPE, VFIO_BASE + 12 + record[6] % 4), record, 16);
		break;
	default:
		request_info(_IOC(record[6] >> 6, VFIO_TYPE, record[5], record[6] & 0x3f), record,
			     16);
	}
}

/* The container. */

int request_map(uint64_t from, uint64_t len, uint32_t flags)
{
	return vfio_map_as(&device.vfio, DEVICE_IOVA + from, len, device.memory.at + from, flags);
}

/* Where locks are watched the vfio core is reported if what is unmapped is pinned. */
static void unpin_first(void)
{
	if (!access("/proc/lockdep", F_OK) && device_open())
		vfio_reset(&device.vfio);
}

static int dma_unmap(uint64_t iova, uint64_t size, uint32_t flags)
{
	struct vfio_iommu_type1_dma_unmap arg = {
		.argsz = sizeof(arg),
		.flags = flags,
		.iova = iova,
		.size = size,
	};

	unpin_first();
	return do_ioctl(device.vfio.container, VFIO_IOMMU_UNMAP_DMA, &arg);
}

static int dma_dirty(const uint8_t *record, uint64_t iova, uint64_t size)
{
	static uint64_t bits[2 * DEVICE_BYTES / PAGE / 64];
	struct {
		struct vfio_iommu_type1_dirty_bitmap head;
		struct vfio_iommu_type1_dirty_bitmap_get get;
	} arg = {
		.head = { .argsz = sizeof(arg), .flags = 1U << record[5] % 3 },
		.get = {
			.iova = iova,
			.size = size,
			.bitmap = { .pgsize = PAGE, .size = sizeof(bits), .data = (void *)bits },
		},
	};

	return do_ioctl(device.vfio.container, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

void request_dma_record(const uint8_t *record)
{
	uint64_t from = (uint64_t)record[2] % (DEVICE_BYTES / PAGE) * PAGE;
	uint64_t len = (1ULL + record[3] % 64) * PAGE;
	uint32_t flags = record[4] < 192 ? VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE :
			 record[4] & 7;
	int err;

	if (device.vfio.container < 0)
		return;
	if (record[4] == 255)
		len = record_odd(record[3]);
	switch (record[1] % 6) {
	case 0:
	case 1:
		err = request_map(from, len, flags);
		break;
	case 2:
		err = dma_unmap(DEVICE_IOVA + from, len, record[4] < 240 ? 0 : record[4] & 7);
		break;
	case 3:
		err = dma_unmap(DEVICE_IOVA, DEVICE_BYTES, 0);
		break;
	case 4:
		err = dma_unmap(0, 0, VFIO_DMA_UNMAP_FLAG_ALL);
		break;
	default:
		err = dma_dirty(record, DEVICE_IOVA + from, len);
	}
	device_check_errno("the container", err);
}
