// SPDX-License-Identifier: GPL-2.0
/*
 * A parent for tests of class vhost: mdev_wide0, whose devices have as many virtqueues
 * as a parameter says, each with a doorbell page, and no memory access at all.
 *
 * A kick of a virtqueue is counted and raises its used buffer interrupt, so that each
 * way of kicking can be told to arrive. A doorbell is a page of RAM. What was last
 * written to it, and the kicks, are in the configuration, see struct wide_config.
 *
 * The last virtqueue has no doorbell. Virtqueues are in two groups in turns, address
 * spaces are remembered and never used.
 */
#include <linux/gfp.h>
#include <linux/mdev_as.h>
#include <linux/mdev_class.h>
#include <linux/mdev_config.h>
#include <linux/mdev_vhost.h>
#include <linux/mdev_virtio.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>

#define WIDE_GROUPS	2
#define WIDE_VQS_MAX	4096
#define WIDE_NUM_MAX	256
#define WIDE_IOVA_LAST	(BIT_ULL(40) - 1)
#define WIDE_FEATURES \
	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

static unsigned int queues = 64;
module_param(queues, uint, 0444);
MODULE_PARM_DESC(queues, "virtqueues of a device, 1 to 4096");

/* The configuration: one of these for each virtqueue. */
struct wide_config {
	__le32 kicks;
	__le32 doorbell;
};

/**
 * struct wide_queue - a virtqueue
 * @lock: @cb, and held while it runs
 * @cb: used buffer interrupt
 * @kicks: since reset
 * @page: doorbell, or NULL
 * @num: size, in entries
 * @avail_index: where it stands
 * @ready: the driver has enabled it
 */
struct wide_queue {
	spinlock_t lock;		/* see above */
	struct mdev_virtio_cb cb;
	atomic_t kicks;
	struct page *page;
	u32 num;
	u16 avail_index;
	bool ready;
};

/**
 * struct wide - a slice
 * @status: status byte
 * @suspended: kicks have no effect
 * @features: that the driver accepted
 * @as: address space of each group, or NULL
 * @nr_queues: entries in @queues
 * @queues: virtqueues
 */
struct wide {
	u8 status;
	bool suspended;
	u64 features;
	struct mdev_as *as[WIDE_GROUPS];
	unsigned int nr_queues;
	struct wide_queue queues[] __counted_by(nr_queues);
};

static struct wide *wide_of(const struct mdev_slice *slice)
{
	return mdev_slice_drvdata(slice);
}

static struct wide_queue *wide_queue(const struct mdev_slice *slice, u16 vq)
{
	return &wide_of(slice)->queues[vq];
}

static u16 wide_get_vq_count(struct mdev_slice *slice)
{
	return wide_of(slice)->nr_queues;
}

static u64 wide_get_features(struct mdev_slice *slice)
{
	return WIDE_FEATURES;
}

static int wide_set_features(struct mdev_slice *slice, u64 features)
{
	if (features & ~WIDE_FEATURES)
		return -EINVAL;
	wide_of(slice)->features = features;
	return 0;
}

static u64 wide_get_driver_features(struct mdev_slice *slice)
{
	return wide_of(slice)->features;
}

static u8 wide_get_status(struct mdev_slice *slice)
{
	return READ_ONCE(wide_of(slice)->status);
}

static int wide_set_status(struct mdev_slice *slice, u8 status)
{
	struct wide *wide = wide_of(slice);

	WRITE_ONCE(wide->status, wide->status | status);
	return 0;
}

static void wide_set_cb(struct wide_queue *q, const struct mdev_virtio_cb *cb)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	q->cb = *cb;
	spin_unlock_irqrestore(&q->lock, flags);
}

static void wide_queue_reset(struct wide_queue *q)
{
	WRITE_ONCE(q->ready, false);
	wide_set_cb(q, &(struct mdev_virtio_cb){});
	atomic_set(&q->kicks, 0);
	q->num = WIDE_NUM_MAX;
	q->avail_index = 0;
}

static int wide_reset(struct mdev_slice *slice)
{
	struct wide *wide = wide_of(slice);
	unsigned int i;

	WRITE_ONCE(wide->status, 0);
	WRITE_ONCE(wide->suspended, false);
	wide->features = 0;
	for (i = 0; i < wide->nr_queues; i++)
		wide_queue_reset(&wide->queues[i]);
	return 0;
}

static size_t wide_get_config_size(struct mdev_slice *slice)
{
	return wide_of(slice)->nr_queues * sizeof(struct wide_config);
}

static struct wide_config wide_config(const struct wide_queue *q)
{
	struct wide_config config = {
		.kicks = cpu_to_le32(atomic_read(&q->kicks)),
	};

	/* Whoever has mapped the page writes to it at any time. */
	if (q->page)
		config.doorbell = READ_ONCE(*(__le32 *)page_address(q->page));
	return config;
}

