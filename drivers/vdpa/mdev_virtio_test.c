// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of class virtio: a device that remembers what it is told and can be made to
 * refuse any step, and a virtio driver for it that asks for what no driver of ours does.
 */
#include <kunit/test.h>
#include <linux/group_cpus.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/mdev_class.h>
#include <linux/mdev_virtio.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/platform_device.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <uapi/linux/virtio_config.h>

#define TOY_ID		0xfff	/* no device that there is has it */
#define TOY_VQS		6
#define TOY_INFOS	(TOY_VQS + 2)
#define TOY_NUM_MAX	64
#define TOY_NUM_DEFAULT	32
#define TOY_CONFIG	16
#define TOY_READ_ONLY	8	/* from there on the configuration */
#define TOY_FEATURES \
	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

/* What it can be made to refuse. */
enum toy_step {
	TOY_NOTHING, TOY_RESET, TOY_SET_AS, TOY_SET_FEATURES, TOY_SET_NUM,
	TOY_SET_ADDRESS, TOY_SET_STATE, TOY_SET_READY, TOY_DRIVER_OK, TOY_STEPS,
	/* Without which it goes on. */
	TOY_RESET_VQ, TOY_SET_AFFINITY,
};

struct toy_queue {
	struct mdev_virtio_cb cb;
	struct mdev_vq_state state;
	u32 num;
	bool ready;
	unsigned int kicks;
	unsigned int resets;
	bool spread;
	cpumask_t affinity;
};

/* The one device, and what its driver has. Tests run one after the other. */
static struct {
	enum toy_step refused;
	u64 features;
	u64 driver_features;
	u8 status;
	u8 config[TOY_CONFIG];
	u16 nr_queues;
	u16 num_max;
	u32 data;		/* of the last kick that had any */
	struct mdev_virtio_cb config_cb;
	struct toy_queue queue[TOY_VQS];

	/* What the driver asks for. */
	struct virtqueue_info infos[TOY_INFOS];
	unsigned int nr_infos;
	struct irq_affinity *desc;
	struct virtio_device *vdev;
	struct virtqueue *vqs[TOY_INFOS];
	unsigned int changes;
	bool dangling;		/* a callback was left for a queue that is gone */
} toy;

static int toy_step(enum toy_step step)
{
	return toy.refused == step ? -EIO : 0;
}

static u16 toy_get_vq_count(struct mdev_slice *slice)
{
	return toy.nr_queues;
}

static u64 toy_get_features(struct mdev_slice *slice)
{
	return toy.features;
}

static int toy_set_features(struct mdev_slice *slice, u64 features)
{
	toy.driver_features = features;
	return toy_step(TOY_SET_FEATURES);
}

static u64 toy_get_driver_features(struct mdev_slice *slice)
{
	return toy.driver_features;
}

static u8 toy_get_status(struct mdev_slice *slice)
{
	return toy.status;
}

static int toy_set_status(struct mdev_slice *slice, u8 status)
{
	if (status & VIRTIO_CONFIG_S_DRIVER_OK && toy_step(TOY_DRIVER_OK))
		return -EIO;
	toy.status |= status;
	return 0;
}

static int toy_reset(struct mdev_slice *slice)
{
	unsigned int i;

	for (i = 0; i < TOY_VQS; i++)
		toy.dangling |= toy.queue[i].cb.callback && !toy.queue[i].ready;
	toy.status = 0;
	toy.driver_features = 0;
	memset(toy.queue, 0, sizeof(toy.queue));
	return toy_step(TOY_RESET);
}

static size_t toy_get_config_size(struct mdev_slice *slice)
{
	return TOY_CONFIG;
}

static void toy_get_config(struct mdev_slice *slice, unsigned int offset,
			   void *buf, unsigned int len)
{
	memcpy(buf, toy.config + offset, len);
}

static int toy_set_config(struct mdev_slice *slice, unsigned int offset,
			  const void *buf, unsigned int len)
{
	if (offset + len > TOY_READ_ONLY)
		return -EOPNOTSUPP;
	memcpy(toy.config + offset, buf, len);
	return 0;
}

