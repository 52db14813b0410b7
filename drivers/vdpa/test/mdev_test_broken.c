// SPDX-License-Identifier: GPL-2.0
/*
 * A virtio driver that is broken. It takes the network device of the slice that it was
 * loaded for, when that has no driver, and writes into the rings what it is told to:
 *
 *	echo "QUEUE KIND" >/sys/module/mdev_test_broken/parameters/write
 *
 * after which the device is kicked. Only for tests.
 */
#include <linux/delay.h>
#include <linux/dma-direct.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_net.h>

#define BROKEN_VQS	3

/* No memory is there, on any machine. */
#define NOWHERE		0x0fffffff00000000ULL

static char *slice;
module_param(slice, charp, 0400);
MODULE_PARM_DESC(slice, "name of the slice whose device is taken");

static bool packed = true;
module_param(packed, bool, 0600);
MODULE_PARM_DESC(packed, "take packed rings where they are offered");

static unsigned int changes;
module_param(changes, uint, 0400);
MODULE_PARM_DESC(changes, "configuration change interrupts since it was bound");

static unsigned int answers;
module_param(answers, uint, 0400);
MODULE_PARM_DESC(answers, "commands that were answered since it was bound");

static unsigned int interrupts;
module_param(interrupts, uint, 0400);
MODULE_PARM_DESC(interrupts, "used buffer interrupts since it was bound");

/* The device, while it is bound. */
static struct virtio_device *broken_vdev;
static struct virtqueue *broken_vqs[BROKEN_VQS];
static DEFINE_MUTEX(broken_lock);

/* Rings. The driver core has mapped them for the device, and here they are. */

static void *ring_at(struct virtqueue *vq, dma_addr_t addr)
{
	return phys_to_virt(dma_to_phys(virtqueue_dma_dev(vq), addr));
}

static bool is_packed(struct virtqueue *vq)
{
	return virtio_has_feature(vq->vdev, VIRTIO_F_RING_PACKED);
}

static struct vring_desc *split_desc(struct virtqueue *vq)
{
	return ring_at(vq, virtqueue_get_desc_addr(vq));
}

static struct vring_avail *split_avail(struct virtqueue *vq)
{
	return ring_at(vq, virtqueue_get_avail_addr(vq));
}

static struct vring_packed_desc *packed_desc(struct virtqueue *vq)
{
	return ring_at(vq, virtqueue_get_desc_addr(vq));
}

/* A descriptor that leads on if it is told to. */
static void put_split(struct virtqueue *vq, u16 i, u64 addr, u32 len, u16 flags,
		      u16 next)
{
	split_desc(vq)[i] = (struct vring_desc){
		.addr = cpu_to_virtio64(vq->vdev, addr),
		.len = cpu_to_virtio32(vq->vdev, len),
		.flags = cpu_to_virtio16(vq->vdev, flags),
		.next = cpu_to_virtio16(vq->vdev, next),
	};
}

/* In the first round a descriptor is available with AVAIL set and USED not. */
static void put_packed(struct virtqueue *vq, u16 i, u64 addr, u32 len, u16 flags)
{
	struct vring_packed_desc *desc = packed_desc(vq) + i;

	flags |= BIT(VRING_PACKED_DESC_F_AVAIL);
	desc->addr = cpu_to_le64(addr);
	desc->len = cpu_to_le32(len);
	desc->id = cpu_to_le16(i);
	/* The flags last. */
	virtio_wmb(true);
	WRITE_ONCE(desc->flags, cpu_to_le16(flags));
}

/* Entry 0 of the available ring, and how many there are. */
static void publish(struct virtqueue *vq, u16 head, u16 idx)
{
	struct vring_avail *avail = split_avail(vq);

	avail->ring[0] = cpu_to_virtio16(vq->vdev, head);
	virtio_wmb(true);
	WRITE_ONCE(avail->idx, cpu_to_virtio16(vq->vdev, idx));
}

/* Kinds. Addresses that are used for something are those of the ring itself. */

static void write_index(struct virtqueue *vq)
{
	publish(vq, 0, virtqueue_get_vring_size(vq) + 1);
}