static void wide_get_config(struct mdev_slice *slice, unsigned int offset,
			    void *buf, unsigned int len)
{
	struct wide_config config;
	u8 *bytes = buf;
	unsigned int at, part;

	for (; len; len -= part, offset += part, bytes += part) {
		at = offset % sizeof(config);
		part = min_t(unsigned int, len, sizeof(config) - at);
		config = wide_config(wide_queue(slice, offset / sizeof(config)));
		memcpy(bytes, (u8 *)&config + at, part);
	}
}

static int wide_set_config(struct mdev_slice *slice, unsigned int offset,
			   const void *buf, unsigned int len)
{
	return -EOPNOTSUPP;
}

static u32 wide_get_generation(struct mdev_slice *slice)
{
	return 0;
}

/* The configuration changes all the time, and nobody is told. */
static void wide_set_config_cb(struct mdev_slice *slice,
			       const struct mdev_virtio_cb *cb)
{
}

static u16 wide_get_vq_num_max(struct mdev_slice *slice, u16 vq)
{
	return WIDE_NUM_MAX;
}

static u32 wide_get_vq_align(struct mdev_slice *slice)
{
	return PAGE_SIZE;
}

static int wide_set_vq_num(struct mdev_slice *slice, u16 vq, u32 num)
{
	wide_queue(slice, vq)->num = num;
	return 0;
}

static int wide_set_vq_address(struct mdev_slice *slice, u16 vq, u64 desc,
			       u64 driver, u64 device)
{
	return 0;
}

static int wide_set_vq_state(struct mdev_slice *slice, u16 vq,
			     const struct mdev_vq_state *state)
{
	wide_queue(slice, vq)->avail_index = state->split.avail_index;
	return 0;
}

static int wide_get_vq_state(struct mdev_slice *slice, u16 vq,
			     struct mdev_vq_state *state)
{
	state->split.avail_index = wide_queue(slice, vq)->avail_index;
	return 0;
}

static int wide_set_vq_ready(struct mdev_slice *slice, u16 vq, bool ready)
{
	WRITE_ONCE(wide_queue(slice, vq)->ready, ready);
	return 0;
}

static bool wide_get_vq_ready(struct mdev_slice *slice, u16 vq)
{
	return READ_ONCE(wide_queue(slice, vq)->ready);
}

static bool wide_runs(const struct wide *wide, const struct wide_queue *q)
{
	return READ_ONCE(wide->status) & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !READ_ONCE(wide->suspended) && READ_ONCE(q->ready);
}

static void wide_kick_vq(struct mdev_slice *slice, u16 vq)
{
	struct wide_queue *q = wide_queue(slice, vq);
	unsigned long flags;

	if (!wide_runs(wide_of(slice), q))
		return;
	atomic_inc(&q->kicks);
	spin_lock_irqsave(&q->lock, flags);
	if (q->cb.callback)
		q->cb.callback(q->cb.private);
	spin_unlock_irqrestore(&q->lock, flags);
}

static void wide_set_vq_cb(struct mdev_slice *slice, u16 vq,
			   const struct mdev_virtio_cb *cb)
{
	wide_set_cb(wide_queue(slice, vq),
		    cb ? cb : &(struct mdev_virtio_cb){});
}

static void wide_synchronize_cbs(struct mdev_slice *slice)
{
	struct wide *wide = wide_of(slice);
	unsigned int i;

	for (i = 0; i < wide->nr_queues; i++) {
		spin_lock_irq(&wide->queues[i].lock);
		spin_unlock_irq(&wide->queues[i].lock);
	}
}

static int wide_suspend(struct mdev_slice *slice)
{
	WRITE_ONCE(wide_of(slice)->suspended, true);
	return 0;
}

static int wide_resume(struct mdev_slice *slice)
{
	WRITE_ONCE(wide_of(slice)->suspended, false);
	return 0;
}

static int wide_set_as(struct mdev_slice *slice, unsigned int group,
		       struct mdev_as *as)
{
	struct wide *wide = wide_of(slice);

	if (group >= WIDE_GROUPS)
		return -EINVAL;
	if (as)
		mdev_as_get(as);
	mdev_as_put(wide->as[group]);
	wide->as[group] = as;
	return 0;
}

static const struct mdev_virtio_ops wide_virtio_ops = {
	.get_vq_count = wide_get_vq_count,
	.get_features = wide_get_features,
	.set_features = wide_set_features,
	.get_driver_features = wide_get_driver_features,
	.get_status = wide_get_status,
	.set_status = wide_set_status,
	.reset = wide_reset,
	.get_config_size = wide_get_config_size,
	.get_config = wide_get_config,
	.set_config = wide_set_config,
	.get_generation = wide_get_generation,
	.set_config_cb = wide_set_config_cb,
	.get_vq_num_max = wide_get_vq_num_max,
	.get_vq_align = wide_get_vq_align,
	.set_vq_num = wide_set_vq_num,
	.set_vq_address = wide_set_vq_address,
	.set_vq_state = wide_set_vq_state,
	.get_vq_state = wide_get_vq_state,
	.set_vq_ready = wide_set_vq_ready,
	.get_vq_ready = wide_get_vq_ready,
	.kick_vq = wide_kick_vq,
	.set_vq_cb = wide_set_vq_cb,
	.synchronize_cbs = wide_synchronize_cbs,
	.suspend = wide_suspend,
	.resume = wide_resume,
	.set_as = wide_set_as,
};

