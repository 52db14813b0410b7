// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what vfio_virtio computes: the features that a driver sees, in halves, and
 * those that it gets.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "virtio/transport.c"

#define ENDS	(BIT_ULL(0) | BIT_ULL(31) | BIT_ULL(32) | BIT_ULL(63))
#define V1	BIT_ULL(VIRTIO_F_VERSION_1)
#define DRIVER	(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER)
#define OK	VIRTIO_CONFIG_S_FEATURES_OK

/* Of what transport.c wants of others, nothing has to do with features. */

void vv_irq_queue(struct vfio_virtio *vv, u16 vector)
{
}

void vv_irq_config(struct vfio_virtio *vv)
{
}

void vv_irq_recheck(struct vfio_virtio *vv)
{
}

void vv_irq_reset(struct vfio_virtio *vv)
{
}

u8 vv_irq_take_isr(struct vfio_virtio *vv)
{
	return 0;
}

bool vv_mig_stopped(const struct vfio_virtio *vv)
{
	return false;
}

void vv_as_forget_areas(struct mdev_as *as)
{
}

void vv_as_pause(struct mdev_as *as, bool pause)
{
}

/* The one device. Tests run one after the other. */
static struct {
	u64 features;
	u64 driver_features;
	u8 status;
	bool refuses;
	unsigned int asked;	/* how often it was given features */
} toy;

static u64 toy_get_features(struct mdev_slice *slice)
{
	return toy.features;
}

static int toy_set_features(struct mdev_slice *slice, u64 features)
{
	toy.asked++;
	if (toy.refuses)
		return -EINVAL;
	toy.driver_features = features;
	return 0;
}

static u8 toy_get_status(struct mdev_slice *slice)
{
	return toy.status;
}

static int toy_set_status(struct mdev_slice *slice, u8 status)
{
	toy.status |= status;
	return 0;
}

static u32 toy_get_generation(struct mdev_slice *slice)
{
	return 0;
}

static const struct mdev_virtio_ops toy_ops = {
	.get_features = toy_get_features,
	.set_features = toy_set_features,
	.get_status = toy_get_status,
	.set_status = toy_set_status,
	.get_generation = toy_get_generation,
};

static struct vfio_virtio *toy_vv(struct kunit *test)
{
	struct vfio_virtio *vv = kunit_kzalloc(test, sizeof(*vv), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vv);
	vv->ops = &toy_ops;
	memset(&toy, 0, sizeof(toy));
	return vv;
}

/* The driver: it knows registers. */

static void put32(struct vfio_virtio *vv, u32 pos, u32 val)
{
	u8 buf[sizeof(val)];

	put_unaligned_le32(val, buf);
	common_write(vv, pos, buf, sizeof(buf));
}

static u32 get32(struct vfio_virtio *vv, u32 pos)
{
	u8 buf[sizeof(u32)] = {};

	common_read(vv, pos, buf, sizeof(buf));
	return get_unaligned_le32(buf);
}

static u32 offered(struct vfio_virtio *vv, u32 select)
{
	put32(vv, VIRTIO_PCI_COMMON_DFSELECT, select);
	return get32(vv, VIRTIO_PCI_COMMON_DF);
}

static void choose(struct vfio_virtio *vv, u32 select, u32 half)
{
	put32(vv, VIRTIO_PCI_COMMON_GFSELECT, select);
	put32(vv, VIRTIO_PCI_COMMON_GF, half);
}

static u32 chosen(struct vfio_virtio *vv, u32 select)
{
	put32(vv, VIRTIO_PCI_COMMON_GFSELECT, select);
	return get32(vv, VIRTIO_PCI_COMMON_GF);
}

/* There are more halves than two, in which there is nothing. */
static const u32 no_halves[] = { 2, 3, 32, 0x80000000, 0x80000001, U32_MAX };

static void features_offered(struct kunit *test)
{
	static const struct {
		u64 features;
		u64 seen;
	} cases[] = {
		{ 0, 0 }, { V1, V1 }, { ENDS, ENDS },
		{ ENDS | BIT_ULL(VIRTIO_F_SR_IOV), ENDS },
		{ ENDS | BIT_ULL(VIRTIO_F_NOTIF_CONFIG_DATA), ENDS },
		{ ENDS | BIT_ULL(VIRTIO_F_ADMIN_VQ), ENDS },
		{ BIT_ULL(VIRTIO_F_NOTIFICATION_DATA),
		  BIT_ULL(VIRTIO_F_NOTIFICATION_DATA) },
		{ BIT_ULL(VIRTIO_F_RING_RESET), BIT_ULL(VIRTIO_F_RING_RESET) },
		{ U64_MAX, U64_MAX & ~(BIT_ULL(VIRTIO_F_SR_IOV) |
				       BIT_ULL(VIRTIO_F_NOTIF_CONFIG_DATA) |
				       BIT_ULL(VIRTIO_F_ADMIN_VQ)) },
	};
	struct vfio_virtio *vv = toy_vv(test);
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		toy.features = cases[i].features;
		KUNIT_EXPECT_EQ_MSG(test, offered(vv, 0),
				    lower_32_bits(cases[i].seen), "0x%llx",
				    cases[i].features);
		KUNIT_EXPECT_EQ_MSG(test, offered(vv, 1),
				    upper_32_bits(cases[i].seen), "0x%llx",
				    cases[i].features);
		for (k = 0; k < ARRAY_SIZE(no_halves); k++)
			KUNIT_EXPECT_EQ_MSG(test, offered(vv, no_halves[k]), 0,
					    "0x%x", no_halves[k]);
	}
}

