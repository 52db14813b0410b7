// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a function as a stream of bytes: a head, which says what kind of function
 * it is and can be judged at once, and parts, the last of which is empty. Everything is
 * little-endian. The order of the parts is that in which they are taken over; parts that
 * depend on the type of device follow the queues and are the slice's own.
 *
 * Who adds a field adds a part, and a version if others cannot do without.
 */
#include <linux/mdev_parts.h>
#include <linux/minmax.h>
#include <linux/pci_regs.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_pci.h>

#include "virtio.h"

#define STREAM_MAGIC	0x6f69747269766d76ULL	/* "vmvirtio" */
#define STREAM_VERSION	1

/* Most bytes that parts which depend on the type of device can take. */
#define DEVICE_PARTS_MAX	SZ_16K

enum {
	PART_END,
	PART_PCI,
	PART_COMMON,
	PART_QUEUE,
};

/**
 * struct vv_stream_head - what two functions must have in common
 * @magic: STREAM_MAGIC
 * @version: STREAM_VERSION
 * @nr_queues: number of virtqueues
 * @reserved: 0
 * @config_size: bytes of device configuration space
 * @reserved2: 0
 * @config: PCI configuration space without the bits that a driver may write: ids, the
 *	sizes of the regions, capabilities
 */
struct vv_stream_head {
	__le64 magic;
	__le32 version;
	__le16 nr_queues;
	__le16 reserved;
	__le32 config_size;
	__le32 reserved2;
	u8 config[VV_CONFIG_SIZE];
};

/* The bits that a driver may write. */
struct vv_stream_pci {
	u8 config[VV_CONFIG_SIZE];
};

/* See struct vfio_virtio. */
struct vv_stream_common {
	__le64 driver_features;
	__le32 device_feature_select;
	__le32 driver_feature_select;
	__le16 queue_select;
	__le16 config_vector;
	u8 status;
	u8 isr;
	__le16 reserved;
};

/*
 * See struct vv_queue. @state: as mdev_vq_state_encode() tells it; @broken: the device has
 * stopped it for an error, which it tells by NEEDS_RESET.
 */
struct vv_stream_queue {
	__le64 desc;
	__le64 driver;
	__le64 device;
	__le32 state;
	__le16 index;
	__le16 vector;
	__le16 size;
	u8 enabled;
	u8 broken;
	u8 reserved[4];
};

static size_t part_size(size_t len)
{
	return sizeof(struct mdev_part) + len;
}

/* Bytes of the head, with which a stream begins. */
size_t vv_stream_head_size(void)
{
	return sizeof(struct vv_stream_head);
}

/* Most bytes that a stream of this function can have. */
size_t vv_stream_max(const struct vfio_virtio *vv)
{
	return sizeof(struct vv_stream_head) +
	       part_size(sizeof(struct vv_stream_pci)) +
	       part_size(sizeof(struct vv_stream_common)) +
	       vv->nr_queues * part_size(sizeof(struct vv_stream_queue)) +
	       DEVICE_PARTS_MAX + part_size(0);
}

/* Bits that are neither the driver's nor those of the moment. */
static u8 fixed_bits(const struct vfio_virtio *vv, unsigned int pos)
{
	u8 bits = vv->config[pos] & ~vv->writable[pos];

	if (pos == PCI_STATUS)
		bits &= ~PCI_STATUS_INTERRUPT;
	if (pos >= vv->pci_cfg + sizeof(struct virtio_pci_cap) &&
	    pos < vv->pci_cfg + sizeof(struct virtio_pci_cfg_cap))
		bits = 0;
	return bits;
}

/* Needs no lock: nothing of it ever changes. @buf has vv_stream_head_size() bytes. */
void vv_stream_put_head(const struct vfio_virtio *vv, void *buf)
{
	struct vv_stream_head *head = buf;
	unsigned int i;

	memset(head, 0, sizeof(*head));
	head->magic = cpu_to_le64(STREAM_MAGIC);
	head->version = cpu_to_le32(STREAM_VERSION);
	head->nr_queues = cpu_to_le16(vv->nr_queues);
	head->config_size = cpu_to_le32(vv->ops->get_config_size(vv->slice));
	for (i = 0; i < VV_CONFIG_SIZE; i++)
		head->config[i] = fixed_bits(vv, i);
}

