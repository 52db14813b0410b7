/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the displays among the samples have in common, and the checks of it.
 */
#ifndef _DISPLAY_H
#define _DISPLAY_H

#include "../vfio/vfio.h"
#include "picture.h"

#define EXTRA_REGION	VFIO_PCI_NUM_REGIONS	/* behind those of PCI */
#define REGION_RW	(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE)
#define REGION_RWM	(REGION_RW | VFIO_REGION_INFO_FLAG_MMAP)
#define XRGB8888	0x34325258
#define PRIMARY		1

static struct vfio vfio;
static unsigned int repeats;

static inline int query_plane(__u32 flags, __u32 type, struct vfio_device_gfx_plane_info *plane)
{
	memset(plane, 0xff, sizeof(*plane));
	plane->argsz = sizeof(*plane);
	plane->flags = flags;
	plane->drm_plane_type = type;
	return do_ioctl(vfio.fd, VFIO_DEVICE_QUERY_GFX_PLANE, plane);
}

static inline void *map_at(__u64 offset, size_t size, int flags)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, vfio.fd, offset);

	return memory == MAP_FAILED ? NULL : memory;
}

static inline char *map_region(const struct vfio_region_info *region)
{
	char *memory = map_at(region->offset, region->size, MAP_SHARED);

	if (!memory)
		die("region %u is mapped: %s", region->index, errno_name(errno));
	return memory;
}

/* What is told. */

static inline void check_info(void)
{
	size_t min = offsetof(struct vfio_device_info, num_irqs) + sizeof(__u32);
	struct vfio_device_info info = { .argsz = sizeof(info) };

	check(!do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, &info) &&
	      info.flags == (VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET),
	      "it is a PCI function that can be reset");
	check(info.num_regions == EXTRA_REGION + 1 && info.num_irqs == VFIO_PCI_NUM_IRQS,
	      "with a region more than PCI has");
	info.argsz = min - 1;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, &info), -EINVAL, "argsz is too small");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, NULL), -EFAULT, "there is no memory");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_PCI_HOT_RESET, &info), -ENOTTY,
		  "what it does not have is told");
}

/* Sizes of the regions of PCI; the first can be mapped. */
static inline void check_regions(__u64 bar0, __u64 bar2)
{
	static const __u32 bad[] = { EXTRA_REGION + 1, 16, 0x80000000, 0xffffffff };
	struct vfio_region_info info;
	unsigned int i;

	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		__u64 size = i == 0 ? bar0 : i == 2 ? bar2 : i == CONFIG_REGION ? CONFIG_SIZE : 0;

		check(vfio.region[i].size == size &&
		      vfio.region[i].flags == (!size ? 0 : i ? REGION_RW : REGION_RWM),
		      "region %u is as it should be", i);
	}
	for (i = 0; i < 4; i++)
		check_err(vfio_region_info(&vfio, bad[i], &info), -EINVAL, "no region %#x", bad[i]);
	info.argsz = sizeof(info) - 1;
	info.index = 0;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_REGION_INFO, &info), -EINVAL,
		  "a region's argsz is too small");
}

/* The only interrupt is the request to let go of the device. */
static inline void check_irqs(void)
{
	int event = event_new(), none = -1, bad = vfio.group;
	struct vfio_irq_info info;
	unsigned int i;
	__u8 one = 1;

	for (i = 0; i < VFIO_PCI_ERR_IRQ_INDEX; i++) {
		check(!vfio_irq_info(&vfio, i, &info) && !info.count && !info.flags,
		      "no interrupts of kind %u", i);
		check_err(vfio_set_eventfds(&vfio, i, 0, 1, &event), -EINVAL, "and none is set");
	}
	check_err(vfio_irq_info(&vfio, VFIO_PCI_ERR_IRQ_INDEX, &info), -EINVAL, "no errors");
	check_err(vfio_irq_info(&vfio, VFIO_PCI_NUM_IRQS, &info), -EINVAL, "nor what is not PCI");
	check(!vfio_irq_info(&vfio, VFIO_PCI_REQ_IRQ_INDEX, &info) && info.count == 1 &&
	      info.flags == VFIO_IRQ_INFO_EVENTFD, "the user can be asked to let go");

	i = VFIO_PCI_REQ_IRQ_INDEX;
	check_err(vfio_set_eventfds(&vfio, i, 0, 1, &event), 0, "by an eventfd");
	check_err(vfio_loop_back(&vfio, i, 0, 1), 0, "which can be tried");
	check(event_wait(event, PATIENCE_MS), "and works");
	check(!vfio_set_irqs(&vfio, i, VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1,
			     &one, 1) && event_wait(event, PATIENCE_MS), "in either way");
	check_err(vfio_set_eventfds(&vfio, i, 0, 1, &bad), -EINVAL, "not by another file");
	check_err(vfio_set_eventfds(&vfio, i, 1, 1, &event), -EINVAL, "there is no second one");
	check_err(vfio_set_eventfds(&vfio, i, 0, 2, &event), -EINVAL, "nor two");
	check_err(vfio_set_irqs(&vfio, i, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 0, 1,
				NULL, 0), -EINVAL, "it cannot be masked");
	check_err(vfio_loop_back(&vfio, i, 0, 1), 0, "after all that it is tried");
	check(event_wait(event, PATIENCE_MS), "and is what it was");
	check_err(vfio_set_eventfds(&vfio, i, 0, 1, &none), 0, "it is taken away");
	check_err(vfio_loop_back(&vfio, i, 0, 1), 0, "and tried");
	check(!event_wait(event, 50), "nothing comes");
	close(event);
}

