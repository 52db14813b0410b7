// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <linux/mdev_netlink.h>
#include <linux/netlink.h>
#include <linux/vdpa.h>
#include <string.h>

#include "message.h"
#include "vdpa.h"

/* Kinds of values. */
enum { TEXT, TEXT_OPEN, LONG_TEXT, U8, U16, U32, U64, EMPTY, NEST, KINDS };

static const char * const texts[] = {
	"a", "b", "mdev_net0", "platform", "c1", "mdev_net1", "mdev_multi0", "mdev_plain0",
	"mdev_test", "", ".", "..", "/", "a/b", "uevent", "power", "driver", "lo", "a%sb%n",
	"name-of-15-char", "name-of-16-chars", "mdev_slice", "\xff\xfe", "a\nb", " ",
	"name-that-has-sixty-three-characters-which-is-all-that-there-is",
};

static const uint64_t numbers[] = {
	0, 1, 2, 3, 16, 17, 67, 68, 1280, 1500, 9000, 0x7fff, 0x8000, 0xffff, 0x10000,
	0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x300000021ULL, 0x300000020ULL,
	0x3ffffffffULL, 0x302020202020ULL, 0x020000000002ULL, -1ULL, 1ULL << 63,
};

/* Attributes that requests have, then any that exist, then any at all. */
static uint16_t attr_type(uint8_t raw)
{
	static const uint8_t known[] = {
		VDPA_ATTR_DEV_NAME, VDPA_ATTR_DEV_NAME, VDPA_ATTR_MGMTDEV_DEV_NAME,
		VDPA_ATTR_MGMTDEV_DEV_NAME, VDPA_ATTR_MGMTDEV_BUS_NAME,
		VDPA_ATTR_DEV_NET_CFG_MACADDR, VDPA_ATTR_DEV_NET_CFG_MAX_VQP,
		VDPA_ATTR_DEV_NET_CFG_MTU, VDPA_ATTR_DEV_QUEUE_INDEX, VDPA_ATTR_DEV_FEATURES,
	};

	if (raw < 128)
		return known[raw % ARRAY_SIZE(known)];
	if (raw < 224)
		return raw % (VDPA_ATTR_MAX + 2);
	return raw << 8 | raw;
}

/* Numbers mean something else in each request of family mdev, and in each nest. */
static uint16_t mdev_attr_type(const struct message *message, uint8_t raw)
{
	static const uint8_t known[] = {
		MDEV_A_SLICE_NAME, MDEV_A_SLICE_NAME, MDEV_A_SLICE_PARENT_NAME,
		MDEV_A_SLICE_PARENT_NAME, MDEV_A_SLICE_PARENT_BUS, MDEV_A_SLICE_CLASS,
		MDEV_A_SLICE_CLASS, MDEV_A_SLICE_FORCE, MDEV_A_SLICE_OWNER, MDEV_A_SLICE_CONFIG,
		MDEV_A_SLICE_CONFIG, MDEV_A_SLICE_UUID, MDEV_A_SLICE_ID, MDEV_A_SLICE_TYPE,
	};

	if (raw >= 224)
		return raw << 8 | raw;
	if (message->nests)
		return raw % (MDEV_A_CONFIG_MAX + 2);
	return raw < 192 ? known[raw % ARRAY_SIZE(known)] : raw % (MDEV_A_SLICE_MAX + 2);
}

static const char * const mdev_texts[] = {
	"a", "b", "mdev_net0", "platform", "net", "me", "", "0", "0-1", "c1",
	"11111111-2222-3333-4444-555555555555", "a\nb", "a/b", "mdev_net1", "1-0", "power",
};

static uint8_t command(const struct message *message, uint8_t raw)
{
	if (message->mdev)
		return raw < 240 ? 1 + raw % (MDEV_CMD_MAX + 1) : raw;
	return raw < 240 ? 1 + raw % (VDPA_CMD_DEV_ATTR_SET + 1) : raw;
}

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static void add(struct message *message, const void *bytes, size_t len)
{
	if (message->len + len > sizeof(message->bytes))
		return;
	memcpy(message->bytes + message->len, bytes, len);
	message->len += len;
}

static void open_nest(struct message *message)
{
	if (message->mdev && message->nests < ARRAY_SIZE(message->nest))
		message->nest[message->nests++] = message->len;
}

/* They end where the message does. */
static void close_nests(struct message *message)
{
	struct nlattr *attr;

	while (message->nests) {
		attr = (void *)(message->bytes + message->nest[--message->nests]);
		attr->nla_len = message->len - message->nest[message->nests];
	}
}

