// SPDX-License-Identifier: GPL-2.0
/*
 * migration_parts SLICE OTHER TIMES: what a driver has asked for by the control queue goes
 * to another slice, where it holds; and streams in which that is not what a driver can have
 * asked for. Both slices have two queue pairs, the first of which is used.
 */
#include <linux/virtio_net.h>

#include "migration.h"

/* The control queue, what it is told, and the answer. */
#define CTRL_INDEX	4
#define CTRL_IOVA	0x300000000ULL
#define SCRATCH		RING_BYTES
#define CTRL_BYTES	(RING_BYTES + 0x1000)

#define FEATURES	(BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_CTRL_RX) | \
			 BIT(VIRTIO_NET_F_CTRL_RX_EXTRA) | BIT(VIRTIO_NET_F_CTRL_VLAN) | \
			 BIT(VIRTIO_NET_F_CTRL_MAC_ADDR) | BIT(VIRTIO_NET_F_NOTF_COAL) | \
			 BIT(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) | \
			 BIT(VIRTIO_NET_F_GUEST_CSUM) | BIT(VIRTIO_NET_F_MQ) | \
			 BIT(VIRTIO_NET_F_RSS))

/* Parts of the stream, whose numbers are those of the kernel. */
enum {
	PART_COMMON = 2,
	PART_RX = 0x201,
	PART_MQ = 0x202,
	PART_VLAN = 0x203,
	PART_OFFLOADS = 0x205,
	PART_RSS = 0x206,
};

/* Each has a head: type, reserved, length. */
#define PART_HEAD	8
#define PART_MAX	2048

/* Places in the part of the filter, and of the table of RSS. */
enum {
	RX_MODE,
	RX_FLAGS,
	RX_NR_UNICAST,
	RX_NR_MULTICAST,
	RX_TABLE,
};

enum {
	RSS_TYPES = 0,
	RSS_MASK = 4,
	RSS_UNCLASSIFIED = 6,
	RSS_MAX_TX = 8,
	RSS_STEER = 10,
	RSS_KEY_LEN = 11,
	RSS_KEY = 12,
	RSS_TABLE = 52,
};

/* Two of struct virtio_net_ctrl_mac, the first with the address of the test's frames. */
static const __u8 addresses[] = {
	2, 0, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9,
	1, 0, 0, 0, 1, 0, 0x5e, 0, 0, 1,
};

static const struct {
	__u32 types;
	__u16 mask;
	__u16 unclassified;
	__u16 table[4];
	__u16 max_tx;
	__u8 key_len;
	__u8 key[40];
} rss = {
	.types = 0x3f, .mask = 3, .table = { 0, 1, 0, 1 }, .max_tx = 2, .key_len = 40,
	.key = { [0] = 1, [39] = 1 },
};

/* Nothing is between its members. */
#define RSS_BYTES	(offsetof(typeof(rss), key) + sizeof(rss.key))

static unsigned int times;
static struct ring ctrl;

/* What the device answers. */
static __u8 command(struct nic *nic, __u8 class, __u8 cmd, const void *data, __u32 len)
{
	struct seg segs[3] = { { CTRL_IOVA + SCRATCH, 2 },
			       { CTRL_IOVA + SCRATCH + 64, len },
			       { CTRL_IOVA + SCRATCH + 32, 1 } };
	char *scratch = ctrl.va + SCRATCH;
	double end = now() + PATIENCE_MS / 1e3;

	scratch[0] = class;
	scratch[1] = cmd;
	scratch[32] = 99;
	memcpy(scratch + 64, data, len);
	ring_add(&ctrl, segs, 2, 1);
	nic_kick(nic, &ctrl);
	while (!ring_used_count(&ctrl) && now() < end)
		usleep(1000);
	if (ring_take(&ctrl, NULL) < 0)
		die("%s does not answer", nic->vfio.slice);
	return scratch[32];
}

