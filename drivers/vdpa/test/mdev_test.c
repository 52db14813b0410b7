// SPDX-License-Identifier: GPL-2.0
/*
 * Parents for tests, on a bus of their own: what the software NIC does not have.
 *
 * mdev_net0	same name as the NIC; block devices only, without counters
 * mdev_multi0	entropy, block and network devices
 * mdev_plain0	no virtio operations
 * mdev_back0	classes vfio and vendor, besides virtio; see mdev_test_class.c and
 *		mdev_test_vendor.c
 *
 * Their devices do nothing, so they must not be given to a driver: tests unload
 * the classes first, and then slices are parked.
 */
#include <linux/device.h>
#include <linux/mdev_class.h>
#include <linux/mdev_config.h>
#include <linux/mdev_vendor.h>
#include <linux/mdev_vfio.h>
#include <linux/mdev_virtio.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <uapi/linux/virtio_blk.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_net.h>

#define TEST_TRANSPORT \
	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

static const struct mdev_type test_types[] = {
	{
		.name = "rng",
		.device_id = VIRTIO_ID_RNG,
		.max_vqs = 1,
		.features = TEST_TRANSPORT,
		.create_mask = MDEV_CONFIG_FEATURES,
	},
	{
		.name = "blk",
		.device_id = VIRTIO_ID_BLOCK,
		.vendor_id = 0x1234,
		.max_vqs = 2,
		.features = TEST_TRANSPORT | BIT_ULL(VIRTIO_BLK_F_SIZE_MAX) |
			    BIT_ULL(VIRTIO_BLK_F_BLK_SIZE) |
			    BIT_ULL(VIRTIO_BLK_F_SEG_MAX) |
			    BIT_ULL(VIRTIO_BLK_F_MQ) |
			    BIT_ULL(VIRTIO_BLK_F_TOPOLOGY) |
			    BIT_ULL(VIRTIO_BLK_F_DISCARD) |
			    BIT_ULL(VIRTIO_BLK_F_WRITE_ZEROES) |
			    BIT_ULL(VIRTIO_BLK_F_RO),
		.create_mask = MDEV_CONFIG_FEATURES,
	},
	{
		.name = "net",
		.device_id = VIRTIO_ID_NET,
		.max_vqs = 3,
		.features = TEST_TRANSPORT | BIT_ULL(VIRTIO_NET_F_MAC) |
			    BIT_ULL(VIRTIO_NET_F_MTU) |
			    BIT_ULL(VIRTIO_NET_F_MQ),
		.create_mask = MDEV_CONFIG_FEATURES | MDEV_CONFIG_NET,
	},
};

static u16 test_get_vq_count(struct mdev_slice *slice)
{
	return slice->type->max_vqs;
}

static u64 test_get_features(struct mdev_slice *slice)
{
	return *(const u64 *)mdev_slice_drvdata(slice);
}

static int test_set_features(struct mdev_slice *slice, u64 features)
{
	return -EINVAL;
}

static u64 test_get_driver_features(struct mdev_slice *slice)
{
	return 0;
}

static u8 test_get_status(struct mdev_slice *slice)
{
	return 0;
}

/* The virtio core sets it before there is a driver. */
static int test_set_status(struct mdev_slice *slice, u8 status)
{
	return 0;
}

static int test_reset(struct mdev_slice *slice)
{
	return 0;
}

static size_t test_get_config_size(struct mdev_slice *slice)
{
	return 64;
}

/* Every byte is its own offset, so a test can tell which fields it was given. */
static void test_get_config(struct mdev_slice *slice, unsigned int offset,
			    void *buf, unsigned int len)
{
	u8 *bytes = buf;
	unsigned int i;

	for (i = 0; i < len; i++)
		bytes[i] = offset + i;
}

static int test_set_config(struct mdev_slice *slice, unsigned int offset,
			   const void *buf, unsigned int len)
{
	return -EOPNOTSUPP;
}

