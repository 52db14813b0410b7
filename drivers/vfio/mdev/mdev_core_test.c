// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what the core computes: names, class words, parts of migration, and
 * whether a slice can have what is asked for.
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
#include "nl_config.c"

/* Its name is all that name.c wants to know. */
const struct class mdev_slice_class = {
	.name = "mdev_slice",
};

/* Requests are judged here, they are not read as a whole, and nobody gets an answer. */
const struct nla_policy mdev_config_nl_policy[MDEV_A_CONFIG_NET + 1] = {};

int mdev_nl_parse_net(const struct nlattr *nest, struct mdev_config *config,
		      struct netlink_ext_ack *extack)
{
	return -EOPNOTSUPP;
}

int mdev_nl_put_net(struct sk_buff *skb, const struct mdev_config *config)
{
	return -EMSGSIZE;
}

int mdev_nl_put_features(struct sk_buff *skb, int type, u64 features)
{
	return -EMSGSIZE;
}

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

/* Provisioning. */

#define OFFERED	(BIT_ULL(0) | BIT_ULL(31) | BIT_ULL(32) | BIT_ULL(63))

struct config_case {
	u64 mask;		/* of what is asked for */
	u64 features;
	u64 accepted;		/* bits of what the slice can have */
	int err;
	const char *why;
};

static void expect_config_case(struct kunit *test, const struct mdev_type *type,
			       const struct config_case *c)
{
	const struct mdev_nl_config given = {
		.config.mask = c->mask,
		.config.features = c->features,
	};
	struct nlattr *attrs[MDEV_A_SLICE_CONFIG + 1] = {};
	struct netlink_ext_ack extack = {};
	const struct genl_info info = { .attrs = attrs, .extack = &extack };

	KUNIT_EXPECT_EQ_MSG(test, mdev_nl_check_config(&info, &given, type,
						       c->accepted), c->err,
			    "0x%llx of 0x%llx, features 0x%llx", c->mask,
			    c->accepted, c->features);
	if (!c->why)
		return;
	KUNIT_ASSERT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(extack._msg, c->why), "%s",
				  extack._msg);
}

/* A slice offers what its type has, or less. */
static void config_features(struct kunit *test)
{
	static const struct mdev_type type = {
		.name = "toy", .features = OFFERED,
	};
	static const struct {
		u64 features;
		const char *unknown;
	} cases[] = {
		{ 0 }, { BIT_ULL(0) }, { BIT_ULL(31) }, { BIT_ULL(32) },
		{ BIT_ULL(63) }, { OFFERED & ~BIT_ULL(0) }, { OFFERED },
		{ BIT_ULL(1), "features 0x2 " },
		{ BIT_ULL(33), "features 0x200000000 " },
		{ BIT_ULL(62), "features 0x4000000000000000 " },
		{ OFFERED | BIT_ULL(30), "features 0x40000000 " },
		{ U64_MAX, "features 0x7ffffffe7ffffffe " },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct config_case c = {
			.mask = MDEV_CONFIG_FEATURES,
			.features = cases[i].features,
			.accepted = MDEV_CONFIG_FEATURES,
			.why = cases[i].unknown,
		};

		if (c.why)
			c.err = -EINVAL;
		expect_config_case(test, &type, &c);
		/* What is not in the mask has no meaning. */
		c.mask = 0;
		c.err = 0;
		c.why = NULL;
		expect_config_case(test, &type, &c);
	}
}