static void write_head(struct virtqueue *vq)
{
	publish(vq, virtqueue_get_vring_size(vq), 1);
}

static void write_next(struct virtqueue *vq)
{
	put_split(vq, 0, virtqueue_get_desc_addr(vq), 16, VRING_DESC_F_NEXT,
		  virtqueue_get_vring_size(vq));
	publish(vq, 0, 1);
}

/* The packed ring has no way to lead back, but one never to end. */
static void write_loop(struct virtqueue *vq)
{
	dma_addr_t addr = virtqueue_get_desc_addr(vq);
	u16 i;

	if (!is_packed(vq)) {
		put_split(vq, 0, addr, 16, VRING_DESC_F_NEXT, 0);
		publish(vq, 0, 1);
		return;
	}
	for (i = virtqueue_get_vring_size(vq); i--;)
		put_packed(vq, i, addr, 16, VRING_DESC_F_NEXT);
}

static void write_one(struct virtqueue *vq, u64 addr, u32 len, u16 flags)
{
	if (is_packed(vq)) {
		put_packed(vq, 0, addr, len, flags);
		return;
	}
	put_split(vq, 0, addr, len, flags, 0);
	publish(vq, 0, 1);
}

static void write_nowhere(struct virtqueue *vq)
{
	write_one(vq, NOWHERE, 64, 0);
}

static void write_length(struct virtqueue *vq)
{
	write_one(vq, virtqueue_get_desc_addr(vq), U32_MAX, 0);
}

static void write_table(struct virtqueue *vq)
{
	write_one(vq, virtqueue_get_desc_addr(vq), 17, VRING_DESC_F_INDIRECT);
}

/* Nothing has ever been made available: there is no harm in such a ring. */
static void write_nothing(struct virtqueue *vq)
{
	publish(vq, 0, 0);
}

/* One buffer that a frame fits, where descriptors are that nothing leads to. */
static void write_buffer(struct virtqueue *vq)
{
	unsigned int half = virtqueue_get_vring_size(vq) / 2 *
			    sizeof(struct vring_desc);

	put_split(vq, 0, virtqueue_get_desc_addr(vq) + half, half,
		  VRING_DESC_F_WRITE, 0);
	publish(vq, 0, 1);
}

static void write_random(struct virtqueue *vq)
{
	unsigned int num = virtqueue_get_vring_size(vq);

	get_random_bytes(ring_at(vq, virtqueue_get_desc_addr(vq)),
			 num * sizeof(struct vring_desc));
	if (!is_packed(vq))
		get_random_bytes(split_avail(vq),
				 sizeof(struct vring_avail) + num * sizeof(u16));
}

/*
 * Commands of any class and length, in good order: the device answers each and is none the
 * worse for it. Which device it is the driver does not want to know afterwards.
 */
#define COMMANDS	256
#define COMMAND_MAX	4096

static bool command_answered(struct virtqueue *vq)
{
	unsigned int len, tries;

	for (tries = 0; tries < 5000; tries++) {
		if (virtqueue_get_buf(vq, &len))
			return len == sizeof(virtio_net_ctrl_ack);
		usleep_range(200, 1000);
	}
	return false;
}

static bool command_one(struct virtqueue *vq, u8 *data)
{
	struct scatterlist out, in, *sgs[] = { &out, &in };
	u8 *ack = data + COMMAND_MAX;

	get_random_bytes(data, COMMAND_MAX);
	/* Mostly a class that there is. */
	if (data[2] & 7)
		data[0] %= VIRTIO_NET_CTRL_NOTF_COAL + 1;
	if (data[2] & 3)
		data[1] %= 8;
	sg_init_one(&out, data, get_random_u32_inclusive(1, data[3] & 1 ? 16 :
							 COMMAND_MAX));
	sg_init_one(&in, ack, sizeof(*ack));
	*ack = 0xff;
	if (virtqueue_add_sgs(vq, sgs, 1, 1, data, GFP_KERNEL))
		return false;
	return virtqueue_kick(vq) && command_answered(vq) &&
	       *ack <= VIRTIO_NET_ERR;
}