static bool ask_for_all(struct nic *nic)
{
	__u64 offloads = BIT(VIRTIO_NET_F_GUEST_CSUM);
	__u16 pairs = 2, vlan = 7;
	__u8 on = 1;

	return command(nic, VIRTIO_NET_CTRL_RX, VIRTIO_NET_CTRL_RX_NOBCAST, &on, 1) ==
			VIRTIO_NET_OK &&
	       command(nic, VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_TABLE_SET, addresses,
		       sizeof(addresses)) == VIRTIO_NET_OK &&
	       command(nic, VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, &vlan, 2) ==
			VIRTIO_NET_OK &&
	       command(nic, VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET, &pairs, 2) ==
			VIRTIO_NET_OK &&
	       command(nic, VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_RSS_CONFIG, &rss,
		       RSS_BYTES) == VIRTIO_NET_OK &&
	       command(nic, VIRTIO_NET_CTRL_GUEST_OFFLOADS, VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET,
		       &offloads, 8) == VIRTIO_NET_OK;
}

static void map_all(struct nic *nic)
{
	if (nic_map(nic, 0, NIC_BYTES, NIC_BYTES) ||
	    vfio_map(&nic->vfio, CTRL_IOVA, CTRL_BYTES, ctrl.va))
		die("memory is mapped for %s", nic->vfio.slice);
}

static void ctrl_init(void)
{
	char *mem = mmap(NULL, CTRL_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		die("memory for the control queue");
	ring_init(&ctrl, CTRL_INDEX, RING_NUM, mem, CTRL_IOVA);
}

static void begin(struct nic *nic)
{
	if (!nic_negotiate(nic))
		die("%s takes features", nic->vfio.slice);
	ring_clear(&ctrl, nic->features);
	nic_place_right(nic, &nic->rx);
	nic_place_right(nic, &nic->tx);
	nic_place_right(nic, &ctrl);
	virtio_set_status(&nic->vfio, S_DRIVER_OK);
	nic_post(nic);
}

static bool filtered(struct nic *nic)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, FRAME_MIN, 1);
	if (!rep_send(nic->rep, frame, FRAME_MIN))
		die("the representor of %s sends", nic->vfio.slice);
	usleep(100000);
	return !ring_used_count(&nic->rx);
}

/* The parts of a stream. */

static __u32 get32(const char *at)
{
	__le32 raw;

	memcpy(&raw, at, sizeof(raw));
	return le32toh(raw);
}

static void put(char *at, __u64 value, size_t len)
{
	for (; len--; value >>= 8)
		*at++ = value;
}

/* Where the head of a part is; 0 if there is none. */
static size_t find(const struct stream *stream, size_t head, unsigned int type)
{
	size_t at;

	for (at = head; at + PART_HEAD <= stream->len;
	     at += PART_HEAD + get32(stream->data + at + 4)) {
		if (get32(stream->data + at) == type)
			return at;
	}
	return 0;
}

static size_t head_len(const struct vfio *vfio)
{
	int fd = set_state(vfio, PRE_COPY);
	struct vfio_precopy_info info;

	if (precopy_info(fd, &info) || info.initial_bytes > HEAD_MAX)
		die("%s has a head", vfio->slice);
	close(fd);
	to_state(vfio, RUNNING);
	return info.initial_bytes;
}

/* A stream with one part changed. */

struct change {
	const struct stream *stream;
	struct nic *to;
	size_t at;
	__u32 len;
	__u32 type;		/* as it becomes, as the following */
	char data[PART_MAX];
	__u32 new_len;
};

static struct change change;

static void change_begin(const struct stream *stream, struct nic *to, size_t head,
			 unsigned int type)
{
	change.stream = stream;
	change.to = to;
	change.at = find(stream, head, type);
	if (!check(change.at, "there is part %#x", type))
		die("a part is missing");
	change.len = get32(stream->data + change.at + 4);
	if (change.len > PART_MAX)
		die("part %#x has %u bytes", type, change.len);
}

static void change_none(void)
{
	change.type = get32(change.stream->data + change.at);
	change.new_len = change.len;
	memset(change.data, 0, sizeof(change.data));
	memcpy(change.data, change.stream->data + change.at + PART_HEAD, change.len);
}