/* What is refused, and for which of the reasons. */
static void config_masks(struct kunit *test)
{
	static const struct config_case cases[] = {
		{ 0, 0, 0, 0 },
		{ MDEV_CONFIG_CPUS, 0, MDEV_CONFIG_CPUS, 0 },
		{ MDEV_CONFIG_CPUS, 0, U64_MAX, 0 },
		{ MDEV_CONFIG_NET, 0, MDEV_CONFIG_NET, 0 },
		{ MDEV_CONFIG_CPUS, 0, 0, -EOPNOTSUPP, "cpus cannot be set" },
		{ MDEV_CONFIG_NET_MAC, 0, 0, -EOPNOTSUPP, "mac cannot be set" },
		{ MDEV_CONFIG_CPUS | MDEV_CONFIG_NUMA_NODE, 0, MDEV_CONFIG_NUMA_NODE,
		  -EOPNOTSUPP, "cpus cannot be set" },
		{ MDEV_CONFIG_QUEUE_SIZE, 0, ~MDEV_CONFIG_QUEUE_SIZE, -EOPNOTSUPP,
		  "queue-size is fixed" },
		{ MDEV_CONFIG_FEATURES, 0, 0, -EOPNOTSUPP, "features is fixed" },
		/* What is fixed is told first, and features are looked at last. */
		{ MDEV_CONFIG_CPUS | MDEV_CONFIG_QUEUE_SIZE, 0, 0, -EOPNOTSUPP,
		  "queue-size is fixed" },
		{ MDEV_CONFIG_CPUS | MDEV_CONFIG_FEATURES, U64_MAX,
		  MDEV_CONFIG_FEATURES, -EOPNOTSUPP, "cpus cannot be set" },
	};
	static const struct config_case block_cases[] = {
		{ MDEV_CONFIG_NET_MAC, 0, 0, -EINVAL, "mac is for network" },
		{ MDEV_CONFIG_NET_MTU, 0, 0, -EINVAL, "mtu is for network" },
		{ MDEV_CONFIG_NET_MAX_VQP | MDEV_CONFIG_FEATURES, 0, 0, -EINVAL,
		  "max-vq-pairs is for network" },
	};
	struct mdev_type type = {
		.name = "toy", .device_id = VIRTIO_ID_NET, .features = OFFERED,
		.create_mask = MDEV_CONFIG_FEATURES | MDEV_CONFIG_QUEUE_SIZE,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		expect_config_case(test, &type, &cases[i]);
	type.device_id = VIRTIO_ID_BLOCK;
	for (i = 0; i < ARRAY_SIZE(block_cases); i++)
		expect_config_case(test, &type, &block_cases[i]);
}

/* Words of 64 bits, of which only the first can have any. */
static void config_words(struct kunit *test)
{
	static const struct {
		unsigned int len;
		u64 words[3];
		int err;
	} cases[] = {
		{ 8, {}, 0 }, { 8, { OFFERED }, 0 }, { 8, { U64_MAX }, 0 },
		{ 16, { OFFERED }, 0 }, { 24, { OFFERED }, 0 },
		{ 0, {}, -EINVAL }, { 1, {}, -EINVAL }, { 4, {}, -EINVAL },
		{ 7, {}, -EINVAL }, { 9, {}, -EINVAL }, { 12, {}, -EINVAL },
		{ 20, {}, -EINVAL },
		{ 16, { OFFERED, 1 }, -EOPNOTSUPP },
		{ 16, { 0, BIT_ULL(63) }, -EOPNOTSUPP },
		{ 24, { OFFERED, 0, 1 }, -EOPNOTSUPP },
		{ 24, { 0, 0, BIT_ULL(63) }, -EOPNOTSUPP },
	};
	u8 buf[NLA_HDRLEN + sizeof(cases[0].words)] __aligned(NLA_ALIGNTO) = {};
	struct nlattr *attr = (struct nlattr *)buf;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netlink_ext_ack extack = {};
		struct mdev_config config = {};
		int err;

		attr->nla_len = nla_attr_size(cases[i].len);
		memcpy(nla_data(attr), cases[i].words, sizeof(cases[i].words));
		err = mdev_nl_parse_features(attr, &config, &extack);
		KUNIT_EXPECT_EQ_MSG(test, err, cases[i].err, "%u", i);
		if (cases[i].err) {
			KUNIT_EXPECT_NOT_NULL_MSG(test, extack._msg, "%u", i);
			KUNIT_EXPECT_EQ_MSG(test, config.mask, 0, "%u", i);
			continue;
		}
		KUNIT_EXPECT_EQ_MSG(test, config.mask, MDEV_CONFIG_FEATURES, "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, config.features, cases[i].words[0], "%u", i);
	}
}

static struct kunit_case config_cases[] = {
	KUNIT_CASE(config_features),
	KUNIT_CASE(config_masks),
	KUNIT_CASE(config_words),
	{}
};

static struct kunit_suite config_suite = {
	.name = "mdev_core_config",
	.test_cases = config_cases,
};

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

kunit_test_suites(&name_suite, &class_suite, &config_suite, &parts_suite);

MODULE_DESCRIPTION("KUnit tests of mdev_core");
MODULE_LICENSE("GPL");