/* It never stops changing. */
static u32 test_get_generation(struct mdev_slice *slice)
{
	static atomic_t generation;

	return atomic_inc_return(&generation);
}

static void test_set_config_cb(struct mdev_slice *slice,
			       const struct mdev_virtio_cb *cb)
{
}

static u16 test_get_vq_num_max(struct mdev_slice *slice, u16 vq)
{
	return 128 << vq;
}

static u16 test_get_vq_num_min(struct mdev_slice *slice, u16 vq)
{
	return 4 << vq;
}

static u32 test_get_vq_align(struct mdev_slice *slice)
{
	return PAGE_SIZE;
}

static int test_set_vq_num(struct mdev_slice *slice, u16 vq, u32 num)
{
	return -EINVAL;
}

static int test_set_vq_address(struct mdev_slice *slice, u16 vq, u64 desc,
			       u64 driver, u64 device)
{
	return -EINVAL;
}

static int test_set_vq_state(struct mdev_slice *slice, u16 vq,
			     const struct mdev_vq_state *state)
{
	return -EINVAL;
}

static int test_get_vq_state(struct mdev_slice *slice, u16 vq,
			     struct mdev_vq_state *state)
{
	return -EINVAL;
}

static int test_set_vq_ready(struct mdev_slice *slice, u16 vq, bool ready)
{
	return -EINVAL;
}

static bool test_get_vq_ready(struct mdev_slice *slice, u16 vq)
{
	return false;
}

static void test_kick_vq(struct mdev_slice *slice, u16 vq)
{
}

static void test_set_vq_cb(struct mdev_slice *slice, u16 vq,
			   const struct mdev_virtio_cb *cb)
{
}

static int test_get_vq_stats(struct mdev_slice *slice, u16 vq,
			     struct mdev_vq_stats *stats)
{
	mdev_vq_stats_add(stats, "requests", 1000 + vq);
	return 0;
}

static void test_synchronize_cbs(struct mdev_slice *slice)
{
}

static int test_suspend(struct mdev_slice *slice)
{
	return 0;
}

#define TEST_VIRTIO_OPS						\
	.get_vq_count = test_get_vq_count,			\
	.get_features = test_get_features,			\
	.set_features = test_set_features,			\
	.get_driver_features = test_get_driver_features,	\
	.get_status = test_get_status,				\
	.set_status = test_set_status,				\
	.reset = test_reset,					\
	.get_config_size = test_get_config_size,		\
	.get_config = test_get_config,				\
	.set_config = test_set_config,				\
	.get_generation = test_get_generation,			\
	.set_config_cb = test_set_config_cb,			\
	.get_vq_num_max = test_get_vq_num_max,			\
	.get_vq_num_min = test_get_vq_num_min,			\
	.get_vq_align = test_get_vq_align,			\
	.set_vq_num = test_set_vq_num,				\
	.set_vq_address = test_set_vq_address,			\
	.set_vq_state = test_set_vq_state,			\
	.get_vq_state = test_get_vq_state,			\
	.set_vq_ready = test_set_vq_ready,			\
	.get_vq_ready = test_get_vq_ready,			\
	.kick_vq = test_kick_vq,				\
	.set_vq_cb = test_set_vq_cb,				\
	.synchronize_cbs = test_synchronize_cbs,		\
	.suspend = test_suspend,				\
	.resume = test_suspend

static const struct mdev_virtio_ops test_virtio_ops = {
	TEST_VIRTIO_OPS,
};

static const struct mdev_virtio_ops test_virtio_ops_stats = {
	TEST_VIRTIO_OPS,
	.get_vq_stats = test_get_vq_stats,
};

static int test_create(struct mdev_slice *slice,
		       const struct mdev_config *config,
		       struct netlink_ext_ack *extack)
{
	u64 *features = kmalloc(sizeof(*features), GFP_KERNEL);

	if (!features)
		return -ENOMEM;
	*features = slice->type->features;
	if (config->mask & MDEV_CONFIG_FEATURES)
		*features = config->features;
	mdev_slice_set_drvdata(slice, features);
	return 0;
}

