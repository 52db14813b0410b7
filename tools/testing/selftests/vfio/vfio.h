/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A slice in class vfio: opening it by its group, its ioctls and regions, and the virtio
 * structures that its PCI capabilities lead to. What a call returns is 0 or a negative
 * errno, but for reads and writes, which return how many bytes it were.
 */
#ifndef _VFIO_H
#define _VFIO_H

#include <endian.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/virtio_pci.h>
#include <stddef.h>
#include <sys/mman.h>

#include "../common/slice.h"

#define CONFIG_REGION	VFIO_PCI_CONFIG_REGION_INDEX
#define CONFIG_SIZE	256
#define NR_CAPS		(VIRTIO_PCI_CAP_PCI_CFG + 1)

/* Vectors of MSI-X: one for the configuration and one for each queue. */
#define VECTORS_MAX	16

/* A virtio structure, see struct virtio_pci_cap. */
struct structure {
	__u8 cap;	/* where the capability is, 0: there is none */
	__u8 bar;
	__u32 offset;
	__u32 length;
};

struct vfio {
	const char *slice;
	char uuid[40];
	int container;
	int group;
	int fd;
	struct vfio_region_info region[VFIO_PCI_NUM_REGIONS];
	unsigned int nr_vectors;
	__u8 msix;		/* where the capability is */
	struct structure structure[NR_CAPS];	/* by type */
	__u32 notify_step;
};

/* Finding and opening it. */

static inline void vfio_find_uuid(struct vfio *vfio)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s/uuid", vfio->slice);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%39s", vfio->uuid) != 1)
		die("%s is read", path);
	fclose(file);
}

/* The file of the group by which a slice is reached; it may be in none. */
static inline int vfio_try_group_path(const struct vfio *vfio, char *path, size_t size)
{
	char link[300], target[300];
	ssize_t len;

	snprintf(link, sizeof(link), "/sys/bus/mdev/devices/%s/iommu_group", vfio->uuid);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return -errno;
	target[len] = 0;
	snprintf(path, size, "/dev/vfio/%.200s", strrchr(target, '/') + 1);
	return 0;
}

static inline void vfio_group_path(const struct vfio *vfio, char *path, size_t size)
{
	int err = vfio_try_group_path(vfio, path, size);

	if (err)
		die("%s is in a group: %s", vfio->slice, errno_name(err));
}

static inline int open_or_die(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("%s opens: %s", path, errno_name(errno));
	return fd;
}

/* A container with the group in it. */
static inline void vfio_open_group(struct vfio *vfio)
{
	char path[300];
	int err;

	vfio_group_path(vfio, path, sizeof(path));
	vfio->container = open_or_die("/dev/vfio/vfio");
	vfio->group = open_or_die(path);
	err = do_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container);
	if (!err)
		err = do_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU);
	if (err)
		die("%s is in a container: %s", vfio->slice, errno_name(err));
}

/* Returns a file descriptor or a negative errno. */
static inline int vfio_try_device(const struct vfio *vfio)
{
	int fd = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, vfio->uuid);

	return fd < 0 ? -errno : fd;
}

/* Ioctls of the device. */

static inline int vfio_region_info(const struct vfio *vfio, __u32 index,
				   struct vfio_region_info *info)
{
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	info->index = index;
	return do_ioctl(vfio->fd, VFIO_DEVICE_GET_REGION_INFO, info);
}

static inline int vfio_irq_info(const struct vfio *vfio, __u32 index, struct vfio_irq_info *info)
{
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	info->index = index;
	return do_ioctl(vfio->fd, VFIO_DEVICE_GET_IRQ_INFO, info);
}

static inline int vfio_reset(const struct vfio *vfio)
{
	return do_ioctl(vfio->fd, VFIO_DEVICE_RESET, NULL);
}

/* With data for each interrupt, or none. */
static inline int vfio_set_irqs(const struct vfio *vfio, __u32 index, __u32 flags, __u32 start,
				__u32 count, const void *data, size_t size)
{
	struct {
		struct vfio_irq_set set;
		char data[4 * VECTORS_MAX];
	} arg = {
		.set = {
			.argsz = sizeof(arg.set) + size,
			.flags = flags,
			.index = index,
			.start = start,
			.count = count,
		},
	};

	if (size > sizeof(arg.data))
		die("data of %zu bytes", size);
	memcpy(arg.data, data ? data : "", size);
	return do_ioctl(vfio->fd, VFIO_DEVICE_SET_IRQS, &arg);
}

static inline int vfio_set_eventfds(const struct vfio *vfio, __u32 index, __u32 start,
				    __u32 count, const int *fds)
{
	return vfio_set_irqs(vfio, index, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			     start, count, fds, count * sizeof(*fds));
}