static void add_attr(struct message *message, const uint8_t *record)
{
	static const char zeros[8192];
	static char many[8192];
	uint32_t value = u32_at(record + 4);
	uint64_t number = value & 1 ? numbers[(value >> 8) % ARRAY_SIZE(numbers)] : value >> 1;
	const char *text = message->mdev ? mdev_texts[value % ARRAY_SIZE(mdev_texts)] :
					   texts[value % ARRAY_SIZE(texts)];
	const void *bytes = &number;
	struct nlattr attr = {
		.nla_type = message->mdev ? mdev_attr_type(message, record[1]) :
					    attr_type(record[1]),
	};
	size_t len;

	memset(many, 'a' + (value & 3), sizeof(many));
	switch (record[2] % KINDS) {
	case TEXT:
	case TEXT_OPEN:
		bytes = text;
		len = strlen(text) + (record[2] % KINDS == TEXT);
		break;
	case LONG_TEXT:
		bytes = many;
		len = value % 6000;
		break;
	case EMPTY:
		len = 0;
		break;
	case NEST:
		/* What follows is in it, as far as the length goes. */
		len = 0;
		attr.nla_type |= NLA_F_NESTED;
		open_nest(message);
		break;
	default:
		len = 1 << (record[2] % KINDS - U8);
		if (record[2] % KINDS == U64 &&
		    (message->mdev ? message->nests > 1 && attr.nla_type == MDEV_A_CONFIG_NET_MAC :
				     attr.nla_type == VDPA_ATTR_DEV_NET_CFG_MACADDR))
			len = 6;
	}
	/* Mostly the right length; the wrong one is only claimed, or is that of the value. */
	if (record[2] >= 224)
		len = len + (int8_t)record[3] < sizeof(many) ? len + (int8_t)record[3] : 0;
	attr.nla_len = NLA_HDRLEN + len;
	if (record[2] >= 208 && record[2] < 224)
		attr.nla_len += (int8_t)record[3];
	if (record[3] == 0x5a)
		attr.nla_type |= NLA_F_NET_BYTEORDER;
	add(message, &attr, sizeof(attr));
	if (len > 16 && bytes == &number)
		bytes = zeros;
	else if (len > strlen(text) + 1 && bytes == text)
		bytes = many;
	add(message, bytes, len);
	add(message, zeros, NLA_ALIGN(message->len) - message->len);
}

static void add_headers(struct message *message, const uint8_t *record)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = message->mdev ? mdev_family() : vdpa_family(),
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = 1,
	};
	struct genlmsghdr genl = { .cmd = command(message, record[1]), .version = 1 };

	message->plain = true;
	message->how = record[3] < 192 ? record[3] & (record[3] >> 4) : record[3];
	message->dump = record[2] & 1;
	message->cmd = genl.cmd;
	if (message->dump)
		nlh.nlmsg_flags |= NLM_F_DUMP;
	if (record[2] >= 240) {
		message->plain = false;
		nlh.nlmsg_flags = record[4] | record[5] << 8;
	}
	if (record[6] >= 248) {
		message->plain = false;
		genl.version = record[5];
		genl.reserved = record[4];
	}
	add(message, &nlh, sizeof(nlh));
	add(message, &genl, sizeof(genl));
}

/* The last step: the length, and what is missing at the end. */
static void finish(struct message *message, const uint8_t *record)
{
	struct nlmsghdr *nlh = (void *)message->bytes;
	size_t cut = record[7] >= 224 ? record[7] & 31 : 0;

	close_nests(message);
	if (cut < message->len)
		message->len -= cut;
	nlh->nlmsg_len = message->len;
	if (record[6] >= 232 && record[6] < 248) {
		message->plain = false;
		nlh->nlmsg_len += (int8_t)record[5];
	}
	if (message->len < NLMSG_LENGTH(GENL_HDRLEN))
		message->plain = false;
}

bool message_next(struct message *message, const uint8_t *data, size_t len, size_t *at)
{
	const uint8_t *head;

	while (*at < len && data[*at] % RECORD_KINDS != RECORD_MESSAGE)
		*at += FUZZ_RECORD;
	if (*at >= len)
		return false;
	head = data + *at;
	message->len = 0;
	message->nests = 0;
	message->mdev = head[0] / RECORD_KINDS & 1;
	add_headers(message, head);
	for (*at += FUZZ_RECORD; *at < len; *at += FUZZ_RECORD) {
		const uint8_t *record = data + *at;

		if (record[0] % RECORD_KINDS == RECORD_MESSAGE)
			break;
		if (record[0] % RECORD_KINDS == RECORD_ATTR)
			add_attr(message, record);
		else
			add(message, record + 1, FUZZ_RECORD - 1);
	}
	finish(message, head);
	return true;
}

void message_record(uint8_t *record)
{
	static const struct {
		uint8_t type;	/* see attr_type() */
		uint8_t kind;
	} usual[] = {
		{ 0, TEXT }, { 0, TEXT_OPEN }, { 0, TEXT }, { 2, TEXT }, { 2, TEXT }, { 4, TEXT },
		{ 5, U64 }, { 6, U16 }, { 7, U16 }, { 8, U32 }, { 9, U64 },
	};
	unsigned int i;

	for (i = 1; i < FUZZ_RECORD; i++)
		record[i] = fuzz_random(256);
	record[0] = fuzz_random(24) ? fuzz_random(2) : RECORD_RAW;
	/* The other family. */
	if (record[0] == RECORD_MESSAGE && fuzz_random(2))
		record[0] += RECORD_KINDS;
	if (record[0] % RECORD_KINDS == RECORD_MESSAGE && fuzz_random(4)) {
		record[2] &= fuzz_random(3) ? 0x7e : 0x7f;
		record[6] &= 0x7f;
		record[7] &= 0x7f;
	}
	if (record[0] == RECORD_ATTR && fuzz_random(4)) {
		i = fuzz_random(ARRAY_SIZE(usual));
		record[1] = usual[i].type;
		record[2] = usual[i].kind;
		if (!fuzz_random(4))
			record[2] = NEST;
		/* Most of all the names of what there is or may be. */
		if (i < 5 && fuzz_random(4))
			memcpy(record + 4, (uint8_t [4]) { i < 3 ? fuzz_random(2) : 2 }, 4);
	}
}