static u32 toy_get_generation(struct mdev_slice *slice)
{
	return 77;
}

static void toy_set_config_cb(struct mdev_slice *slice,
			      const struct mdev_virtio_cb *cb)
{
	toy.config_cb = *cb;
}

static u16 toy_get_vq_num_max(struct mdev_slice *slice, u16 vq)
{
	return toy.num_max;
}

static u16 toy_get_vq_num_default(struct mdev_slice *slice, u16 vq)
{
	return TOY_NUM_DEFAULT;
}

static u16 toy_get_vq_num_min(struct mdev_slice *slice, u16 vq)
{
	return TOY_NUM_DEFAULT;
}

static u32 toy_get_vq_align(struct mdev_slice *slice)
{
	return PAGE_SIZE;
}

static int toy_set_vq_num(struct mdev_slice *slice, u16 vq, u32 num)
{
	toy.queue[vq].num = num;
	return toy_step(TOY_SET_NUM);
}

static int toy_set_vq_address(struct mdev_slice *slice, u16 vq, u64 desc,
			      u64 driver, u64 device)
{
	return toy_step(TOY_SET_ADDRESS);
}

static int toy_set_vq_state(struct mdev_slice *slice, u16 vq,
			    const struct mdev_vq_state *state)
{
	toy.queue[vq].state = *state;
	return toy_step(TOY_SET_STATE);
}

static int toy_get_vq_state(struct mdev_slice *slice, u16 vq,
			    struct mdev_vq_state *state)
{
	*state = toy.queue[vq].state;
	return 0;
}

static int toy_set_vq_ready(struct mdev_slice *slice, u16 vq, bool ready)
{
	if (ready && toy_step(TOY_SET_READY))
		return -EIO;
	toy.queue[vq].ready = ready;
	return 0;
}

static bool toy_get_vq_ready(struct mdev_slice *slice, u16 vq)
{
	return toy.queue[vq].ready;
}

static void toy_kick_vq(struct mdev_slice *slice, u16 vq)
{
	toy.queue[vq].kicks++;
}

static void toy_kick_vq_with_data(struct mdev_slice *slice, u32 data)
{
	toy.data = data;
}

static void toy_set_vq_cb(struct mdev_slice *slice, u16 vq,
			  const struct mdev_virtio_cb *cb)
{
	toy.queue[vq].cb = *cb;
}

static int toy_set_vq_affinity(struct mdev_slice *slice, u16 vq,
			       const struct cpumask *mask)
{
	if (toy_step(TOY_SET_AFFINITY))
		return -EIO;
	toy.queue[vq].spread = mask;
	cpumask_copy(&toy.queue[vq].affinity, mask ?: cpu_none_mask);
	return 0;
}

static int toy_reset_vq(struct mdev_slice *slice, u16 vq)
{
	struct toy_queue *q = &toy.queue[vq];

	if (toy_step(TOY_RESET_VQ))
		return -EIO;
	q->cb = (struct mdev_virtio_cb){};
	q->num = 0;
	q->ready = false;
	q->resets++;
	return 0;
}

static const struct cpumask *toy_get_vq_affinity(struct mdev_slice *slice,
						 u16 vq)
{
	return &toy.queue[vq].affinity;
}

static void toy_synchronize_cbs(struct mdev_slice *slice)
{
}

static int toy_suspend(struct mdev_slice *slice)
{
	return 0;
}

static int toy_set_as(struct mdev_slice *slice, unsigned int group,
		      struct mdev_as *as)
{
	return as ? toy_step(TOY_SET_AS) : 0;
}