/* Set them off as the device would; with a count of 0, do without them. */
static inline int vfio_loop_back(const struct vfio *vfio, __u32 index, __u32 start, __u32 count)
{
	return vfio_set_irqs(vfio, index, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
			     start, count, NULL, 0);
}

/* Memory. */

static inline int vfio_map_as(const struct vfio *vfio, __u64 iova, __u64 size, void *va,
			      __u32 flags)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = flags,
		.vaddr = (unsigned long)va,
		.iova = iova,
		.size = size,
	};

	return do_ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &map);
}

static inline int vfio_map(const struct vfio *vfio, __u64 iova, __u64 size, void *va)
{
	return vfio_map_as(vfio, iova, size, va, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
}

/* All of it has to be mapped, in any pieces. */
static inline int vfio_unmap(const struct vfio *vfio, __u64 iova, __u64 size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};
	int err;

	err = do_ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &unmap);
	return err || unmap.size == size ? err : -ENXIO;
}

/* Regions. */

static inline ssize_t vfio_read(const struct vfio *vfio, unsigned int index, __u64 pos, void *buf,
				size_t len)
{
	ssize_t done = pread(vfio->fd, buf, len, vfio->region[index].offset + pos);

	return done < 0 ? -errno : done;
}

static inline ssize_t vfio_write(const struct vfio *vfio, unsigned int index, __u64 pos,
				 const void *buf, size_t len)
{
	ssize_t done = pwrite(vfio->fd, buf, len, vfio->region[index].offset + pos);

	return done < 0 ? -errno : done;
}

/* A number of 1, 2 or 4 bytes. */
static inline __u32 vfio_get(const struct vfio *vfio, unsigned int index, __u64 pos, size_t len)
{
	__le32 raw = 0;
	ssize_t done = vfio_read(vfio, index, pos, &raw, len);

	if (done != (ssize_t)len)
		die("%zu bytes of region %u are read at %#llx: %zd", len, index, pos, done);
	return le32toh(raw);
}

static inline void vfio_put(const struct vfio *vfio, unsigned int index, __u64 pos, size_t len,
			    __u32 value)
{
	__le32 raw = htole32(value);
	ssize_t done = vfio_write(vfio, index, pos, &raw, len);

	if (done != (ssize_t)len)
		die("%zu bytes of region %u are written at %#llx: %zd", len, index, pos, done);
}

static inline __u32 config_get(const struct vfio *vfio, __u32 pos, size_t len)
{
	return vfio_get(vfio, CONFIG_REGION, pos, len);
}

static inline void config_put(const struct vfio *vfio, __u32 pos, size_t len, __u32 value)
{
	vfio_put(vfio, CONFIG_REGION, pos, len, value);
}

static inline void vfio_find_structure(struct vfio *vfio, __u8 pos)
{
	__u8 type = config_get(vfio, pos + VIRTIO_PCI_CAP_CFG_TYPE, 1);

	/* The first one of a type counts (section 4.1.4.1). */
	if (!type || type >= NR_CAPS || vfio->structure[type].cap)
		return;
	vfio->structure[type] = (struct structure){
		.cap = pos,
		.bar = config_get(vfio, pos + VIRTIO_PCI_CAP_BAR, 1),
		.offset = config_get(vfio, pos + VIRTIO_PCI_CAP_OFFSET, 4),
		.length = config_get(vfio, pos + VIRTIO_PCI_CAP_LENGTH, 4),
	};
	if (type == VIRTIO_PCI_CAP_NOTIFY_CFG)
		vfio->notify_step = config_get(vfio, pos + VIRTIO_PCI_NOTIFY_CAP_MULT, 4);
}

/* Returns how many capabilities there are, at most as many as fit. */
static inline unsigned int vfio_find_caps(struct vfio *vfio)
{
	__u8 pos = config_get(vfio, PCI_CAPABILITY_LIST, 1);
	unsigned int nr;

	memset(vfio->structure, 0, sizeof(vfio->structure));
	for (nr = 0; pos && nr < CONFIG_SIZE / 4; nr++) {
		__u8 id = config_get(vfio, pos + PCI_CAP_LIST_ID, 1);

		if (id == PCI_CAP_ID_MSIX)
			vfio->msix = pos;
		if (id == PCI_CAP_ID_VNDR)
			vfio_find_structure(vfio, pos);
		pos = config_get(vfio, pos + PCI_CAP_LIST_NEXT, 1);
	}
	return nr;
}