/* Configuration space. */

static inline void check_ids(__u16 vendor, __u16 device)
{
	check(config_get(&vfio, PCI_VENDOR_ID, 2) == vendor &&
	      config_get(&vfio, PCI_DEVICE_ID, 2) == device, "its ids");
	check(config_get(&vfio, PCI_SUBSYSTEM_VENDOR_ID, 2) == 0x1af4 &&
	      config_get(&vfio, PCI_SUBSYSTEM_ID, 2) == 0x1100, "those of its subsystem");
	check(config_get(&vfio, PCI_CLASS_REVISION, 4) == 0x03800001, "its class");
	check(config_get(&vfio, PCI_HEADER_TYPE, 1) == PCI_HEADER_TYPE_NORMAL, "its header is 0");
	check(!config_get(&vfio, PCI_INTERRUPT_PIN, 1), "it has no interrupt pin");
}

static inline void check_bar(unsigned int bar, __u32 flags)
{
	__u32 pos = PCI_BASE_ADDRESS_0 + 4 * bar;
	__u32 mask = -vfio.region[bar].size;

	check(config_get(&vfio, pos, 4) == flags, "BAR %u: what it is", bar);
	config_put(&vfio, pos, 4, 0xffffffff);
	check(config_get(&vfio, pos, 4) == (mask | flags), "BAR %u: its size is found", bar);
	config_put(&vfio, pos, 4, 0x87654321);
	check(config_get(&vfio, pos, 4) == ((0x87654321 & mask) | flags),
	      "BAR %u: it takes an address", bar);
	config_put(&vfio, pos + 2, 2, 0xedcb);
	config_put(&vfio, pos + 3, 1, 0x12);
	check(config_get(&vfio, pos, 4) == ((0x12cb4321 & mask) | flags), "BAR %u: in parts", bar);
	config_put(&vfio, pos, 4, 0);
}

/* Only the bits that PCI has a driver write may change. */
static inline void config_mask(__u8 *mask)
{
	unsigned int bar, i;
	__u32 size;

	memset(mask, 0, CONFIG_SIZE);
	mask[PCI_COMMAND] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	mask[PCI_CACHE_LINE_SIZE] = 0xff;
	for (bar = 0; bar < 6; bar++) {
		size = vfio.region[bar].size;
		for (i = 0; i < 4 && size; i++)
			mask[PCI_BASE_ADDRESS_0 + 4 * bar + i] = -size >> (8 * i);
	}
}

static inline void check_random_config(void)
{
	__u8 mask[CONFIG_SIZE], want[CONFIG_SIZE], got[CONFIG_SIZE], data[16];
	unsigned int i, j, pos, len;
	bool good = true;

	config_mask(mask);
	vfio_read(&vfio, CONFIG_REGION, 0, want, CONFIG_SIZE);
	for (i = 0; i < repeats && good; i++) {
		pos = random_below(CONFIG_SIZE);
		len = 1 + random_below(sizeof(data));
		for (j = 0; j < len; j++) {
			data[j] = random32();
			if (pos + j < CONFIG_SIZE)
				want[pos + j] = (want[pos + j] & ~mask[pos + j]) |
						(data[j] & mask[pos + j]);
		}
		vfio_write(&vfio, CONFIG_REGION, pos, data, len);
		vfio_read(&vfio, CONFIG_REGION, 0, got, CONFIG_SIZE);
		good = !memcmp(want, got, CONFIG_SIZE);
	}
	check(good, "random writes change what a driver may write, and nothing else");
	vfio_reset(&vfio);
	for (i = 0; i < CONFIG_SIZE; i++)
		want[i] &= ~mask[i];
	vfio_read(&vfio, CONFIG_REGION, 0, got, CONFIG_SIZE);
	check(!memcmp(want, got, CONFIG_SIZE), "a reset takes it back");
}

/* Accesses. */