#define TOY_OPS						\
	.get_vq_count = toy_get_vq_count,		\
	.get_features = toy_get_features,		\
	.set_features = toy_set_features,		\
	.get_driver_features = toy_get_driver_features,	\
	.get_status = toy_get_status,			\
	.set_status = toy_set_status,			\
	.reset = toy_reset,				\
	.get_config_size = toy_get_config_size,		\
	.get_config = toy_get_config,			\
	.set_config = toy_set_config,			\
	.get_generation = toy_get_generation,		\
	.set_config_cb = toy_set_config_cb,		\
	.get_vq_num_max = toy_get_vq_num_max,		\
	.get_vq_align = toy_get_vq_align,		\
	.set_vq_num = toy_set_vq_num,			\
	.set_vq_address = toy_set_vq_address,		\
	.set_vq_state = toy_set_vq_state,		\
	.get_vq_state = toy_get_vq_state,		\
	.set_vq_ready = toy_set_vq_ready,		\
	.get_vq_ready = toy_get_vq_ready,		\
	.kick_vq = toy_kick_vq,				\
	.set_vq_cb = toy_set_vq_cb,			\
	.synchronize_cbs = toy_synchronize_cbs,		\
	.suspend = toy_suspend,				\
	.resume = toy_suspend

/* Without what is optional. */
static const struct mdev_virtio_ops toy_bare_ops = {
	TOY_OPS,
};

static const struct mdev_virtio_ops toy_full_ops = {
	TOY_OPS,
	.get_vq_num_default = toy_get_vq_num_default,
	.get_vq_num_min = toy_get_vq_num_min,
	.kick_vq_with_data = toy_kick_vq_with_data,
	.set_vq_affinity = toy_set_vq_affinity,
	.get_vq_affinity = toy_get_vq_affinity,
	.reset_vq = toy_reset_vq,
	.set_as = toy_set_as,
};

/* The driver. */

static void toy_used(struct virtqueue *vq)
{
}

/* The one in the middle is not wanted. */
static const struct virtqueue_info toy_infos[] = {
	{ "first", toy_used }, {}, { "last", NULL },
};

static int toy_driver_probe(struct virtio_device *vdev)
{
	int err;

	err = virtio_find_vqs(vdev, toy.nr_infos, toy.vqs, toy.infos, toy.desc);
	if (err)
		return err;
	virtio_device_ready(vdev);
	toy.vdev = vdev;
	return 0;
}

static void toy_driver_remove(struct virtio_device *vdev)
{
	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
	toy.vdev = NULL;
}

static void toy_driver_changed(struct virtio_device *vdev)
{
	toy.changes++;
}

static const struct virtio_device_id toy_ids[] = {
	{ TOY_ID, VIRTIO_DEV_ANY_ID },
	{}
};

static struct virtio_driver toy_driver = {
	.driver.name = "mdev_virtio_test",
	.id_table = toy_ids,
	.probe = toy_driver_probe,
	.remove = toy_driver_remove,
	.config_changed = toy_driver_changed,
};

/* The parent. */

static int toy_create(struct mdev_slice *slice,
		      const struct mdev_config *config,
		      struct netlink_ext_ack *extack)
{
	return 0;
}

static void toy_remove(struct mdev_slice *slice)
{
}

static const struct mdev_parent_ops toy_parent_ops = {
	.owner = THIS_MODULE,
	.create = toy_create,
	.remove = toy_remove,
};

static const struct mdev_type toy_types[] = {
	{ .name = "toy", .device_id = TOY_ID, .max_vqs = TOY_VQS },
	{ .name = "nothing", .max_vqs = TOY_VQS },
};

static struct platform_device *toy_device;
static struct mdev_parent *toy_parent;

static void toy_parent_stop(void *unused)
{
	mdev_parent_unregister(toy_parent);
	mdev_parent_free(toy_parent);
}

static void toy_parent_start(struct kunit *test,
			     const struct mdev_virtio_ops *ops)
{
	toy_parent = mdev_parent_alloc(&toy_device->dev);
	KUNIT_ASSERT_FALSE(test, IS_ERR(toy_parent));
	toy_parent->ops = &toy_parent_ops;
	toy_parent->virtio_ops = ops;
	toy_parent->types = toy_types;
	toy_parent->nr_types = ARRAY_SIZE(toy_types);
	KUNIT_ASSERT_EQ(test, mdev_parent_register(toy_parent), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, toy_parent_stop,
							NULL), 0);
}

/* Removed with the parent. Returns why there is none. */
static int toy_slice(unsigned int type)
{
	const struct mdev_slice_params params = {
		.type = &toy_types[type],
		.name = "toy",
		.class_id = MDEV_CLASS_VIRTIO,
	};
	struct netlink_ext_ack extack = {};
	struct mdev_slice *slice;

	slice = mdev_slice_create(toy_parent, &params, &extack);
	if (IS_ERR(slice))
		return PTR_ERR(slice);
	mdev_slice_put(slice);
	return 0;
}