/* Is the last part there, with which a stream ends? Whatever the others are. */
bool vv_stream_ends(void *buf, size_t len)
{
	struct mdev_parts parts = {
		.buf = buf,
		.size = len,
		.pos = vv_stream_head_size(),
	};
	const void *data;
	u16 type;
	u32 size;

	if (len < parts.pos)
		return false;
	while (!mdev_parts_get(&parts, &type, &data, &size)) {
		if (type == PART_END)
			return true;
	}
	return false;
}

static void put_pci(const struct vfio_virtio *vv, struct mdev_parts *parts)
{
	struct vv_stream_pci part;
	unsigned int i;

	for (i = 0; i < VV_CONFIG_SIZE; i++)
		part.config[i] = vv->config[i] & vv->writable[i];
	mdev_parts_put(parts, PART_PCI, &part, sizeof(part));
}

static void put_common(struct vfio_virtio *vv, struct mdev_parts *parts)
{
	struct vv_stream_common part = {
		.driver_features = cpu_to_le64(vv->driver_features),
		.device_feature_select = cpu_to_le32(vv->device_feature_select),
		.driver_feature_select = cpu_to_le32(vv->driver_feature_select),
		.queue_select = cpu_to_le16(vv->queue_select),
		.config_vector = cpu_to_le16(vv->config_vector),
		.status = vv_transport_status(vv),
		.isr = READ_ONCE(vv->isr),
	};

	mdev_parts_put(parts, PART_COMMON, &part, sizeof(part));
}

static int put_queue(struct vv_queue *q, struct mdev_parts *parts)
{
	struct vfio_virtio *vv = q->vv;
	struct vv_stream_queue part = {
		.desc = cpu_to_le64(q->desc),
		.driver = cpu_to_le64(q->driver),
		.device = cpu_to_le64(q->device),
		.index = cpu_to_le16(q->index),
		.vector = cpu_to_le16(q->vector),
		.size = cpu_to_le16(q->size),
		.enabled = q->enabled,
	};
	struct mdev_vq_state state = {};
	u32 num;
	int err;

	if (q->enabled) {
		err = vv->ops->get_vq_state(vv->slice, q->index, &state);
		if (err)
			return err;
		num = mdev_vq_state_encode(&state, vv_transport_packed(vv));
		part.state = cpu_to_le32(num);
		part.broken = !vv->ops->get_vq_ready(vv->slice, q->index);
	}
	mdev_parts_put(parts, PART_QUEUE, &part, sizeof(part));
	return 0;
}

/* All that follows the head. Under the lock, while the slice is suspended. */
int vv_stream_put(struct vfio_virtio *vv, struct mdev_parts *parts)
{
	unsigned int i;
	int err;

	put_pci(vv, parts);
	put_common(vv, parts);
	for (i = 0; i < vv->nr_queues; i++) {
		err = put_queue(&vv->queues[i], parts);
		if (err)
			return err;
	}
	vv->ops->get_parts(vv->slice, parts);
	mdev_parts_put(parts, PART_END, NULL, 0);
	return parts->overflow ? -ENOSPC : 0;
}

/* Taking it over. */

/* The next part, which has to be of this type and size. */
static int get_part(struct mdev_parts *parts, u16 wanted, void *part, u32 size)
{
	const void *data;
	u16 type;
	u32 len;

	if (mdev_parts_get(parts, &type, &data, &len) || type != wanted ||
	    len != size)
		return -EINVAL;
	memcpy(part, data, size);
	return 0;
}

static int load_pci(struct vfio_virtio *vv, struct mdev_parts *parts)
{
	struct vv_stream_pci part;
	unsigned int i;
	int err;

	err = get_part(parts, PART_PCI, &part, sizeof(part));
	if (err)
		return err;
	for (i = 0; i < VV_CONFIG_SIZE; i++) {
		if (part.config[i] & ~vv->writable[i])
			return -EINVAL;
	}
	vv_pci_load(vv, part.config);
	return 0;
}