static inline bool refused(__u64 offset)
{
	__u64 data = 0;

	return pread(vfio.fd, &data, sizeof(data), offset) == -1 && errno == EINVAL &&
	       pwrite(vfio.fd, &data, sizeof(data), offset) == -1 && errno == EINVAL;
}

static inline void check_edges_of(const struct vfio_region_info *info)
{
	char end[8] = "";

	check(refused(info->offset + info->size) && refused(info->offset + info->size + 0x100001),
	      "region %u: nothing is behind its end", info->index);
	if (!info->size)
		return;
	check(pread(vfio.fd, end, 8, info->offset + info->size - 1) == 1 &&
	      pread(vfio.fd, end, 8, info->offset + info->size - 6) == 6,
	      "region %u: an access ends where it does", info->index);
	check(!pread(vfio.fd, end, 0, info->offset) && !pwrite(vfio.fd, end, 0, info->offset),
	      "region %u: or nothing is asked for", info->index);
}

static inline void check_edges(const struct vfio_region_info *extra)
{
	static const __u64 nowhere[] = {
		(__u64)(EXTRA_REGION + 1) << 40, 255ULL << 40, 256ULL << 40, (1ULL << 63) - 1,
		(1ULL << 63) - 8, 1ULL << 63, -1ULL, -8ULL, -(1ULL << 40),
	};
	char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++)
		check_edges_of(&vfio.region[i]);
	check_edges_of(extra);
	for (i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++)
		check(refused(nowhere[i]), "nothing is at %#llx", nowhere[i]);
	check(pread(vfio.fd, none, 4, vfio.region[0].offset) == -1 && errno == EFAULT &&
	      pwrite(vfio.fd, none, 4, vfio.region[0].offset) == -1 && errno == EFAULT,
	      "memory that is not there");
	munmap(none, 4096);
}

/* Reads and writes go where they are said to go, and a mapping shows the same. */
static inline void check_memory(const struct vfio_region_info *region)
{
	char *map = map_region(region);
	char *want = malloc(region->size), *got = malloc(region->size);
	unsigned int i, len;
	bool good = true;
	__u64 pos;
	__u32 j;

	memcpy(want, map, region->size);
	for (i = 0; i < repeats && good; i++) {
		char data[300];

		pos = random_below(region->size);
		len = 1 + random_below(sizeof(data));
		if (len > region->size - pos)
			len = region->size - pos;
		for (j = 0; j < len; j++)
			data[j] = random32();
		if (i % 2)
			memcpy(map + pos, data, len);
		else
			good = pwrite(vfio.fd, data, len, region->offset + pos) == len;
		memcpy(want + pos, data, len);
		good = good && pread(vfio.fd, data, len, region->offset + pos) == len &&
		       !memcmp(data, want + pos, len);
	}
	check(good, "region %u: what is written can be read", region->index);
	check(pread(vfio.fd, got, region->size, region->offset) == (ssize_t)region->size &&
	      !memcmp(got, want, region->size) && !memcmp(map, want, region->size),
	      "region %u: all of it is as it was written, in either view", region->index);
	munmap(map, region->size);
	free(want);
	free(got);
}

static inline void check_maps(const struct vfio_region_info *region)
{
	size_t page = 4096, last = region->size - page;
	char data = 0, *map;

	map = map_at(region->offset + last, page, MAP_SHARED);
	if (check(map, "region %u: its last page can be mapped", region->index)) {
		map[page - 1] = 0x5a;
		check(pread(vfio.fd, &data, 1, region->offset + region->size - 1) == 1 &&
		      data == 0x5a, "region %u: which is the last", region->index);
		check(mremap(map, page, 2 * page, MREMAP_MAYMOVE) == MAP_FAILED,
		      "region %u: and does not grow", region->index);
		munmap(map, page);
	}
	check(!map_at(region->offset + last, 2 * page, MAP_SHARED) && errno == EINVAL &&
	      !map_at(region->offset + region->size, page, MAP_SHARED) && errno == EINVAL &&
	      !map_at(region->offset, region->size + page, MAP_SHARED) && errno == EINVAL,
	      "region %u: more than that cannot", region->index);
	check(!map_at(region->offset, page, MAP_PRIVATE) && errno == EINVAL,
	      "region %u: nor a copy", region->index);
	check(!map_at(vfio.region[CONFIG_REGION].offset, page, MAP_SHARED) && errno == EINVAL &&
	      !map_at((__u64)(EXTRA_REGION + 1) << 40, page, MAP_SHARED) && errno == EINVAL &&
	      !map_at(1ULL << 62, page, MAP_SHARED) && errno == EINVAL,
	      "what is no memory cannot be mapped");
}

#endif /* _DISPLAY_H */
