// SPDX-License-Identifier: GPL-2.0
/*
 * A parent for tests of class vhost: mdev_wide0, whose devices have as many virtqueues
 * as a parameter says, each with a doorbell page.
 *
 * A kick of a virtqueue is counted and raises its used buffer interrupt, so that each
 * way of kicking can be told to arrive; in what context it has is told, too. A doorbell
 * is a page of RAM. What was last written to it, and the kicks, are in the
 * configuration, see struct wide_config.
 *
 * The last virtqueue has no doorbell. Virtqueues are in two groups in turns. Address
 * spaces are remembered and never used; if the device is to reach memory by itself, see
 * enum wide_memory, then a kick copies what is at the address of the descriptor area
 * to that of the device area before it raises the interrupt. Virtqueues with an even
 * number have interrupts that could pass by the kernel, see wide_bypass.c. While it
 * reaches no memory the descriptors of a virtqueue are in the other group.
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

#include "wide.h"

#define WIDE_VQS_MAX	4096
#define WIDE_NUM_MAX	256
#define WIDE_IOVA_LAST	(BIT_ULL(40) - 1)
#define WIDE_FEATURES \
	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

static unsigned int queues = 64;
module_param(queues, uint, 0444);
MODULE_PARM_DESC(queues, "virtqueues of a device, 1 to 4096");

static bool atomic_kick;
module_param(atomic_kick, bool, 0444);
MODULE_PARM_DESC(atomic_kick, "kicks may come with interrupts off");

static bool irqs_off;
module_param(irqs_off, bool, 0444);
MODULE_PARM_DESC(irqs_off, "a kick has come with interrupts off");

static enum wide_memory wide_memory;

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
	cancel_work_sync(&q->copy);
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
	wide_queue(slice, vq)->from = desc;
	wide_queue(slice, vq)->to = device;
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

static void wide_raise(struct wide_queue *q)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	if (q->cb.callback)
		q->cb.callback(q->cb.private);
	spin_unlock_irqrestore(&q->lock, flags);
}

static bool wide_copy(struct wide *wide, struct wide_queue *q)
{
	u32 group = (q - wide->queues) % WIDE_GROUPS;

	if (wide_memory == WIDE_MEMORY_IOMMU)
		return wide_edu_copy(q->from, q->to);
	return wide_map_copy(wide, wide->asid[group], q->from, q->to);
}

static void wide_copy_work(struct work_struct *work)
{
	struct wide_queue *q = container_of(work, struct wide_queue, copy);

	if (wide_memory == WIDE_MEMORY_NONE || wide_copy(q->wide, q))
		wide_raise(q);
}

static void wide_kick_vq(struct mdev_slice *slice, u16 vq)
{
	struct wide_queue *q = wide_queue(slice, vq);

	if (irqs_disabled())
		WRITE_ONCE(irqs_off, true);
	if (!wide_runs(wide_of(slice), q))
		return;
	atomic_inc(&q->kicks);
	if (wide_memory == WIDE_MEMORY_NONE && !atomic_kick)
		wide_raise(q);
	else
		queue_work(system_unbound_wq, &q->copy);
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

/* Without set_as where memory is reached. */
static struct mdev_virtio_ops wide_virtio_ops = {
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

static u32 wide_get_vq_desc_group(struct mdev_slice *slice, u16 vq)
{
	return (vq + 1) % WIDE_GROUPS;
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
	*last = wide_memory == WIDE_MEMORY_IOMMU ? WIDE_EDU_LAST :
						   WIDE_IOVA_LAST;
}

static int wide_set_group_asid(struct mdev_slice *slice, u32 group, u32 asid)
{
	wide_of(slice)->asid[group] = asid;
	return 0;
}

static struct mdev_vhost_ops wide_vhost_ops = {
	.nr_groups = WIDE_GROUPS,
	.nr_as = WIDE_GROUPS,
	.get_vq_group = wide_get_vq_group,
	.get_vq_desc_group = wide_get_vq_desc_group,
	.get_vq_area = wide_get_vq_area,
	.get_vq_irq = wide_get_vq_irq,
	.get_iova_range = wide_get_iova_range,
};

static void wide_free(struct wide *wide)
{
	unsigned int i;

	wide_map_end(wide);
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
	wide_map_init(wide);
	for (i = 0; i < queues; i++) {
		spin_lock_init(&wide->queues[i].lock);
		INIT_WORK(&wide->queues[i].copy, wide_copy_work);
		wide->queues[i].wide = wide;
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

static char *memory = "none";
module_param(memory, charp, 0444);
MODULE_PARM_DESC(memory, "how it is reached: none, map or iommu (by an edu device)");

static int __init wide_memory_init(void)
{
	static const char *const names[] = {
		[WIDE_MEMORY_NONE] = "none",
		[WIDE_MEMORY_MAP] = "map",
		[WIDE_MEMORY_IOMMU] = "iommu",
	};
	int found = match_string(names, ARRAY_SIZE(names), memory);

	if (found < 0)
		return found;
	wide_memory = found;
	wide_vhost_ops.atomic_kick = atomic_kick;
	if (wide_memory == WIDE_MEMORY_NONE)
		return 0;
	wide_virtio_ops.set_as = NULL;
	wide_vhost_ops.get_vq_desc_group = NULL;
	if (wide_memory == WIDE_MEMORY_IOMMU) {
		wide_vhost_ops.nr_as = 1;
		return 0;
	}
	wide_vhost_ops.dma_map = wide_dma_map;
	wide_vhost_ops.dma_unmap = wide_dma_unmap;
	wide_vhost_ops.set_group_asid = wide_set_group_asid;
	return 0;
}

static int __init wide_parent_add(struct device *dev, struct device *dma_dev)
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
	parent->dma_dev = dma_dev;
	err = mdev_parent_register(parent);
	if (err) {
		mdev_parent_free(parent);
		return err;
	}
	wide_parent = parent;
	return 0;
}

static int __init wide_device_add(struct device *dma_dev)
{
	int err;

	wide_device = platform_device_register_simple("mdev_wide0",
						      PLATFORM_DEVID_NONE,
						      NULL, 0);
	if (IS_ERR(wide_device))
		return PTR_ERR(wide_device);
	err = wide_parent_add(&wide_device->dev, dma_dev);
	if (err)
		platform_device_unregister(wide_device);
	return err;
}

static int __init wide_init(void)
{
	struct device *dma_dev = NULL;
	int err;

	if (queues < 1 || queues > WIDE_VQS_MAX)
		return -EINVAL;
	wide_types[0].max_vqs = queues;
	err = wide_memory_init();
	if (err)
		return err;
	if (wide_memory == WIDE_MEMORY_IOMMU)
		dma_dev = wide_edu_open();
	if (IS_ERR(dma_dev))
		return PTR_ERR(dma_dev);
	err = wide_device_add(dma_dev);
	if (err)
		wide_edu_close();
	return err;
}

static void __exit wide_exit(void)
{
	mdev_parent_unregister(wide_parent);
	mdev_parent_free(wide_parent);
	platform_device_unregister(wide_device);
	wide_edu_close();
	wide_bypass_exit();
}

module_init(wide_init);
module_exit(wide_exit);

MODULE_DESCRIPTION("Parent for tests of class vhost");
MODULE_LICENSE("GPL");