static void toy_start(struct kunit *test, const struct mdev_virtio_ops *ops)
{
	toy_parent_start(test, ops);
	KUNIT_ASSERT_EQ(test, toy_slice(0), 0);
	KUNIT_ASSERT_NOT_NULL(test, toy.vdev);
}

static int toy_init(struct kunit *test)
{
	unsigned int i;

	memset(&toy, 0, sizeof(toy));
	toy.features = TOY_FEATURES;
	toy.nr_queues = TOY_VQS;
	toy.num_max = TOY_NUM_MAX;
	for (i = 0; i < TOY_CONFIG; i++)
		toy.config[i] = 100 + i;
	memcpy(toy.infos, toy_infos, sizeof(toy_infos));
	toy.nr_infos = ARRAY_SIZE(toy_infos);
	return 0;
}

/* The device and its driver are there before the first test. */
static int toy_suite_init(struct kunit_suite *suite)
{
	int err;

	err = register_virtio_driver(&toy_driver);
	if (err)
		return err;
	toy_device = platform_device_register_simple("mdev_virtio_test0",
						     PLATFORM_DEVID_NONE,
						     NULL, 0);
	if (IS_ERR(toy_device)) {
		unregister_virtio_driver(&toy_driver);
		return PTR_ERR(toy_device);
	}
	return 0;
}

static void toy_suite_exit(struct kunit_suite *suite)
{
	if (IS_ERR_OR_NULL(toy_device))
		return;
	platform_device_unregister(toy_device);
	unregister_virtio_driver(&toy_driver);
}

/* Tests. */

static void config_read(struct kunit *test)
{
	u8 bytes[TOY_CONFIG + 1];
	unsigned int i;

	toy_start(test, &toy_bare_ops);
	toy.vdev->config->get(toy.vdev, 3, bytes, 2);
	KUNIT_EXPECT_EQ(test, bytes[0], 103);
	KUNIT_EXPECT_EQ(test, bytes[1], 104);
	KUNIT_EXPECT_EQ(test, toy.vdev->config->generation(toy.vdev), 77);

	/* What is not there reads as zeros, all of it. */
	memset(bytes, 0xff, sizeof(bytes));
	toy.vdev->config->get(toy.vdev, 0, bytes, sizeof(bytes));
	for (i = 0; i < sizeof(bytes); i++)
		KUNIT_EXPECT_EQ(test, bytes[i], 0);
	bytes[0] = 0xff;
	toy.vdev->config->get(toy.vdev, U32_MAX, bytes, 1);
	KUNIT_EXPECT_EQ(test, bytes[0], 0);
}

static void config_write(struct kunit *test)
{
	static const u8 bytes[TOY_CONFIG] = { 1, 2, 3, 4 };

	toy_start(test, &toy_bare_ops);
	toy.vdev->config->set(toy.vdev, 1, bytes, 2);
	KUNIT_EXPECT_EQ(test, toy.config[0], 100);
	KUNIT_EXPECT_EQ(test, toy.config[1], 1);
	KUNIT_EXPECT_EQ(test, toy.config[2], 2);
	KUNIT_EXPECT_EQ(test, toy.config[3], 103);

	/* Neither what is read-only nor what is not there. */
	toy.vdev->config->set(toy.vdev, TOY_READ_ONLY, bytes, 1);
	KUNIT_EXPECT_EQ(test, toy.config[TOY_READ_ONLY], 100 + TOY_READ_ONLY);
	toy.vdev->config->set(toy.vdev, 4, bytes, TOY_CONFIG);
	KUNIT_EXPECT_EQ(test, toy.config[4], 104);
}