/* Returns what the other slice says to it. */
static int change_try(void)
{
	static char data[STREAM_MAX];
	size_t rest = change.at + PART_HEAD + change.len, end = change.at + PART_HEAD;
	int err;

	memcpy(data, change.stream->data, change.at);
	put(data + change.at, change.type, 4);
	put(data + change.at + 4, change.new_len, 4);
	memcpy(data + end, change.data, change.new_len);
	end += change.new_len;
	memcpy(data + end, change.stream->data + rest, change.stream->len - rest);
	vfio_reset(&change.to->vfio);
	err = stream_load(&change.to->vfio, data, end + change.stream->len - rest);
	vfio_reset(&change.to->vfio);
	return err;
}

static void check_value(size_t at, __u64 value, size_t len, int want, const char *text)
{
	change_none();
	put(change.data + at, value, len);
	check_err(change_try(), want, "%s", text);
}

static void check_len(__u32 len, const char *text)
{
	change_none();
	change.new_len = len;
	check_err(change_try(), -EINVAL, "%s", text);
}

static void test_lengths(void)
{
	check_len(0, "empty");
	check_len(change.len - 1, "shorter by one byte");
	check_len(change.len + 1, "longer by one byte");
	check_len(PART_MAX, "far too long");
	change_none();
	change.type = 0x2ff;
	check_err(change_try(), -EINVAL, "of a type that there is not");
	change_none();
	check_err(change_try(), 0, "as it was, it is taken");
}

/* All of the first kind. */
static void check_addresses(unsigned int nr, int want, const char *text)
{
	change_none();
	put(change.data + RX_NR_UNICAST, nr, 2);
	change.new_len = RX_TABLE + nr * 6;
	check_err(change_try(), want, "%s", text);
}

static void test_filter(const struct stream *stream, struct nic *to, size_t head)
{
	change_begin(stream, to, head, PART_RX);
	test_lengths();
	check_value(RX_MODE, 0x40, 1, -EINVAL, "a mode that no command sets");
	check_value(RX_MODE, 0x3f, 1, 0, "all that commands set");
	check_value(RX_FLAGS, 4, 1, -EINVAL, "a flag that means nothing");
	check_value(RX_NR_UNICAST, 3, 1, -EINVAL, "more addresses than there are");
	check_value(RX_NR_UNICAST, 255, 1, -EINVAL, "far more");
	check_value(RX_NR_UNICAST, 1, 1, -EINVAL, "less");
	check_value(RX_NR_MULTICAST, 2, 1, -EINVAL, "more multicast addresses");
	check_value(RX_NR_UNICAST, 0xffff, 2, -EINVAL, "far more of both");
	check_value(RX_NR_UNICAST, 3, 2, 0, "they can all be of the first kind");
	check_addresses(65, -EINVAL, "one address more than a slice holds");
	check_addresses(64, 0, "as many as it holds");
}

static void test_rss(const struct stream *stream, struct nic *to, size_t head)
{
	change_begin(stream, to, head, PART_RSS);
	test_lengths();
	check_value(RSS_TYPES, 0x40, 4, -EINVAL, "a hash that is not offered");
	check_value(RSS_MASK, 2, 2, -EINVAL, "a table that has no power of two entries");
	check_value(RSS_MASK, 255, 2, -EINVAL, "one that is longer than any");
	check_value(RSS_MASK, 0xffff, 2, -EINVAL, "the longest");
	check_value(RSS_MASK, 127, 2, 0, "the longest that may be");
	check_value(RSS_UNCLASSIFIED, 2, 2, -EINVAL, "a queue that there is not");
	check_value(RSS_UNCLASSIFIED, 0xffff, 2, -EINVAL, "the last that could be");
	check_value(RSS_TABLE, 2, 2, -EINVAL, "one in the table");
	check_value(RSS_TABLE + 6, 0xffff, 2, -EINVAL, "in its last entry");
	check_value(RSS_MAX_TX, 0, 2, -EINVAL, "no queue to transmit");
	check_value(RSS_MAX_TX, 3, 2, -EINVAL, "more than there are");
	check_value(RSS_STEER, 2, 1, -EINVAL, "a switch that is neither on nor off");
	check_value(RSS_STEER, 0, 1, 0, "off");
	check_value(RSS_KEY_LEN, 41, 1, -EINVAL, "a key that is longer than any");
	check_value(RSS_KEY_LEN, 255, 1, -EINVAL, "the longest");
	check_value(RSS_KEY_LEN, 39, 1, -EINVAL, "one that goes on behind its end");
	check_value(RSS_KEY + 39, 0, 1, 0, "another key");
}