static bool vector_valid(const struct vfio_virtio *vv, u16 vector)
{
	return vv_transport_vector(vv, vector) == vector;
}

static int load_common(struct vfio_virtio *vv, struct mdev_parts *parts)
{
	struct vv_stream_common part;
	int err;

	err = get_part(parts, PART_COMMON, &part, sizeof(part));
	if (err)
		return err;
	if (part.reserved || part.isr & ~VV_ISR_MASK ||
	    !vector_valid(vv, le16_to_cpu(part.config_vector)))
		return -EINVAL;
	vv->driver_features = le64_to_cpu(part.driver_features);
	vv->device_feature_select = le32_to_cpu(part.device_feature_select);
	vv->driver_feature_select = le32_to_cpu(part.driver_feature_select);
	vv->queue_select = le16_to_cpu(part.queue_select);
	WRITE_ONCE(vv->config_vector, le16_to_cpu(part.config_vector));
	vv_irq_load(vv, part.isr);
	return vv_transport_load(vv, part.status);
}

static bool queue_valid(const struct vv_queue *q,
			const struct vv_stream_queue *part)
{
	return le16_to_cpu(part->index) == q->index && part->enabled <= 1 &&
	       !memchr_inv(part->reserved, 0, sizeof(part->reserved)) &&
	       vector_valid(q->vv, le16_to_cpu(part->vector)) &&
	       (part->enabled || (!part->state && !part->broken)) &&
	       part->broken <= q->vv->broken;
}

static int load_queue(struct vv_queue *q, struct mdev_parts *parts)
{
	struct vv_stream_queue part;
	struct mdev_vq_state state;
	int err;

	err = get_part(parts, PART_QUEUE, &part, sizeof(part));
	if (err)
		return err;
	if (!queue_valid(q, &part))
		return -EINVAL;
	q->desc = le64_to_cpu(part.desc);
	q->driver = le64_to_cpu(part.driver);
	q->device = le64_to_cpu(part.device);
	q->size = le16_to_cpu(part.size);
	WRITE_ONCE(q->vector, le16_to_cpu(part.vector));
	if (!part.enabled)
		return 0;
	err = mdev_vq_state_decode(&state, vv_transport_packed(q->vv),
				   le32_to_cpu(part.state));
	return err ?: vv_queue_start(q, &state, !part.broken);
}

/* Those of the slice, until the end, with which everything ends. */
static int load_device(struct vfio_virtio *vv, struct mdev_parts *parts)
{
	const void *data;
	u16 type;
	u32 len;
	int err;

	for (;;) {
		if (mdev_parts_get(parts, &type, &data, &len))
			return -EINVAL;
		if (type == PART_END)
			return len || parts->pos != parts->size ? -EINVAL : 0;
		if (type < MDEV_PART_DEVICE)
			return -EINVAL;
		err = vv->ops->set_part(vv->slice, type, data, len);
		if (err)
			return err;
	}
}

static int load_all(struct vfio_virtio *vv, struct mdev_parts *parts)
{
	unsigned int i;
	int err;

	err = load_pci(vv, parts) ?: load_common(vv, parts);
	for (i = 0; !err && i < vv->nr_queues; i++)
		err = load_queue(&vv->queues[i], parts);
	return err ?: load_device(vv, parts);
}

/*
 * A whole stream, which may be anything but its head, which was compared. All of it is
 * taken over, to begin with the next resume; or none, and the function is as after a
 * reset. Under the lock, while stopped.
 */
int vv_stream_load(struct vfio_virtio *vv, void *buf, size_t len)
{
	struct mdev_parts parts = {
		.buf = buf,
		.size = len,
		.pos = vv_stream_head_size(),
	};
	int err;

	err = vv_transport_reset(vv);
	if (err)
		return err;
	err = load_all(vv, &parts);
	if (err) {
		vv_pci_reset(vv);
		vv_transport_reset(vv);
	}
	return err;
}
