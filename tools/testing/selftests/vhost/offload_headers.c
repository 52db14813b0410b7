// SPDX-License-Identifier: GPL-2.0
/*
 * offload_headers SLICE
 *
 * A driver sends frames whose headers (virtio 1.2, section 5.1.6.2) ask for checksums and
 * segmentation: those that make sense reach the representor, all others are dropped there
 * and counted, and the queue goes on.
 */
#include <endian.h>

#include "nic.h"

#define NR(array)	(sizeof(array) / sizeof((array)[0]))

#define OFFLOADS	(BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_HOST_TSO4) | \
			 BIT(VIRTIO_NET_F_HOST_TSO6) | BIT(VIRTIO_NET_F_HOST_ECN) | \
			 BIT(VIRTIO_NET_F_HOST_USO))
#define NEEDS_CSUM	VIRTIO_NET_HDR_F_NEEDS_CSUM
#define NONE		VIRTIO_NET_HDR_GSO_NONE
#define TCP4		VIRTIO_NET_HDR_GSO_TCPV4
#define TCP6		VIRTIO_NET_HDR_GSO_TCPV6
#define UDP		VIRTIO_NET_HDR_GSO_UDP_L4
#define ECN		VIRTIO_NET_HDR_GSO_ECN
#define UFO		VIRTIO_NET_HDR_GSO_UDP

/* Where headers begin in the frames of this test. */
#define IP		14
#define L4_IP4		34
#define L4_IP6		54
#define LEN		1200

enum kind { IP4_TCP, IP4_UDP, IP6_TCP, IP6_UDP, IP4_FRAGMENT, IP4_IPIP, OTHER };

struct sample {
	const char *text;
	enum kind kind;
	__u8 flags;
	__u8 type;
	__u16 size;
	__u16 start;
	__u16 offset;
};

static const struct sample good[] = {
	{ "no offload", IP4_TCP, 0, NONE, 0, 0, 0 },
	{ "flags that are not known", IP4_TCP, 0xf8, NONE, 0, 0, 0 },
	{ "a size without a type", IP4_TCP, 0, NONE, 500, 0, 0 },
	{ "a checksum", IP4_TCP, NEEDS_CSUM, NONE, 0, L4_IP4, 16 },
	{ "a checksum of what nobody knows", OTHER, NEEDS_CSUM, NONE, 0, 40, 2 },
	{ "a checksum at the very end", OTHER, NEEDS_CSUM, NONE, 0, 40, LEN - 42 },
	{ "TCP over IPv4", IP4_TCP, NEEDS_CSUM, TCP4, 500, L4_IP4, 16 },
	{ "TCP over IPv6", IP6_TCP, NEEDS_CSUM, TCP6, 500, L4_IP6, 16 },
	{ "TCP with ECN", IP4_TCP, NEEDS_CSUM, TCP4 | ECN, 500, L4_IP4, 16 },
	{ "UDP over IPv4", IP4_UDP, NEEDS_CSUM, UDP, 500, L4_IP4, 6 },
	{ "UDP over IPv6", IP6_UDP, NEEDS_CSUM, UDP, 500, L4_IP6, 6 },
	{ "one segment", IP4_TCP, NEEDS_CSUM, TCP4, 2000, L4_IP4, 16 },
};

