// SPDX-License-Identifier: GPL-2.0
#include "record.h"
#include "region.h"

#define BYTES_MAX	64U

/* As at the first opening. */
static uint8_t config[CONFIG_SIZE];

static uint64_t place_of(unsigned int index, uint64_t pos)
{
	return ((uint64_t)index << 40) + pos;
}

/* As much as the region has, or nothing but an error. */
static void check_access(const char *what, unsigned int index, uint64_t pos, size_t len,
			 ssize_t done)
{
	uint64_t size = index < VFIO_PCI_NUM_REGIONS ? device.vfio.region[index].size : 0;
	ssize_t want = -EINVAL;

	if (pos < size)
		want = len < size - pos ? len : size - pos;
	if (done != want)
		fuzz_fail("%s %zu bytes of region %u at %#llx: %zd and not %zd", what, len, index,
			  (unsigned long long)pos, done, want);
}

static ssize_t access_do(unsigned int index, uint64_t pos, void *buf, size_t len, bool write)
{
	off_t offset = place_of(index, pos);
	ssize_t done;

	if (write)
		done = pwrite(device.vfio.fd, buf, len, offset);
	else
		done = pread(device.vfio.fd, buf, len, offset);
	return done < 0 ? -errno : done;
}

static ssize_t access_checked(unsigned int index, uint64_t pos, void *buf, size_t len, bool write)
{
	ssize_t done = access_do(index, pos, buf, len, write);

	check_access(write ? "write" : "read", index, pos, len, done);
	return done;
}

void region_put(unsigned int index, uint64_t pos, size_t len, uint32_t value)
{
	access_checked(index, pos, &value, len, true);
}

uint32_t region_get(unsigned int index, uint64_t pos, size_t len)
{
	uint32_t value = 0;

	access_checked(index, pos, &value, len, false);
	return value;
}

void region_put_in(unsigned int type, uint32_t pos, size_t len, uint32_t value)
{
	const struct structure *structure = &device.vfio.structure[type];

	region_put(structure->bar, structure->offset + pos, len, value);
}

uint32_t region_get_in(unsigned int type, uint32_t pos, size_t len)
{
	const struct structure *structure = &device.vfio.structure[type];

	return region_get(structure->bar, structure->offset + pos, len);
}

static unsigned int region_of(uint8_t raw)
{
	static const uint8_t often[] = {
		VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_BAR0_REGION_INDEX,
		VFIO_PCI_BAR2_REGION_INDEX, VFIO_PCI_BAR2_REGION_INDEX,
	};

	raw &= 31;
	return raw < 24 ? often[raw % ARRAY_SIZE(often)] : (raw - 24U) * 2;
}

/* In a virtio structure, anywhere, or around the end of the region. */
static uint64_t pos_of(unsigned int index, const uint8_t *raw)
{
	uint64_t size = index < VFIO_PCI_NUM_REGIONS ? device.vfio.region[index].size : 0;
	unsigned int how = raw[0] >> 6;

	if (how == 0)
		return (uint64_t)(raw[0] & 7) * PAGE + raw[1] % 72;
	if (how == 1)
		return size - 8 + raw[1] % 16;
	if (how == 2)
		return (raw[0] & 0x3f) << 8 | raw[1];
	return record_odd(raw[1]) & ((1ULL << 40) - 1);
}

/* A part of the buffer is missing: what is there may have been taken. */
static void access_short(unsigned int index, uint64_t pos, const uint8_t *bytes, size_t len,
			 bool write)
{
	void *buf = memory_argument(bytes, len);
	ssize_t done = access_do(index, pos, buf, len + 8, write);

	if (done > (ssize_t)len)
		fuzz_fail("%zd bytes of region %u at %#llx, and %zu are there", done, index,
			  (unsigned long long)pos, len);
	if (done < 0 && done != -EFAULT && done != -EINVAL)
		device_check_errno("access", done);
}

void region_record(const uint8_t *record)
{
	unsigned int index = region_of(record[1]), i;
	size_t len = record[4] < 192 ? 1U << record[4] % 4 : record[4] % BYTES_MAX;
	uint64_t pos = pos_of(index, record + 2);
	bool write = record[1] & 0x20;
	uint8_t bytes[BYTES_MAX];

	if (!device_open())
		return;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = record[5 + i % 3];
	if (record[1] >= 0xf0)
		access_short(index, pos, bytes, len, write);
	else
		access_checked(index, pos, bytes, len, write);
}

void region_window_record(const uint8_t *record)
{
	unsigned int cap = device.vfio.structure[VIRTIO_PCI_CAP_PCI_CFG].cap, i;
	uint32_t offset = pos_of(VFIO_PCI_BAR2_REGION_INDEX, record + 2);
	uint32_t len = record[4] < 192 ? 1U << record[4] % 3 : record_odd(record[4]);
	size_t width = 1U << record[1] % 3;

	if (!device_open() || !cap)
		return;
	region_put(CONFIG_REGION, cap + VIRTIO_PCI_CAP_BAR, 1,
		   record[1] < 224 ? VFIO_PCI_BAR2_REGION_INDEX : record[7]);
	region_put(CONFIG_REGION, cap + VIRTIO_PCI_CAP_OFFSET, 4, offset);
	region_put(CONFIG_REGION, cap + VIRTIO_PCI_CAP_LENGTH, 4, len);
	cap += sizeof(struct virtio_pci_cap);
	for (i = 0; i < 4; i += width) {
		if (record[1] & 0x20)
			region_put(CONFIG_REGION, cap + i, width, record_u32(record + 4));
		else
			region_get(CONFIG_REGION, cap + i, width);
	}
}

void region_learn(void)
{
	if (access_do(CONFIG_REGION, 0, config, CONFIG_SIZE, false) != CONFIG_SIZE)
		fuzz_fail("configuration space cannot be read");
}

void region_check(void)
{
	uint8_t now[CONFIG_SIZE];
	unsigned int i;

	access_checked(CONFIG_REGION, 0, now, CONFIG_SIZE, false);
	for (i = 0; i < CONFIG_SIZE; i++)
		if (now[i] != config[i])
			fuzz_fail("configuration space at %#x is %#x after open, and was %#x", i,
				  now[i], config[i]);
}