static void queues_bare(struct kunit *test)
{
	struct virtqueue *vq;

	toy_start(test, &toy_bare_ops);
	KUNIT_EXPECT_NULL(test, toy.vqs[1]);
	vq = toy.vqs[2];
	KUNIT_EXPECT_EQ(test, vq->index, 1);
	KUNIT_EXPECT_EQ(test, toy.queue[1].num, TOY_NUM_MAX);
	KUNIT_EXPECT_TRUE(test, toy.queue[1].ready);
	KUNIT_EXPECT_NOT_NULL(test, toy.queue[0].cb.callback);
	KUNIT_EXPECT_NULL(test, toy.queue[1].cb.callback);

	KUNIT_EXPECT_TRUE(test, virtqueue_notify(vq));
	KUNIT_EXPECT_EQ(test, toy.queue[1].kicks, 1);
	KUNIT_EXPECT_EQ(test, toy.vdev->config->set_vq_affinity(vq, cpumask_of(0)),
			0);
	KUNIT_EXPECT_NULL(test, toy.vdev->config->get_vq_affinity(toy.vdev, 1));
	toy.vdev->config->synchronize_cbs(toy.vdev);
}

static void queues_full(struct kunit *test)
{
	struct virtqueue *vq;

	toy_start(test, &toy_full_ops);
	vq = toy.vqs[2];
	KUNIT_EXPECT_EQ(test, toy.queue[1].num, TOY_NUM_DEFAULT);
	KUNIT_EXPECT_EQ(test, vq->num_max, TOY_NUM_MAX);
	KUNIT_EXPECT_EQ(test, toy.vdev->config->set_vq_affinity(vq, cpumask_of(0)),
			0);
	KUNIT_EXPECT_PTR_EQ(test, toy.vdev->config->get_vq_affinity(toy.vdev, 1),
			    (const struct cpumask *)&toy.queue[1].affinity);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&toy.queue[1].affinity,
					      cpumask_of(0)));
}

/* Kicks tell where the ring stands only if the device takes that. */
static void kick_without_data(struct kunit *test)
{
	toy.features |= BIT_ULL(VIRTIO_F_NOTIFICATION_DATA);
	toy_start(test, &toy_bare_ops);
	KUNIT_EXPECT_EQ(test, toy.driver_features, TOY_FEATURES);
	KUNIT_EXPECT_TRUE(test, virtqueue_notify(toy.vqs[0]));
	KUNIT_EXPECT_EQ(test, toy.queue[0].kicks, 1);
}

static void kick_with_data(struct kunit *test)
{
	toy.features |= BIT_ULL(VIRTIO_F_NOTIFICATION_DATA);
	toy_start(test, &toy_full_ops);
	KUNIT_EXPECT_EQ(test, toy.driver_features, toy.features);
	toy.data = U32_MAX;
	KUNIT_EXPECT_TRUE(test, virtqueue_notify(toy.vqs[2]));
	KUNIT_EXPECT_EQ(test, toy.queue[1].kicks, 0);
	KUNIT_EXPECT_EQ(test, toy.data, 1);
}

static void first_state(struct kunit *test)
{
	const struct mdev_vq_state_packed *state = &toy.queue[0].state.packed;

	toy.features |= BIT_ULL(VIRTIO_F_RING_PACKED);
	toy_start(test, &toy_bare_ops);
	KUNIT_EXPECT_TRUE(test, state->last_avail_counter);
	KUNIT_EXPECT_TRUE(test, state->last_used_counter);
	KUNIT_EXPECT_TRUE(test, !state->last_avail_idx && !state->last_used_idx);
}

static void toy_changed(void)
{
	toy.config_cb.callback(toy.config_cb.private);
}

static void toy_interrupt(struct irq_work *work)
{
	toy_changed();
}

static void toy_changed_in_interrupt(void)
{
	struct irq_work work = IRQ_WORK_INIT_HARD(toy_interrupt);

	irq_work_queue(&work);
	irq_work_sync(&work);
}