static const struct sample bad[] = {
	{ "a checksum behind the end", IP4_TCP, NEEDS_CSUM, NONE, 0, LEN, 0 },
	{ "one that ends behind the end", OTHER, NEEDS_CSUM, NONE, 0, 40, LEN - 41 },
	{ "one that begins as far as possible", IP4_TCP, NEEDS_CSUM, NONE, 0, 65535, 16 },
	{ "one that ends as far as possible", IP4_TCP, NEEDS_CSUM, NONE, 0, L4_IP4, 65535 },
	{ "both", IP4_TCP, NEEDS_CSUM, NONE, 0, 65535, 65535 },
	{ "one in the link layer header", IP4_TCP, NEEDS_CSUM, NONE, 0, 0, 16 },
	{ "and just", IP4_TCP, NEEDS_CSUM, NONE, 0, 13, 16 },
	{ "segments without a checksum", IP4_TCP, 0, TCP4, 500, L4_IP4, 16 },
	{ "segments of UDP without one", IP4_UDP, 0, UDP, 500, L4_IP4, 6 },
	{ "segments of no size", IP4_TCP, NEEDS_CSUM, TCP4, 0, L4_IP4, 16 },
	{ "segments of UDP of no size", IP4_UDP, NEEDS_CSUM, UDP, 0, L4_IP4, 6 },
	{ "segments of the kernel's own size", IP4_TCP, NEEDS_CSUM, TCP4, 65535, L4_IP4, 16 },
	{ "too many segments of UDP", IP4_UDP, NEEDS_CSUM, UDP, 1, L4_IP4, 6 },
	{ "fragments of UDP", IP4_UDP, NEEDS_CSUM, UFO, 504, L4_IP4, 6 },
	{ "type 2", IP4_TCP, NEEDS_CSUM, 2, 500, L4_IP4, 16 },
	{ "type 6", IP4_TCP, NEEDS_CSUM, 6, 500, L4_IP4, 16 },
	{ "type 127", IP4_TCP, NEEDS_CSUM, 127, 500, L4_IP4, 16 },
	{ "ECN and nothing else", IP4_TCP, NEEDS_CSUM, ECN, 500, L4_IP4, 16 },
	{ "ECN of UDP", IP4_UDP, NEEDS_CSUM, UDP | ECN, 500, L4_IP4, 6 },
	{ "TCP over IPv4 that is IPv6", IP6_TCP, NEEDS_CSUM, TCP4, 500, L4_IP6, 16 },
	{ "TCP over IPv6 that is IPv4", IP4_TCP, NEEDS_CSUM, TCP6, 500, L4_IP4, 16 },
	{ "TCP that is UDP", IP4_UDP, NEEDS_CSUM, TCP4, 500, L4_IP4, 16 },
	{ "UDP that is TCP", IP4_TCP, NEEDS_CSUM, UDP, 500, L4_IP4, 6 },
	{ "TCP that is nothing", OTHER, NEEDS_CSUM, TCP4, 500, L4_IP4, 16 },
	{ "TCP with the checksum of UDP", IP4_TCP, NEEDS_CSUM, TCP4, 500, L4_IP4, 6 },
	{ "UDP with the checksum of TCP", IP4_UDP, NEEDS_CSUM, UDP, 500, L4_IP4, 16 },
	{ "TCP behind where it is", IP4_TCP, NEEDS_CSUM, TCP4, 500, L4_IP4 + 4, 16 },
	{ "TCP before where it is", IP4_TCP, NEEDS_CSUM, TCP4, 500, L4_IP4 - 4, 16 },
	{ "TCP where there is no room for it", IP4_TCP, NEEDS_CSUM, TCP4, 500, LEN - 18, 16 },
	{ "a fragment", IP4_FRAGMENT, NEEDS_CSUM, TCP4, 500, L4_IP4, 16 },
	{ "what is in a tunnel", IP4_IPIP, NEEDS_CSUM, TCP4, 500, L4_IP4 + 20, 16 },
};

static struct nic nic;

static unsigned long stat_of(const char *what)
{
	char path[128];
	unsigned long value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", nic.name, what);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lu", &value) != 1)
		die("%s cannot be read", path);
	fclose(file);
	return value;
}