static void test_remove(struct mdev_slice *slice)
{
	kfree(mdev_slice_drvdata(slice));
}

static const struct mdev_parent_ops test_parent_ops = {
	.owner = THIS_MODULE,
	.create = test_create,
	.remove = test_remove,
};

static const struct mdev_vfio_ops test_vfio_ops = {
	.driver_name = "mdev_test",
	.device_api = "vfio-pci",
};

static const struct mdev_vendor_ops test_vendor_ops = {
	.driver_name = "mdev_test_vendor",
};

static const struct bus_type test_bus = {
	.name = "mdev_test",
};

static struct test_parent {
	const char *name;
	const struct mdev_virtio_ops *virtio_ops;
	const struct mdev_type *types;
	unsigned int nr_types;
	const struct mdev_vendor_ops *vendor_ops;
	const struct mdev_vfio_ops *vfio_ops;
	struct mdev_parent *parent;
} test_parents[] = {
	{ "mdev_net0", &test_virtio_ops, &test_types[1], 1 },
	{ "mdev_multi0", &test_virtio_ops_stats, test_types,
	  ARRAY_SIZE(test_types) },
	{ "mdev_plain0", NULL, test_types, ARRAY_SIZE(test_types) },
	{ "mdev_back0", &test_virtio_ops, test_types, 1, &test_vendor_ops,
	  &test_vfio_ops },
};

/* Devices whose release has not run: this module stays as long as there are any. */
static atomic_t test_devices = ATOMIC_INIT(0);

static void test_device_release(struct device *dev)
{
	kfree(dev);
	if (atomic_dec_and_test(&test_devices))
		wake_up_var(&test_devices);
}

static void test_bus_unregister(void)
{
	bus_unregister(&test_bus);
	wait_var_event(&test_devices, !atomic_read(&test_devices));
	/* The last release may still be about to return into the module. */
	synchronize_rcu_tasks();
}

static struct device *test_device_add(const char *name)
{
	struct device *dev;
	int err;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	atomic_inc(&test_devices);
	dev->bus = &test_bus;
	dev->release = test_device_release;
	err = dev_set_name(dev, "%s", name);
	if (!err)
		err = device_add(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	return dev;
}

static int test_parent_add(struct test_parent *test)
{
	struct mdev_parent *parent;
	struct device *dev;
	int err;

	dev = test_device_add(test->name);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	parent = mdev_parent_alloc(dev);
	if (IS_ERR(parent)) {
		err = PTR_ERR(parent);
		goto unregister_device;
	}
	parent->ops = &test_parent_ops;
	parent->virtio_ops = test->virtio_ops;
	parent->vendor_ops = test->vendor_ops;
	parent->vfio_ops = test->vfio_ops;
	parent->types = test->types;
	parent->nr_types = test->nr_types;
	err = mdev_parent_register(parent);
	if (err)
		goto free_parent;
	test->parent = parent;
	return 0;

free_parent:
	mdev_parent_free(parent);
unregister_device:
	device_unregister(dev);
	return err;
}

static void test_parent_del(struct test_parent *test)
{
	struct device *dev = test->parent->dev;

	mdev_parent_unregister(test->parent);
	mdev_parent_free(test->parent);
	device_unregister(dev);
}

static int __init mdev_test_init(void)
{
	int i, err;

	err = bus_register(&test_bus);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(test_parents); i++) {
		err = test_parent_add(&test_parents[i]);
		if (err)
			goto del_parents;
	}
	return 0;

del_parents:
	while (i--)
		test_parent_del(&test_parents[i]);
	test_bus_unregister();
	return err;
}

static void __exit mdev_test_exit(void)
{
	int i = ARRAY_SIZE(test_parents);

	while (i--)
		test_parent_del(&test_parents[i]);
	test_bus_unregister();
}

module_init(mdev_test_init);
module_exit(mdev_test_exit);

MODULE_DESCRIPTION("Parents for tests");
MODULE_LICENSE("GPL");
