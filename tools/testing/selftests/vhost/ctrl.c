// SPDX-License-Identifier: GPL-2.0
/*
 * ctrl SLICE: commands of a driver that are too short, too long, or ask for what there is
 * not, are refused; those that are right are not. The slice has two queue pairs.
 */
#include <stddef.h>

#include "nic.h"

#define PAIRS		2
#define CTRL_QUEUE	(2 * PAIRS)
#define CTRL_RING	(NIC_SCRATCH + 0x10000)
#define DATA_MAX	1024

static struct nic nic;
static struct ring ctrl;

/* Returns what the device answers. */
static int command(__u8 class, __u8 cmd, const void *data, __u32 len)
{
	struct seg segs[3] = { { NIC_IOVA + NIC_SCRATCH, 2 },
			       { NIC_IOVA + NIC_SCRATCH + 64, len },
			       { NIC_IOVA + NIC_SCRATCH + 32, 1 } };
	char *scratch = nic.mem + NIC_SCRATCH;

	scratch[0] = class;
	scratch[1] = cmd;
	scratch[32] = 99;
	memcpy(scratch + 64, data, len);
	if (!len)
		segs[1] = segs[2];
	ring_add(&ctrl, segs, len ? 2 : 1, 1);
	ring_kick(&ctrl);
	if (!ring_wait(&ctrl, PATIENCE_MS) || ring_take(&ctrl, NULL) < 0)
		die("the device does not answer");
	return scratch[32];
}

/* Right, and then with every other length; what is @padded may be longer. */
static void test_lengths(const char *name, __u8 class, __u8 cmd, const void *data, __u32 len,
			 bool padded)
{
	char longer[DATA_MAX] = {};
	unsigned int wrong = 0;
	__u32 part;

	memcpy(longer, data, len);
	check(command(class, cmd, longer, len) == VIRTIO_NET_OK, "%s", name);
	for (part = 0; part < (padded ? len : len + 8); part++)
		wrong += part != len && command(class, cmd, longer, part) != VIRTIO_NET_ERR;
	check(!wrong, "%s of no other length", name);
}

static bool refused(__u8 class, __u8 cmd, const void *data, __u32 len)
{
	return command(class, cmd, data, len) == VIRTIO_NET_ERR;
}

static void test_vlan(void)
{
	__u16 id = 4095;

	test_lengths("a VLAN is added", VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, &id, 2,
		     false);
	test_lengths("and removed", VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_DEL, &id, 2,
		     false);
	id = 4096;
	check(refused(VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, &id, 2),
	      "VLAN 4096 is refused");
	id = 65535;
	check(refused(VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_DEL, &id, 2),
	      "so is 65535");
	check(refused(VIRTIO_NET_CTRL_VLAN, 2, &id, 2), "and what is no command");
}

static bool announces(void)
{
	struct virtio_net_config config = {};

	vhost_get_config(nic.fd, 0, &config, sizeof(config));
	return config.status & VIRTIO_NET_S_ANNOUNCE;
}

static void test_announce(void)
{
	/* For the representor may have come up just before. */
	usleep(700000);
	command(VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK, "", 0);
	check(!announces(), "no announcement is wanted");
	check(rep_set_up(nic.name, nic.rep, false) && rep_set_up(nic.name, nic.rep, true),
	      "the representor goes down and up");
	/* First for the link. */
	while (!announces() && event_wait(nic.config_call, PATIENCE_MS))
		;
	check(announces(), "then one is, and the driver is interrupted");
	rep_drain(nic.rep);
	check(refused(VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK, "x", 1),
	      "a promise that is too long");
	check(refused(VIRTIO_NET_CTRL_ANNOUNCE, 1, "", 0) && announces(),
	      "and another command are none");
	check(command(VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK, "", 0) ==
	      VIRTIO_NET_OK && !announces(), "until the driver promises");
}

