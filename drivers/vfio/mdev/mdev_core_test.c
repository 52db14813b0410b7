// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what the core computes: names, class words, and parts of migration.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/mdev_parts.h>
#include <linux/mdev_virtio.h>
#include <linux/mdev_vhost.h>
#include <linux/mdev_vfio.h>
#include <linux/mdev_vendor.h>
#include <linux/module.h>
#include <linux/netlink.h>

#include "name.c"

/* Its name is all that name.c wants to know. */
const struct class mdev_slice_class = {
	.name = "mdev_slice",
};

static void name_good(struct kunit *test)
{
	static const char * const names[] = {
		"a", "0", "_", "-", "...", ".a", "a.", "a:b", "vm-1.net_0",
		"00000000-0000-0000-0000-000000000000", "ABCXYZabcxyz0189._:-",
		"0123456789012345678901234567890123456789012345678901234567890ab",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ_MSG(test, mdev_name_check(names[i], NULL), 0,
				    "%s", names[i]);
}

static void name_bad(struct kunit *test)
{
	static const char * const names[] = {
		"", ".", "..", "a/b", "/", "a b", " ", "a\n", "a,", "a=", "*",
		"\x01", "\x7f", "\x80", "\xc3\xa4", "a@", "[", "`", "{",
		"0123456789012345678901234567890123456789012345678901234567890abc",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct netlink_ext_ack extack = {};

		KUNIT_EXPECT_EQ_MSG(test, mdev_name_check(names[i], &extack),
				    -EINVAL, "%s", names[i]);
		KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	}
}

/* Every character by itself. */
static void name_characters(struct kunit *test)
{
	char name[3] = "a";
	bool good;
	int c;

	for (c = 1; c < 256; c++) {
		good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		       (c >= '0' && c <= '9') || c == '.' || c == '_' ||
		       c == ':' || c == '-';
		name[1] = c;
		KUNIT_EXPECT_EQ_MSG(test, mdev_name_check(name, NULL),
				    good ? 0 : -EINVAL, "%d", c);
	}
}

/* No more is read than a name can have. */
static void name_unterminated(struct kunit *test)
{
	char *name = kunit_kmalloc(test, MDEV_NAME_MAX + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, name);
	memset(name, 'x', MDEV_NAME_MAX + 1);
	KUNIT_EXPECT_EQ(test, mdev_name_check(name, NULL), -EINVAL);
}

/* The UUID of another slice is nobody's name. What only looks like a UUID is a name. */
static void name_uuid(struct kunit *test)
{
	static const struct {
		const char *name;
		int err;
	} cases[] = {
		{ "12345678-9abc-def0-1234-56789abcdef0", 0 },
		{ "12345678-9ABC-DEF0-1234-56789abcdEF0", 0 },
		{ "12345678-9abc-def0-1234-56789abcdef1", -EINVAL },
		{ "02345678-9abc-def0-1234-56789abcdef0", -EINVAL },
		{ "12345678-9ABC-DEF0-1234-56789ABCDEF1", -EINVAL },
		/* The order of bytes of a UUID, which is not that of a GUID. */
		{ "78563412-bc9a-f0de-1234-56789abcdef0", -EINVAL },
		{ "00000000-0000-0000-0000-000000000000", -EINVAL },
		{ "ffffffff-ffff-ffff-ffff-ffffffffffff", -EINVAL },
		/* One character less, or more. */
		{ "12345678-9abc-def0-1234-56789abcdef", 0 },
		{ "12345678-9abc-def0-1234-56789abcdef11", 0 },
		{ "12345678-9abc-def0-1234-56789abcdef1.", 0 },
		/* As long, with something else in it. */
		{ "12345678-9abc-def0-1234-56789abcdefg", 0 },
		{ "x2345678-9abc-def0-1234-56789abcdef1", 0 },
		{ "12345678.9abc.def0.1234.56789abcdef1", 0 },
		{ "123456789-abc-def0-1234-56789abcdef1", 0 },
		{ "123456789abcdef0123456789abcdef11111", 0 },
		{ "vm-1.net_0", 0 },
		{ "", 0 },
	};
	guid_t own;
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, mdev_name_is_uuid(cases[0].name, &own));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netlink_ext_ack extack = {};

		KUNIT_EXPECT_EQ_MSG(test, mdev_name_check_uuid(cases[i].name, &own,
							       &extack),
				    cases[i].err, "%s", cases[i].name);
		KUNIT_EXPECT_EQ_MSG(test, !!extack._msg, !!cases[i].err, "%s",
				    cases[i].name);
	}
}