/* A queue that the device has stopped is broken for its driver, and no other one. */
static void expect_reset_needed(struct kunit *test, void (*changed)(void))
{
	toy_start(test, &toy_bare_ops);
	toy.queue[1].ready = false;
	changed();
	KUNIT_EXPECT_EQ(test, toy.changes, 1);
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(toy.vqs[2]));

	toy.status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	changed();
	KUNIT_EXPECT_EQ(test, toy.changes, 2);
	KUNIT_EXPECT_TRUE(test, virtqueue_is_broken(toy.vqs[2]));
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(toy.vqs[0]));

	/* It works again: so does the queue, but for one that somebody else has broken. */
	__virtqueue_break(toy.vqs[0]);
	toy.status &= ~VIRTIO_CONFIG_S_NEEDS_RESET;
	toy.queue[1].ready = true;
	changed();
	KUNIT_EXPECT_EQ(test, toy.changes, 3);
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(toy.vqs[2]));
	KUNIT_EXPECT_TRUE(test, virtqueue_is_broken(toy.vqs[0]));
}

static void needs_reset(struct kunit *test)
{
	expect_reset_needed(test, toy_changed);
}

/* A device may tell of it from its interrupt handler. */
static void needs_reset_in_interrupt(struct kunit *test)
{
	expect_reset_needed(test, toy_changed_in_interrupt);
}

/* A new size by way of the core; as many buffers come back as were in the ring. */

static unsigned int toy_recycled;

static void toy_recycle(struct virtqueue *vq, void *buf)
{
	toy_recycled++;
}

static int toy_resize(struct virtqueue *vq, u32 num)
{
	toy_recycled = 0;
	return virtqueue_resize(vq, num, toy_recycle, NULL);
}

static int toy_fill(struct virtqueue *vq, void *buf)
{
	struct scatterlist sg;

	sg_init_one(&sg, buf, 1);
	return virtqueue_add_inbuf(vq, &sg, 1, buf, GFP_KERNEL);
}

static void queue_reset(struct kunit *test)
{
	void *buf = kunit_kzalloc(test, 8, GFP_KERNEL);
	struct virtqueue *vq;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	toy.features |= BIT_ULL(VIRTIO_F_RING_RESET);
	toy_start(test, &toy_full_ops);
	KUNIT_EXPECT_EQ(test, toy.driver_features, toy.features);
	vq = toy.vqs[0];
	KUNIT_ASSERT_EQ(test, toy_fill(vq, buf), 0);
	KUNIT_EXPECT_EQ(test, toy_resize(vq, 16), 0);
	KUNIT_EXPECT_EQ(test, toy_recycled, 1);
	KUNIT_EXPECT_EQ(test, toy.queue[0].resets, 1);
	KUNIT_EXPECT_EQ(test, toy.queue[0].num, 16);
	KUNIT_EXPECT_TRUE(test, toy.queue[0].ready);
	KUNIT_EXPECT_NOT_NULL(test, toy.queue[0].cb.callback);
	KUNIT_EXPECT_PTR_EQ(test, toy.queue[0].cb.private, (void *)vq);
	KUNIT_EXPECT_EQ(test, toy.queue[1].resets, 0);

	/* Refused, all is as it was. */
	toy.refused = TOY_RESET_VQ;
	KUNIT_EXPECT_EQ(test, toy_resize(vq, 64), -EIO);
	KUNIT_EXPECT_EQ(test, virtqueue_get_vring_size(vq), 16);
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(vq));
	KUNIT_EXPECT_TRUE(test, toy.queue[0].ready);
}

/* What cannot be set up again is broken until it can. */
static void queue_reset_halfway(struct kunit *test)
{
	struct virtqueue *vq;

	toy.features |= BIT_ULL(VIRTIO_F_RING_RESET);
	toy_start(test, &toy_full_ops);
	vq = toy.vqs[0];
	toy.refused = TOY_SET_READY;
	KUNIT_EXPECT_EQ(test, toy_resize(vq, 16), -EBUSY);
	KUNIT_EXPECT_TRUE(test, virtqueue_is_broken(vq));
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(toy.vqs[2]));
	KUNIT_EXPECT_NULL(test, toy.queue[0].cb.callback);
	toy.refused = TOY_NOTHING;
	KUNIT_EXPECT_EQ(test, toy_resize(vq, 32), 0);
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(vq));

	/* One that the device has broken becomes whole; the device needs a reset. */
	toy.queue[0].ready = false;
	toy.status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	toy_changed();
	KUNIT_EXPECT_TRUE(test, virtqueue_is_broken(vq));
	KUNIT_EXPECT_EQ(test, toy_resize(vq, 16), 0);
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(vq));
	toy_changed();
	KUNIT_EXPECT_FALSE(test, virtqueue_is_broken(vq));
}