static u32 wide_get_vq_group(struct mdev_slice *slice, u16 vq)
{
	return vq % WIDE_GROUPS;
}

static int wide_get_vq_area(struct mdev_slice *slice, u16 vq,
			    struct mdev_vhost_area *area)
{
	struct wide_queue *q = wide_queue(slice, vq);

	if (!q->page)
		return -ENXIO;
	area->addr = page_to_phys(q->page);
	area->size = PAGE_SIZE;
	return 0;
}

static void wide_get_iova_range(struct mdev_slice *slice, u64 *first, u64 *last)
{
	*first = PAGE_SIZE;
	*last = WIDE_IOVA_LAST;
}

static const struct mdev_vhost_ops wide_vhost_ops = {
	.nr_groups = WIDE_GROUPS,
	.nr_as = WIDE_GROUPS,
	.get_vq_group = wide_get_vq_group,
	.get_vq_area = wide_get_vq_area,
	.get_iova_range = wide_get_iova_range,
};

static void wide_free(struct wide *wide)
{
	unsigned int i;

	for (i = 0; i < WIDE_GROUPS; i++)
		mdev_as_put(wide->as[i]);
	for (i = 0; i < wide->nr_queues; i++) {
		if (wide->queues[i].page)
			__free_page(wide->queues[i].page);
	}
	kvfree(wide);
}

static struct wide *wide_alloc(void)
{
	struct wide *wide;
	unsigned int i;

	wide = kvzalloc(struct_size(wide, queues, queues), GFP_KERNEL);
	if (!wide)
		return NULL;
	wide->nr_queues = queues;
	for (i = 0; i < queues; i++) {
		spin_lock_init(&wide->queues[i].lock);
		wide_queue_reset(&wide->queues[i]);
	}
	for (i = 0; i + 1 < queues; i++) {
		wide->queues[i].page = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!wide->queues[i].page) {
			wide_free(wide);
			return NULL;
		}
	}
	return wide;
}

static int wide_create(struct mdev_slice *slice,
		       const struct mdev_config *config,
		       struct netlink_ext_ack *extack)
{
	struct wide *wide = wide_alloc();

	if (!wide)
		return -ENOMEM;
	mdev_slice_set_drvdata(slice, wide);
	return 0;
}

/* No doorbell is mapped: nodes are gone, and what was mapped there was zapped. */
static void wide_remove(struct mdev_slice *slice)
{
	wide_free(wide_of(slice));
}

static const struct mdev_parent_ops wide_parent_ops = {
	.owner = THIS_MODULE,
	.create = wide_create,
	.remove = wide_remove,
};

static struct mdev_type wide_types[] = {
	{
		.name = "wide",
		.device_id = VIRTIO_ID_RNG,
		.features = WIDE_FEATURES,
	},
};

static struct platform_device *wide_device;
static struct mdev_parent *wide_parent;

static int __init wide_parent_add(struct device *dev)
{
	struct mdev_parent *parent;
	int err;

	parent = mdev_parent_alloc(dev);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	parent->ops = &wide_parent_ops;
	parent->virtio_ops = &wide_virtio_ops;
	parent->vhost_ops = &wide_vhost_ops;
	parent->types = wide_types;
	parent->nr_types = ARRAY_SIZE(wide_types);
	err = mdev_parent_register(parent);
	if (err) {
		mdev_parent_free(parent);
		return err;
	}
	wide_parent = parent;
	return 0;
}

static int __init wide_init(void)
{
	int err;

	if (queues < 1 || queues > WIDE_VQS_MAX)
		return -EINVAL;
	wide_types[0].max_vqs = queues;
	wide_device = platform_device_register_simple("mdev_wide0",
						      PLATFORM_DEVID_NONE,
						      NULL, 0);
	if (IS_ERR(wide_device))
		return PTR_ERR(wide_device);
	err = wide_parent_add(&wide_device->dev);
	if (err)
		platform_device_unregister(wide_device);
	return err;
}

static void __exit wide_exit(void)
{
	mdev_parent_unregister(wide_parent);
	mdev_parent_free(wide_parent);
	platform_device_unregister(wide_device);
}

module_init(wide_init);
module_exit(wide_exit);

MODULE_DESCRIPTION("Parent for tests of class vhost");
MODULE_LICENSE("GPL");