static void write_commands(struct virtqueue *vq)
{
	u8 *data = kmalloc(COMMAND_MAX + 1, GFP_KERNEL);
	unsigned int i;

	for (i = 0; data && i < COMMANDS && command_one(vq, data); i++)
		answers++;
	/* What was not answered may be yet. */
	if (i == COMMANDS)
		kfree(data);
}

static const struct {
	const char *name;
	void (*write)(struct virtqueue *vq);
	bool split;		/* has no meaning in a packed ring */
} kinds[] = {
	{ "index", write_index, true },
	{ "head", write_head, true },
	{ "next", write_next, true },
	{ "loop", write_loop },
	{ "nowhere", write_nowhere },
	{ "length", write_length },
	{ "table", write_table },
	{ "nothing", write_nothing, true },
	{ "buffer", write_buffer, true },
	{ "random", write_random },
	{ "commands", write_commands },
};

static int write_kind(const char *name, unsigned int queue)
{
	struct virtqueue *vq = broken_vqs[queue];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!sysfs_streq(kinds[i].name, name))
			continue;
		if (kinds[i].split && is_packed(vq))
			return -EOPNOTSUPP;
		kinds[i].write(vq);
		virtqueue_notify(vq);
		return 0;
	}
	return -EINVAL;
}

static int write_set(const char *value, const struct kernel_param *kp)
{
	unsigned int queue;
	int at, err = -ENODEV;

	if (sscanf(value, "%u %n", &queue, &at) != 1 || queue >= BROKEN_VQS)
		return -EINVAL;
	mutex_lock(&broken_lock);
	if (broken_vdev)
		err = write_kind(value + at, queue);
	mutex_unlock(&broken_lock);
	return err;
}

static const struct kernel_param_ops write_ops = {
	.set = write_set,
};
module_param_cb(write, &write_ops, NULL, 0200);
MODULE_PARM_DESC(write, "QUEUE KIND: what is written");

/* The driver. */

static void broken_used(struct virtqueue *vq)
{
	interrupts++;
}

static void broken_changed(struct virtio_device *vdev)
{
	changes++;
}

static int broken_validate(struct virtio_device *vdev)
{
	if (!packed)
		__virtio_clear_bit(vdev, VIRTIO_F_RING_PACKED);
	return 0;
}

static int broken_start(struct virtio_device *vdev)
{
	struct virtqueue_info infos[BROKEN_VQS] = {
		{ "receive", broken_used }, { "transmit", broken_used },
		{ "control" },
	};
	int err;

	changes = 0;
	answers = 0;
	interrupts = 0;
	err = virtio_find_vqs(vdev, BROKEN_VQS, broken_vqs, infos, NULL);
	if (err)
		return err;
	virtio_device_ready(vdev);
	/* An interface that was down has left them off for whoever comes next. */
	virtio_config_driver_enable(vdev);
	broken_vdev = vdev;
	return 0;
}

static int broken_probe(struct virtio_device *vdev)
{
	int err = -ENODEV;

	if (!slice || strcmp(slice, dev_name(vdev->dev.parent)))
		return err;
	mutex_lock(&broken_lock);
	if (!broken_vdev)
		err = broken_start(vdev);
	mutex_unlock(&broken_lock);
	return err;
}

static void broken_remove(struct virtio_device *vdev)
{
	mutex_lock(&broken_lock);
	broken_vdev = NULL;
	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
	mutex_unlock(&broken_lock);
}

static const struct virtio_device_id broken_ids[] = {
	{ VIRTIO_ID_NET, VIRTIO_DEV_ANY_ID },
	{}
};

static const unsigned int broken_features[] = { VIRTIO_NET_F_CTRL_VQ };

static struct virtio_driver broken_driver = {
	.driver.name = KBUILD_MODNAME,
	.feature_table = broken_features,
	.feature_table_size = ARRAY_SIZE(broken_features),
	.id_table = broken_ids,
	.validate = broken_validate,
	.probe = broken_probe,
	.remove = broken_remove,
	.config_changed = broken_changed,
};
module_virtio_driver(broken_driver);

MODULE_DESCRIPTION("A broken virtio driver for tests");
MODULE_LICENSE("GPL");