static void queue_reset_not_offered(struct kunit *test)
{
	toy.features |= BIT_ULL(VIRTIO_F_RING_RESET);
	toy_start(test, &toy_bare_ops);
	KUNIT_EXPECT_EQ(test, toy.driver_features, TOY_FEATURES);
	KUNIT_EXPECT_EQ(test, toy_resize(toy.vqs[0], 16), -ENOENT);
	KUNIT_EXPECT_TRUE(test, toy.queue[0].ready);
}

/*
 * Interrupts. Six queues, numbered as they come; one between them is not wanted, and one
 * has no callback and so no interrupt.
 */
static const struct virtqueue_info toy_many[] = {
	{ "0", toy_used }, { "1", toy_used }, {}, { "2", NULL },
	{ "3", toy_used }, { "4", toy_used }, { "5", toy_used },
};

static void toy_start_many(struct kunit *test, struct irq_affinity *desc)
{
	memcpy(toy.infos, toy_many, sizeof(toy_many));
	toy.nr_infos = ARRAY_SIZE(toy_many);
	toy.desc = desc;
	toy_start(test, &toy_full_ops);
}

/* These queues share the CPUs as group_cpus_evenly() says, or there are too few. */
static void expect_spread(struct kunit *test, const unsigned int *queues,
			  unsigned int nr)
{
	unsigned int groups = min(nr, num_possible_cpus());
	struct cpumask *masks = group_cpus_evenly(groups);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, masks);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_TRUE(test, toy.queue[queues[i]].spread);
		KUNIT_EXPECT_TRUE(test, cpumask_equal(&toy.queue[queues[i]].affinity,
						      &masks[i % groups]));
	}
	kfree(masks);
}

static void expect_number_spread(struct kunit *test, unsigned int want)
{
	unsigned int i, nr = 0;

	for (i = 0; i < TOY_VQS; i++)
		nr += toy.queue[i].spread;
	KUNIT_EXPECT_EQ(test, nr, want);
}

static void irqs_not_spread(struct kunit *test)
{
	toy_start_many(test, NULL);
	expect_number_spread(test, 0);
}

static void irqs_spread(struct kunit *test)
{
	static const unsigned int queues[] = { 0, 1, 3, 4, 5 };
	struct irq_affinity desc = {};

	toy_start_many(test, &desc);
	expect_spread(test, queues, 5);
	expect_number_spread(test, 5);
}

static void irqs_before_and_after(struct kunit *test)
{
	static const unsigned int queues[] = { 1, 3 };
	struct irq_affinity desc = { .pre_vectors = 1, .post_vectors = 2 };

	toy_start_many(test, &desc);
	expect_spread(test, queues, 2);
	expect_number_spread(test, 2);
}

static void toy_sets(struct irq_affinity *desc, unsigned int nr)
{
	desc->nr_sets = 3;
	desc->set_size[0] = 1;
	desc->set_size[1] = 0;
	desc->set_size[2] = nr - 1;
}

static void irqs_in_sets(struct kunit *test)
{
	static const unsigned int first[] = { 1 };
	static const unsigned int second[] = { 3, 4, 5 };
	struct irq_affinity desc = {
		.pre_vectors = 1,
		.calc_sets = toy_sets,
	};

	toy_start_many(test, &desc);
	expect_spread(test, first, 1);
	expect_spread(test, second, 3);
	expect_number_spread(test, 4);
}

/* All of them before or after: there is nothing to spread, and nothing wrong. */
static void irqs_all_apart(struct kunit *test)
{
	struct irq_affinity desc = { .pre_vectors = 3, .post_vectors = 2 };

	toy_start_many(test, &desc);
	expect_number_spread(test, 0);
}

static void irqs_too_few(struct kunit *test)
{
	struct irq_affinity desc = { .pre_vectors = U32_MAX, .post_vectors = 2 };

	toy_start_many(test, &desc);
	expect_number_spread(test, 0);
}