static void test_coalescing(void)
{
	static const __u8 frame[60] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };
	__u32 coal[2] = { 10, 100 };

	test_lengths("transmit notifications are coalesced", VIRTIO_NET_CTRL_NOTF_COAL,
		     VIRTIO_NET_CTRL_NOTF_COAL_TX_SET, coal, sizeof(coal), false);
	test_lengths("and receive notifications", VIRTIO_NET_CTRL_NOTF_COAL,
		     VIRTIO_NET_CTRL_NOTF_COAL_RX_SET, coal, sizeof(coal), false);
	check(refused(VIRTIO_NET_CTRL_NOTF_COAL, 2, coal, sizeof(coal)),
	      "another command is refused");
	memset(coal, 0xff, sizeof(coal));
	check(command(VIRTIO_NET_CTRL_NOTF_COAL, VIRTIO_NET_CTRL_NOTF_COAL_RX_SET, coal,
		      sizeof(coal)) == VIRTIO_NET_OK, "more than an hour");
	check(rep_send(nic.rep, frame, sizeof(frame)), "a frame waits");
	memset(coal, 0, sizeof(coal));
	check(command(VIRTIO_NET_CTRL_NOTF_COAL, VIRTIO_NET_CTRL_NOTF_COAL_RX_SET, coal,
		      sizeof(coal)) == VIRTIO_NET_OK && ring_wait(&nic.rx, PATIENCE_MS),
	      "until it need not");
}

/* Bytes of a command, which ends by its key. */
#define WITH_KEY(command)	(offsetof(typeof(command), key) + sizeof((command).key))

/* Of four entries. */
struct rss {
	__u32 types;
	__u16 mask;
	__u16 unclassified;
	__u16 table[4];
	__u16 max_tx;
	__u8 key_len;
	__u8 key[40];
};

static const struct rss good = {
	.types = 0x3f, .mask = 3, .unclassified = 1, .table = { 0, 1, 0, 1 }, .max_tx = PAIRS,
	.key_len = 40, .key = { 1, 2, 3 },
};

static bool rss_refused(struct rss rss)
{
	return refused(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_RSS_CONFIG, &rss, WITH_KEY(rss));
}

#define BAD(field, value) ({ struct rss bad = good; bad.field = value; rss_refused(bad); })

static void test_rss(void)
{
	char huge[DATA_MAX] = {};
	struct rss *rss = (struct rss *)huge;

	test_lengths("frames are spread", VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_RSS_CONFIG,
		     &good, WITH_KEY(good), true);
	check(BAD(types, 1 << 6), "hash types that are not offered are refused");
	check(BAD(mask, 2), "a table that has no power of two entries");
	check(BAD(mask, 7) && BAD(mask, 65535), "one that is longer than the command");
	check(BAD(unclassified, PAIRS) && BAD(unclassified, 65535), "queues that are not there");
	check(BAD(table[3], PAIRS) && BAD(table[0], 65535), "also in the table");
	check(BAD(max_tx, 0) && BAD(max_tx, PAIRS + 1), "and transmit queues");
	check(BAD(key_len, 41) && BAD(key_len, 255) && BAD(key_len, 0), "keys of another length");
	*rss = good;
	rss->mask = 255;
	check(refused(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_RSS_CONFIG, huge,
		      8 + 512 + 2 + 1 + 40), "a table of 256 entries");
}

static void test_hash(void)
{
	struct {
		__u32 types;
		__u16 reserved[4];
		__u8 key_len;
		__u8 key[40];
	} hash = { .types = 0x3f, .key_len = 40 };

	test_lengths("hashes are reported", VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_HASH_CONFIG,
		     &hash, WITH_KEY(hash), true);
	hash.types = 0x200;
	check(refused(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_HASH_CONFIG, &hash, WITH_KEY(hash)),
	      "of types that are offered");
}

static void start(__u64 features)
{
	int err;

	nic.features = NIC_BASE | features;
	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	ring_clear(&ctrl, nic.features);
	err = nic_negotiate(&nic);
	if (!err)
		err = ring_setup(nic.fd, &ctrl, 0);
	if (!err)
		err = vhost_set_vring_enable(nic.fd, ctrl.index, true);
	if (!err)
		err = nic_go(&nic, 0, 0);
	if (err)
		die("%s starts: %s", nic.name, errno_name(err));
	nic_post(&nic);
}