/* A half is written without the other one, and until the device has taken both. */
static void features_chosen(struct kunit *test)
{
	static const struct {
		u32 select;
		u32 half;
		u64 both;	/* afterwards */
	} cases[] = {
		{ 0, 0x80000001, 0x80000001 },
		{ 1, 0xc0000003, 0xc000000380000001 },
		{ 0, 0x00000010, 0xc000000300000010 },
		{ 1, 0x00000001, 0x0000000100000010 },
		{ 0, U32_MAX, 0x00000001ffffffff },
		{ 1, 0, 0x00000000ffffffff },
		{ 0, 0, 0 },
		{ 1, U32_MAX, 0xffffffff00000000 },
	};
	struct vfio_virtio *vv = toy_vv(test);
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		choose(vv, cases[i].select, cases[i].half);
		KUNIT_EXPECT_EQ(test, vv->driver_features, cases[i].both);
		for (k = 0; k < ARRAY_SIZE(no_halves); k++) {
			choose(vv, no_halves[k], 0x12345678);
			KUNIT_EXPECT_EQ(test, chosen(vv, no_halves[k]), 0);
		}
		KUNIT_EXPECT_EQ(test, chosen(vv, 0), lower_32_bits(cases[i].both));
		KUNIT_EXPECT_EQ(test, chosen(vv, 1), upper_32_bits(cases[i].both));
	}
	toy.status = OK;
	choose(vv, 0, 1);
	choose(vv, 1, 0);
	KUNIT_EXPECT_EQ(test, vv->driver_features, 0xffffffff00000000);
}

/* FEATURES_OK stays unset where the choice is more than the offer, or the device says no. */
static void features_taken(struct kunit *test)
{
	static const struct {
		u64 features;
		u64 choice;
		bool refuses;
		unsigned int asked;
		u8 status;
	} cases[] = {
		{ ENDS | V1, ENDS | V1, false, 1, DRIVER | OK },
		{ ENDS | V1, V1, false, 1, DRIVER | OK },
		{ ENDS | V1, 0, false, 1, DRIVER | OK },
		{ ENDS | V1, V1, true, 1, DRIVER },
		{ ENDS | V1, ENDS | V1 | BIT_ULL(1), false, 0, DRIVER },
		{ ENDS | V1, V1 | BIT_ULL(33), false, 0, DRIVER },
		{ ENDS | V1, U64_MAX, false, 0, DRIVER },
		{ 0, V1, false, 0, DRIVER },
		/* What the transport cannot do, whatever the device offers. */
		{ U64_MAX, V1 | BIT_ULL(VIRTIO_F_SR_IOV), false, 0, DRIVER },
		{ U64_MAX, V1 | BIT_ULL(VIRTIO_F_NOTIF_CONFIG_DATA), false, 0,
		  DRIVER },
		{ U64_MAX, V1 | BIT_ULL(VIRTIO_F_ADMIN_VQ), false, 0, DRIVER },
	};
	struct vfio_virtio *vv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		vv = toy_vv(test);
		toy.features = cases[i].features;
		toy.refuses = cases[i].refuses;
		choose(vv, 0, lower_32_bits(cases[i].choice));
		choose(vv, 1, upper_32_bits(cases[i].choice));
		write_status(vv, DRIVER);
		write_status(vv, DRIVER | OK);
		KUNIT_EXPECT_EQ_MSG(test, toy.status, cases[i].status, "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, toy.asked, cases[i].asked, "%u", i);
		if (cases[i].status & OK)
			KUNIT_EXPECT_EQ_MSG(test, toy.driver_features,
					    cases[i].choice, "%u", i);
		KUNIT_EXPECT_FALSE_MSG(test, vv->broken, "%u", i);
	}
}

static struct kunit_case features_cases[] = {
	KUNIT_CASE(features_offered),
	KUNIT_CASE(features_chosen),
	KUNIT_CASE(features_taken),
	{}
};

static struct kunit_suite features_suite = {
	.name = "mdev_vfio_features",
	.test_cases = features_cases,
};

kunit_test_suites(&features_suite);

MODULE_DESCRIPTION("KUnit tests of mdev_vfio");
MODULE_LICENSE("GPL");