static void irqs_refused(struct kunit *test)
{
	struct irq_affinity desc = {};

	toy.refused = TOY_SET_AFFINITY;
	toy_start_many(test, &desc);
	expect_number_spread(test, 0);
	KUNIT_EXPECT_NULL(test, toy.vdev->config->get_vq_affinity(toy.vdev, -1));
	KUNIT_EXPECT_NULL(test, toy.vdev->config->get_vq_affinity(toy.vdev,
								  TOY_VQS));
}

static void expect_nothing_left(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_NULL(test, toy.vdev);
	KUNIT_EXPECT_FALSE(test, toy.dangling);
	KUNIT_EXPECT_NULL(test, toy.config_cb.callback);
	for (i = 0; i < TOY_VQS; i++) {
		KUNIT_EXPECT_FALSE(test, toy.queue[i].ready);
		KUNIT_EXPECT_NULL(test, toy.queue[i].cb.callback);
	}
}

/* Whatever step is refused: there is no slice, and the next one is as good as new. */
static void steps_refused(struct kunit *test)
{
	enum toy_step step;

	toy_parent_start(test, &toy_full_ops);
	for (step = TOY_NOTHING + 1; step < TOY_STEPS; step++) {
		toy.refused = step;
		KUNIT_EXPECT_EQ_MSG(test, toy_slice(0), -EIO, "step %d", step);
		expect_nothing_left(test);
	}
	toy.refused = TOY_NOTHING;
	KUNIT_EXPECT_EQ(test, toy_slice(0), 0);
	KUNIT_EXPECT_NOT_NULL(test, toy.vdev);
}

/* Devices that no driver can use. */
static void devices_refused(struct kunit *test)
{
	toy_parent_start(test, &toy_bare_ops);
	KUNIT_EXPECT_EQ(test, toy_slice(1), -ENODEV);
	toy.features = BIT_ULL(VIRTIO_F_VERSION_1);
	KUNIT_EXPECT_EQ(test, toy_slice(0), -EINVAL);
	toy.features = BIT_ULL(VIRTIO_F_ACCESS_PLATFORM);
	KUNIT_EXPECT_EQ(test, toy_slice(0), -EINVAL);

	toy.features = TOY_FEATURES;
	toy.nr_queues = 1;
	KUNIT_EXPECT_EQ(test, toy_slice(0), -ENOENT);
	toy.nr_queues = TOY_VQS;
	toy.num_max = 0;
	KUNIT_EXPECT_EQ(test, toy_slice(0), -ENOENT);
	expect_nothing_left(test);
}

static struct kunit_case device_cases[] = {
	KUNIT_CASE(config_read),
	KUNIT_CASE(config_write),
	KUNIT_CASE(queues_bare),
	KUNIT_CASE(queues_full),
	KUNIT_CASE(kick_without_data),
	KUNIT_CASE(kick_with_data),
	KUNIT_CASE(first_state),
	KUNIT_CASE(needs_reset),
	KUNIT_CASE(needs_reset_in_interrupt),
	KUNIT_CASE(queue_reset),
	KUNIT_CASE(queue_reset_halfway),
	KUNIT_CASE(queue_reset_not_offered),
	KUNIT_CASE(irqs_not_spread),
	KUNIT_CASE(irqs_spread),
	KUNIT_CASE(irqs_before_and_after),
	KUNIT_CASE(irqs_in_sets),
	KUNIT_CASE(irqs_all_apart),
	KUNIT_CASE(irqs_too_few),
	KUNIT_CASE(irqs_refused),
	KUNIT_CASE(steps_refused),
	KUNIT_CASE(devices_refused),
	{}
};

static struct kunit_suite device_suite = {
	.name = "mdev_virtio_device",
	.suite_init = toy_suite_init,
	.suite_exit = toy_suite_exit,
	.init = toy_init,
	.test_cases = device_cases,
};

kunit_test_suites(&device_suite);

MODULE_SOFTDEP("pre: mdev_virtio");
MODULE_DESCRIPTION("KUnit tests of class virtio");
MODULE_LICENSE("GPL");