static void put16(unsigned char *to, __u16 value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static void make_ip4(unsigned char *to, int len, __u8 proto)
{
	to[0] = 0x45;
	put16(to + 2, len);
	to[8] = 64;
	to[9] = proto;
	memcpy(to + 12, (char []){ 192, 0, 2, 2, 192, 0, 2, 1 }, 8);
}

static void make_ip6(unsigned char *to, int len, __u8 proto)
{
	to[0] = 0x60;
	put16(to + 4, len - 40);
	to[6] = proto;
	to[7] = 64;
	memcpy(to + 8, (char []){ 0x20, 0x01, 0x0d, 0xb8, [15] = 2 }, 16);
	memcpy(to + 24, (char []){ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, 16);
}

static void make_l4(unsigned char *to, int len, bool udp)
{
	put16(to, 1000);
	put16(to + 2, 9);
	if (udp)
		put16(to + 4, len);
	else
		to[12] = 0x50;
}

static void make(unsigned char *frame, enum kind kind)
{
	bool v6 = kind == IP6_TCP || kind == IP6_UDP;
	bool udp = kind == IP4_UDP || kind == IP6_UDP;

	memset(frame, 0, LEN);
	memcpy(frame, (char []){ 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 }, 12);
	put16(frame + 12, kind == OTHER ? TEST_PROTO : v6 ? ETH_P_IPV6 : ETH_P_IP);
	if (kind == OTHER)
		return;
	if (v6)
		make_ip6(frame + IP, LEN - IP, udp ? IPPROTO_UDP : IPPROTO_TCP);
	else
		make_ip4(frame + IP, LEN - IP, kind == IP4_IPIP ? IPPROTO_IPIP :
			 udp ? IPPROTO_UDP : IPPROTO_TCP);
	if (kind == IP4_IPIP) {
		make_ip4(frame + L4_IP4, LEN - L4_IP4, IPPROTO_TCP);
		make_l4(frame + L4_IP4 + 20, LEN - L4_IP4 - 20, false);
		return;
	}
	if (kind == IP4_FRAGMENT)
		put16(frame + IP + 6, 0x2000);
	make_l4(frame + (v6 ? L4_IP6 : L4_IP4), LEN - (v6 ? L4_IP6 : L4_IP4), udp);
}

static void send_sample(const struct sample *sample)
{
	struct virtio_net_hdr_v1 hdr = {
		.flags = sample->flags,
		.gso_type = sample->type,
		.hdr_len = htole16(random_below(65536)),
		.gso_size = htole16(sample->size),
		.csum_start = htole16(sample->start),
		.csum_offset = htole16(sample->offset),
		.num_buffers = htole16(random_below(65536)),
	};
	unsigned char frame[LEN];
	int head;

	make(frame, sample->kind);
	nic_reap(&nic);
	head = ring_next_head(&nic.tx);
	if (!nic_queue(&nic, frame, LEN))
		die("the transmit queue is full");
	memcpy(nic.mem + NIC_TX_BUFS + head * BUF_LEN, &hdr, HDR_LEN);
	ring_kick(&nic.tx);
}

/* Of what is counted for frames, what the next one is counted as: 'p'assed or 'd'ropped. */
static char fate(const struct sample *sample)
{
	unsigned long passed = stat_of("rx_packets"), dropped = stat_of("rx_errors");
	double end = now() + PATIENCE_MS / 1e3;

	send_sample(sample);
	while (now() < end) {
		if (stat_of("rx_errors") != dropped)
			return stat_of("rx_errors") == dropped + 1 &&
			       stat_of("rx_packets") == passed ? 'd' : '?';
		if (stat_of("rx_packets") != passed)
			return stat_of("rx_packets") == passed + 1 ? 'p' : '?';
		usleep(200);
	}
	return '-';
}

static void test_samples(const struct sample *samples, size_t nr, char want, const char *text)
{
	char got;
	size_t i;

	for (i = 0; i < nr; i++) {
		got = fate(&samples[i]);
		check(got == want, "%s: %s", text, samples[i].text);
		if (got != want)
			comment("its fate is %c", got);
	}
}

static void restart(__u64 features)
{
	nic_close(&nic);
	nic.features = NIC_BASE | features;
	nic_start(&nic);
}

/* Each type that was not negotiated, with one that was beside it. */
static void test_negotiated(void)
{
	static const struct {
		const char *text;
		__u64 features;
		unsigned int first;	/* of those in good */
	} cases[] = {
		{ "without CSUM", 0, 3 },
		{ "without HOST_TSO4", BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_HOST_TSO6), 6 },
		{ "without HOST_TSO6", BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_HOST_TSO4), 7 },
		{ "without HOST_ECN", BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_HOST_TSO4), 8 },
		{ "without HOST_USO", BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_HOST_TSO4), 9 },
	};
	size_t i;

	for (i = 0; i < NR(cases); i++) {
		restart(cases[i].features);
		test_samples(&good[cases[i].first], 1, 'd', cases[i].text);
		test_samples(&good[0], 1, 'p', cases[i].text);
	}
}

/* Features that need others are not accepted alone (section 5.1.3.1). */
static void test_consistent(void)
{
	static const struct {
		const char *text;
		__u64 features;
	} cases[] = {
		{ "HOST_TSO4 without CSUM", BIT(VIRTIO_NET_F_HOST_TSO4) },
		{ "HOST_USO without CSUM", BIT(VIRTIO_NET_F_HOST_USO) },
		{ "HOST_ECN without TSO", BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_HOST_ECN) },
		{ "GUEST_TSO6 without GUEST_CSUM", BIT(VIRTIO_NET_F_GUEST_TSO6) },
		{ "GUEST_USO4 without GUEST_CSUM", BIT(VIRTIO_NET_F_GUEST_USO4) },
	};
	size_t i;

	for (i = 0; i < NR(cases); i++) {
		nic_reset(&nic);
		nic.features = NIC_BASE | cases[i].features;
		check(nic_negotiate(&nic) != 0, "refused: %s", cases[i].text);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, OFFLOADS);
	nic_start(&nic);
	test_samples(good, NR(good), 'p', "passed");
	test_samples(bad, NR(bad), 'd', "dropped");
	test_samples(good, NR(good), 'p', "and still passed");
	nic.segs = 5;
	test_samples(good, NR(good), 'p', "passed in pieces");
	test_samples(bad, NR(bad), 'd', "dropped in pieces");
	nic.segs = 1;
	test_negotiated();
	test_consistent();
	return 0;
}