static void test_others(const struct stream *stream, struct nic *to, size_t head)
{
	change_begin(stream, to, head, PART_MQ);
	test_lengths();
	check_value(0, 0, 2, -EINVAL, "no pair in use");
	check_value(0, 3, 2, -EINVAL, "more than there are");
	change_begin(stream, to, head, PART_OFFLOADS);
	test_lengths();
	check_value(0, BIT(VIRTIO_NET_F_GUEST_TSO4), 8, -EINVAL, "what was not negotiated");
	change_begin(stream, to, head, PART_VLAN);
	test_lengths();
}

/* Without the feature no driver has asked for it. */
static void test_unasked(const struct stream *stream, struct nic *to, size_t head)
{
	__u64 features;

	change_begin(stream, to, head, PART_COMMON);
	change_none();
	memcpy(&features, change.data, 8);
	check_value(0, features & ~BIT(VIRTIO_NET_F_RSS), 8, -EINVAL,
		    "a driver without RSS has no table");
	check_value(0, features & ~(BIT(VIRTIO_NET_F_CTRL_RX) | BIT(VIRTIO_NET_F_CTRL_RX_EXTRA)),
		    8, -EINVAL, "one without a filter has none");
	check_value(0, features & ~BIT(VIRTIO_NET_F_CTRL_VLAN), 8, -EINVAL,
		    "nor of VLANs");
	check_value(0, features, 8, 0, "with all of them it does");
}

/* The filter, too, lets the test's frames through. */
static void test_move(struct nic *nic, struct nic *to, const struct stream *stream)
{
	static struct stream second;
	struct vfio vfio = nic->vfio;
	int rep = nic->rep;

	check_err(stream_load(&to->vfio, stream->data, stream->len), 0, "%s takes it over",
		  to->vfio.slice);
	nic->vfio = to->vfio;
	nic->rep = to->rep;
	to->vfio = vfio;
	to->rep = rep;
	to_state(&nic->vfio, RUNNING);
	check_nic(nic, 20, "frames to an address of the table pass");
	stream_save(&nic->vfio, &second);
	check(second.len == stream->len, "there is as much to save");
	to_state(&nic->vfio, RUNNING);
}

static void test(const char *slice, const char *other)
{
	static struct stream stream;
	struct nic nic, to;
	size_t head;

	nic_init(&nic, slice, nic_memory(), FEATURES);
	check(!(FEATURES & ~nic.features), "all that is needed is offered");
	map_all(&nic);
	to = nic;
	to.vfio.slice = other;
	to.rep = rep_open(other);
	nic_open(&to);
	map_all(&to);
	head = head_len(&nic.vfio);
	begin(&nic);
	check(filtered(&nic), "frames to another address do not pass");
	check(ask_for_all(&nic), "the driver asks for much");
	check_nic(&nic, 5, "they pass");
	stream_save(&nic.vfio, &stream);
	/* They have the memory in common. */
	vfio_reset(&nic.vfio);
	test_filter(&stream, &to, head);
	test_rss(&stream, &to, head);
	test_others(&stream, &to, head);
	test_unasked(&stream, &to, head);
	test_turned(&to, &stream, times);
	begin(&nic);
	check(ask_for_all(&nic), "the driver begins anew");
	check_nic(&nic, 5, "with a device that works");
	stream_save(&nic.vfio, &stream);
	vfio_reset(&nic.vfio);
	test_move(&nic, &to, &stream);
	vfio_close(&to.vfio);
	close(to.rep);
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
	ring_destroy(&ctrl);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	times = atoi(argv[3]);
	random_seed(1);
	ctrl_init();
	test(argv[1], argv[2]);
	return 0;
}