/* In a structure, at an offset that is a name of the headers. */
static inline __u32 structure_get(const struct vfio *vfio, unsigned int type, __u32 pos, size_t len)
{
	const struct structure *structure = &vfio->structure[type];

	return vfio_get(vfio, structure->bar, structure->offset + pos, len);
}

static inline void structure_put(const struct vfio *vfio, unsigned int type, __u32 pos, size_t len,
				 __u32 value)
{
	const struct structure *structure = &vfio->structure[type];

	vfio_put(vfio, structure->bar, structure->offset + pos, len, value);
}

static inline __u32 common_get(const struct vfio *vfio, __u32 pos, size_t len)
{
	return structure_get(vfio, VIRTIO_PCI_CAP_COMMON_CFG, pos, len);
}

static inline void common_put(const struct vfio *vfio, __u32 pos, size_t len, __u32 value)
{
	structure_put(vfio, VIRTIO_PCI_CAP_COMMON_CFG, pos, len, value);
}

/* The virtio device. */

static inline __u8 virtio_status(const struct vfio *vfio)
{
	return common_get(vfio, VIRTIO_PCI_COMMON_STATUS, 1);
}

static inline void virtio_set_status(const struct vfio *vfio, __u8 status)
{
	common_put(vfio, VIRTIO_PCI_COMMON_STATUS, 1, status);
}

static inline __u64 virtio_offered(const struct vfio *vfio)
{
	__u64 low, high;

	common_put(vfio, VIRTIO_PCI_COMMON_DFSELECT, 4, 0);
	low = common_get(vfio, VIRTIO_PCI_COMMON_DF, 4);
	common_put(vfio, VIRTIO_PCI_COMMON_DFSELECT, 4, 1);
	high = common_get(vfio, VIRTIO_PCI_COMMON_DF, 4);
	return high << 32 | low;
}

static inline void virtio_accept(const struct vfio *vfio, __u64 features)
{
	common_put(vfio, VIRTIO_PCI_COMMON_GFSELECT, 4, 0);
	common_put(vfio, VIRTIO_PCI_COMMON_GF, 4, features);
	common_put(vfio, VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	common_put(vfio, VIRTIO_PCI_COMMON_GF, 4, features >> 32);
}

/* From status 0 to FEATURES_OK; returns whether the device agrees. */
static inline bool virtio_negotiate(const struct vfio *vfio, __u64 features)
{
	virtio_set_status(vfio, S_ACKNOWLEDGE);
	virtio_set_status(vfio, S_DRIVER);
	virtio_accept(vfio, features);
	virtio_set_status(vfio, S_FEATURES_OK);
	return virtio_status(vfio) & S_FEATURES_OK;
}

static inline __u16 queue_get(const struct vfio *vfio, __u16 index, __u32 pos)
{
	common_put(vfio, VIRTIO_PCI_COMMON_Q_SELECT, 2, index);
	return common_get(vfio, pos, 2);
}

static inline void queue_put(const struct vfio *vfio, __u16 index, __u32 pos, __u16 value)
{
	common_put(vfio, VIRTIO_PCI_COMMON_Q_SELECT, 2, index);
	common_put(vfio, pos, 2, value);
}

/* What no device can do: enable a queue of three entries. It breaks. */
static inline void virtio_break(const struct vfio *vfio)
{
	queue_put(vfio, 0, VIRTIO_PCI_COMMON_Q_SIZE, 3);
	queue_put(vfio, 0, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
}

/* The function. */

static inline void vfio_look(struct vfio *vfio)
{
	struct vfio_irq_info irq;
	unsigned int i;
	int err = 0;

	for (i = 0; i < VFIO_PCI_NUM_REGIONS && !err; i++)
		err = vfio_region_info(vfio, i, &vfio->region[i]);
	if (!err)
		err = vfio_irq_info(vfio, VFIO_PCI_MSIX_IRQ_INDEX, &irq);
	if (err)
		die("%s tells regions and interrupts: %s", vfio->slice, errno_name(err));
	vfio->nr_vectors = irq.count;
	vfio_find_caps(vfio);
}

static inline void vfio_open(struct vfio *vfio, const char *slice)
{
	memset(vfio, 0, sizeof(*vfio));
	vfio->slice = slice;
	vfio_find_uuid(vfio);
	vfio_open_group(vfio);
	vfio->fd = vfio_try_device(vfio);
	if (vfio->fd < 0)
		die("%s opens: %s", slice, errno_name(vfio->fd));
	vfio_look(vfio);
}

static inline void vfio_close(struct vfio *vfio)
{
	close(vfio->fd);
	close(vfio->group);
	close(vfio->container);
}

#endif /* _VFIO_H */