/* What was not negotiated is not there. */
static void test_none(void)
{
	__u32 coal[2] = {};

	check_err(nic_reset(&nic), 0, "a reset");
	start(BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_MQ));
	check(refused(VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, "\1", 2) &&
	      refused(VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK, "", 0) &&
	      refused(VIRTIO_NET_CTRL_NOTF_COAL, VIRTIO_NET_CTRL_NOTF_COAL_RX_SET, coal,
		      sizeof(coal)) && rss_refused(good),
	      "commands of features that were not negotiated are refused");
}

static bool tc(const char *format)
{
	char command[200];

	snprintf(command, sizeof(command), format, nic.name);
	return !system(command);
}

static unsigned int dropped(void)
{
	unsigned int value = 0;
	char path[100];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/tx_dropped", nic.name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%u", &value) != 1)
		die("%s is read", path);
	fclose(file);
	return value;
}

/* Frames for the pair that the driver does not know of. */
static void test_misled(void)
{
	const unsigned int want = dropped() + 2000;
	double end = now() + PATIENCE_MS / 1e3;
	char frame[FRAME_MIN];
	unsigned int i;

	/* Kernels that are built for tests are without. */
	if (system("modprobe -q act_skbedit")) {
		comment("nothing moves frames to another queue here");
		return;
	}
	rep_no_bypass(nic.rep);
	check(tc("tc qdisc add dev %s clsact") &&
	      tc("tc filter add dev %s egress matchall action skbedit queue_mapping 1"),
	      "frames are moved to a queue of which the driver does not know");
	frame_make(frame, sizeof(frame), 0);
	for (i = 0; i < 2000 && rep_send(nic.rep, frame, sizeof(frame)); i++)
		;
	check(i == 2000, "senders do not wait for it");
	while (dropped() < want && now() < end)
		usleep(10000);
	if (!check(dropped() == want, "and all of them are dropped"))
		comment("%u are missing", want - dropped());
	check(tc("tc qdisc delete dev %s clsact"), "they are not moved any more");
}

/* The control queue stands where a driver with more pairs has a receive queue. */
static void test_one_pair(void)
{
	__u64 offloads = BIT(VIRTIO_NET_F_GUEST_CSUM);

	check_err(nic_reset(&nic), 0, "another reset");
	ctrl.index = 2;
	start(BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_NOTF_COAL) |
	      BIT(VIRTIO_NET_F_GUEST_CSUM) | BIT(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS));
	test_coalescing();
	test_lengths("offloads are chosen", VIRTIO_NET_CTRL_GUEST_OFFLOADS,
		     VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET, &offloads, sizeof(offloads), true);
	test_misled();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	ring_init(&ctrl, CTRL_QUEUE, 64, nic.mem + CTRL_RING, NIC_IOVA + CTRL_RING);
	nic_open(&nic);
	if (nic_map(&nic) || iotlb_update(nic.fd, 1, NIC_IOVA, NIC_BYTES, nic.mem,
					  VHOST_ACCESS_RW))
		die("memory is mapped");
	start(BIT(VIRTIO_NET_F_STATUS) | BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_MQ) |
	      BIT(VIRTIO_NET_F_CTRL_VLAN) | BIT(VIRTIO_NET_F_GUEST_ANNOUNCE) |
	      BIT(VIRTIO_NET_F_NOTF_COAL) | BIT(VIRTIO_NET_F_RSS) |
	      BIT(VIRTIO_NET_F_HASH_REPORT));
	test_vlan();
	test_announce();
	test_coalescing();
	test_rss();
	test_hash();
	test_none();
	check_nic(&nic, 5, "frames pass");
	test_one_pair();
	nic_close(&nic);
	ring_destroy(&ctrl);
	nic_destroy(&nic);
	return 0;
}