static void name_below(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "mdev_core_test");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_EXPECT_EQ(test, mdev_name_free_below(dev, "free", NULL), 0);
	KUNIT_EXPECT_EQ(test, mdev_name_free_below(dev, "power", NULL), -EEXIST);
	KUNIT_EXPECT_EQ(test, mdev_name_free_below(dev, "uevent", NULL), -EEXIST);
	/* Not there yet, but reserved. */
	KUNIT_EXPECT_EQ(test, mdev_name_free_below(dev, "mdev_slice", NULL),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, mdev_name_free_below(dev, "mdev_supported_types",
						   NULL), -EEXIST);
}

static void class_words(struct kunit *test)
{
	enum mdev_class_id id;

	for (id = 0; id < MDEV_CLASS_MAX; id++)
		KUNIT_EXPECT_EQ(test, mdev_class_by_name(mdev_class_name(id)),
				id);
	KUNIT_EXPECT_EQ(test, mdev_class_by_name("virtio"), MDEV_CLASS_VIRTIO);
	KUNIT_EXPECT_EQ(test, mdev_class_by_name("none\n"), MDEV_CLASS_NONE);
}

static void class_no_words(struct kunit *test)
{
	static const char * const words[] = {
		"", "\n", "n", "nonex", "None", " none", "none ", "none\n\n",
		"virtio\nvhost", "5", "default",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		KUNIT_EXPECT_EQ_MSG(test, mdev_class_by_name(words[i]), -EINVAL,
				    "%s", words[i]);
}

static u32 served(const struct mdev_parent *parent)
{
	enum mdev_class_id id;
	u32 classes = 0;

	for (id = 0; id <= MDEV_CLASS_MAX; id++)
		if (mdev_parent_serves(parent, id))
			classes |= BIT(id);
	return classes;
}

static int no_set_as(struct mdev_slice *slice, unsigned int group,
		     struct mdev_as *as)
{
	return 0;
}

/* Which operations make which classes. */
static void class_served(struct kunit *test)
{
	static const struct mdev_virtio_ops as_ops = { .set_as = no_set_as };
	static const struct mdev_virtio_ops virtio_ops;
	static const struct mdev_vhost_ops vhost_ops;
	static const struct mdev_vfio_ops vfio_ops;
	static const struct mdev_vendor_ops vendor_ops;
	struct mdev_parent parent = {};

	KUNIT_EXPECT_EQ(test, served(&parent), BIT(MDEV_CLASS_NONE));

	parent.vendor_ops = &vendor_ops;
	KUNIT_EXPECT_EQ(test, served(&parent),
			BIT(MDEV_CLASS_NONE) | BIT(MDEV_CLASS_VENDOR));

	parent.vendor_ops = NULL;
	parent.vfio_ops = &vfio_ops;
	KUNIT_EXPECT_EQ(test, served(&parent),
			BIT(MDEV_CLASS_NONE) | BIT(MDEV_CLASS_VFIO));

	parent.vfio_ops = NULL;
	parent.virtio_ops = &virtio_ops;
	KUNIT_EXPECT_EQ(test, served(&parent),
			BIT(MDEV_CLASS_NONE) | BIT(MDEV_CLASS_VIRTIO));

	/* vfio_virtio has to say where memory is. */
	parent.virtio_ops = &as_ops;
	KUNIT_EXPECT_EQ(test, served(&parent),
			BIT(MDEV_CLASS_NONE) | BIT(MDEV_CLASS_VIRTIO) |
			BIT(MDEV_CLASS_VFIO));

	parent.vhost_ops = &vhost_ops;
	KUNIT_EXPECT_EQ(test, served(&parent),
			BIT(MDEV_CLASS_NONE) | BIT(MDEV_CLASS_VIRTIO) |
			BIT(MDEV_CLASS_VHOST) | BIT(MDEV_CLASS_VFIO));
}

/* Parts come back as they were put, and what does not fit is told. */
static void parts_roundtrip(struct kunit *test)
{
	u8 buf[2 * sizeof(struct mdev_part) + 3];
	struct mdev_parts parts = { .buf = buf, .size = sizeof(buf) };
	const void *data;
	u16 type;
	u32 len;

	mdev_parts_put(&parts, 7, "abc", 3);
	mdev_parts_put(&parts, MDEV_PART_DEVICE, NULL, 0);
	KUNIT_EXPECT_FALSE(test, parts.overflow);
	KUNIT_EXPECT_EQ(test, parts.pos, sizeof(buf));

	parts.pos = 0;
	KUNIT_EXPECT_EQ(test, mdev_parts_get(&parts, &type, &data, &len), 0);
	KUNIT_EXPECT_EQ(test, type, 7);
	KUNIT_EXPECT_EQ(test, len, 3);
	KUNIT_EXPECT_MEMEQ(test, data, "abc", 3);
	KUNIT_EXPECT_EQ(test, mdev_parts_get(&parts, &type, &data, &len), 0);
	KUNIT_EXPECT_EQ(test, type, MDEV_PART_DEVICE);
	KUNIT_EXPECT_EQ(test, len, 0);
	KUNIT_EXPECT_EQ(test, mdev_parts_get(&parts, &type, &data, &len),
			-ENODATA);

	parts.pos = 0;
	mdev_parts_put(&parts, 7, buf, sizeof(buf));
	KUNIT_EXPECT_TRUE(test, parts.overflow);
	KUNIT_EXPECT_EQ(test, parts.pos, 0);
	/* Nothing comes behind what is missing. */
	mdev_parts_put(&parts, 7, NULL, 0);
	KUNIT_EXPECT_EQ(test, parts.pos, 0);
}

/* No part of a part is one, nor is one that would lead out of the buffer. */
static void parts_malformed(struct kunit *test)
{
	u8 buf[sizeof(struct mdev_part) + 3];
	struct mdev_parts parts = { .buf = buf, .size = sizeof(buf) };
	struct mdev_part *part = (struct mdev_part *)buf;
	const void *data;
	size_t size;
	u16 type;
	u32 len;

	mdev_parts_put(&parts, 7, "abc", 3);
	for (size = 1; size < sizeof(buf); size++) {
		parts.pos = 0;
		parts.size = size;
		KUNIT_EXPECT_EQ(test, mdev_parts_get(&parts, &type, &data, &len),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, parts.pos, 0);
	}
	parts.size = sizeof(buf);
	part->len = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, mdev_parts_get(&parts, &type, &data, &len), -EINVAL);
	part->len = cpu_to_le32(3);
	part->reserved = cpu_to_le16(1);
	KUNIT_EXPECT_EQ(test, mdev_parts_get(&parts, &type, &data, &len), -EINVAL);
}

static struct kunit_case parts_cases[] = {
	KUNIT_CASE(parts_roundtrip),
	KUNIT_CASE(parts_malformed),
	{}
};

static struct kunit_suite parts_suite = {
	.name = "mdev_core_parts",
	.test_cases = parts_cases,
};

static struct kunit_case name_cases[] = {
	KUNIT_CASE(name_good),
	KUNIT_CASE(name_bad),
	KUNIT_CASE(name_characters),
	KUNIT_CASE(name_unterminated),
	KUNIT_CASE(name_uuid),
	KUNIT_CASE(name_below),
	{}
};

static struct kunit_suite name_suite = {
	.name = "mdev_core_name",
	.test_cases = name_cases,
};

static struct kunit_case class_cases[] = {
	KUNIT_CASE(class_words),
	KUNIT_CASE(class_no_words),
	KUNIT_CASE(class_served),
	{}
};

static struct kunit_suite class_suite = {
	.name = "mdev_core_class",
	.test_cases = class_cases,
};

kunit_test_suites(&name_suite, &class_suite, &parts_suite);

MODULE_DESCRIPTION("KUnit tests of mdev_core");
MODULE_LICENSE("GPL");
