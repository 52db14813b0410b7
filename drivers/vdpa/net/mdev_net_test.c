// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what the software NIC computes: the features and numbers that a
 * slice is made with, which frames its filter lets pass, and which its driver takes uncut.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/uio.h>

#include "provision.c"
#include "filter.c"
#include "offload.c"
#include "hash.c"

#define F(name)		BIT_ULL(VIRTIO_NET_F_##name)
#define MANDATORY	(BIT_ULL(VIRTIO_F_VERSION_1) | \
			 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

/* Features. */

static void features_consistent(struct kunit *test)
{
	static const u64 good[] = {
		0, MANDATORY, F(CTRL_VQ), F(MQ) | F(CTRL_VQ), F(MAC) | F(MTU),
		F(CTRL_RX) | F(CTRL_VQ), F(CSUM), F(CSUM) | F(HOST_USO),
		F(CSUM) | F(HOST_TSO6) | F(HOST_ECN), F(GUEST_CSUM),
		F(GUEST_CSUM) | F(GUEST_TSO4) | F(GUEST_ECN),
		F(GUEST_CSUM) | F(GUEST_USO4), F(GUEST_CSUM) | F(GUEST_USO6),
		F(CTRL_VQ) | F(CTRL_GUEST_OFFLOADS), MDEV_NET_FEATURES,
	};
	static const u64 bad[] = {
		F(MQ), F(CTRL_RX), F(CTRL_RX_EXTRA), F(CTRL_MAC_ADDR),
		F(HOST_TSO4), F(HOST_TSO6), F(HOST_USO), F(HOST_ECN),
		F(CSUM) | F(HOST_ECN), F(CSUM) | F(HOST_USO) | F(HOST_ECN),
		F(GUEST_TSO4), F(GUEST_TSO6) | F(CSUM), F(GUEST_USO4),
		F(GUEST_USO6), F(GUEST_CSUM) | F(GUEST_ECN),
		F(CTRL_GUEST_OFFLOADS),
		F(MQ) | F(MAC) | MANDATORY, MDEV_NET_FEATURES & ~F(CTRL_VQ),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE_MSG(test, mdev_net_features_consistent(good[i]),
				      "0x%llx", good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE_MSG(test, mdev_net_features_consistent(bad[i]),
				       "0x%llx", bad[i]);
}

/* Provisioning. */

static int provision(const struct mdev_config *config,
		     struct mdev_net_provisioning *prov)
{
	struct netlink_ext_ack extack = {};
	int err = mdev_net_provision(config, prov, &extack);

	/* Whoever is refused is told why. */
	return err && !extack._msg ? -ENOMSG : err;
}

static void provision_defaults(struct kunit *test)
{
	struct mdev_net_provisioning prov;
	struct mdev_config config = {};

	/* What is not in the mask has no meaning. */
	config.features = U64_MAX;
	config.net.max_vq_pairs = 7;
	config.net.mtu = 1;
	KUNIT_ASSERT_EQ(test, provision(&config, &prov), 0);
	KUNIT_EXPECT_EQ(test, prov.features, MDEV_NET_FEATURES & ~F(MQ));
	KUNIT_EXPECT_EQ(test, prov.pairs, 1);
	KUNIT_EXPECT_EQ(test, prov.mtu, MDEV_NET_MTU_DEFAULT);
	KUNIT_EXPECT_TRUE(test, is_valid_ether_addr(prov.mac));
	KUNIT_EXPECT_TRUE(test, is_local_ether_addr(prov.mac));
}

static void provision_pairs(struct kunit *test)
{
	struct mdev_config config = { .mask = MDEV_CONFIG_NET_MAX_VQP };
	struct mdev_net_provisioning prov;
	unsigned int pairs;

	for (pairs = 0; pairs <= MDEV_NET_PAIRS_MAX + 1; pairs++) {
		bool good = pairs && pairs <= MDEV_NET_PAIRS_MAX;

		config.net.max_vq_pairs = pairs;
		KUNIT_EXPECT_EQ(test, provision(&config, &prov),
				good ? 0 : -EINVAL);
		if (!good)
			continue;
		KUNIT_EXPECT_EQ(test, prov.pairs, pairs);
		KUNIT_EXPECT_EQ(test, !!(prov.features & F(MQ)), pairs > 1);
	}
}

static void provision_features(struct kunit *test)
{
	static const struct {
		u64 features;
		u16 pairs;
		int err;
	} cases[] = {
		{ MANDATORY, 1, 0 },
		{ MDEV_NET_FEATURES, 2, 0 },
		{ MDEV_NET_FEATURES & ~F(MQ), 1, 0 },
		{ 0, 1, -EINVAL },
		{ BIT_ULL(VIRTIO_F_VERSION_1), 1, -EINVAL },
		{ BIT_ULL(VIRTIO_F_ACCESS_PLATFORM), 1, -EINVAL },
		{ MANDATORY | F(STANDBY), 1, -EINVAL },
		{ MANDATORY | F(HOST_TSO4), 1, -EINVAL },
		{ MANDATORY, 2, -EINVAL },
		{ MANDATORY | F(MQ), 2, -EINVAL },
		{ MANDATORY | F(MQ) | F(CTRL_VQ), 2, 0 },
		{ MANDATORY | F(MQ) | F(CTRL_VQ), 1, -EINVAL },
		{ MANDATORY | F(CTRL_MAC_ADDR), 1, -EINVAL },
	};
	struct mdev_config config = {
		.mask = MDEV_CONFIG_FEATURES | MDEV_CONFIG_NET_MAX_VQP,
	};
	struct mdev_net_provisioning prov;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		config.features = cases[i].features;
		config.net.max_vq_pairs = cases[i].pairs;
		KUNIT_EXPECT_EQ_MSG(test, provision(&config, &prov),
				    cases[i].err, "0x%llx with %u pairs",
				    cases[i].features, cases[i].pairs);
	}
}

static void provision_mtu(struct kunit *test)
{
	static const struct {
		u16 mtu;
		int err;
	} cases[] = {
		{ 0, -EINVAL }, { ETH_MIN_MTU - 1, -EINVAL }, { ETH_MIN_MTU, 0 },
		{ 1500, 0 }, { MDEV_NET_MTU_MAX, 0 },
	};
	struct mdev_config config = { .mask = MDEV_CONFIG_NET_MTU };
	struct mdev_net_provisioning prov;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		config.net.mtu = cases[i].mtu;
		KUNIT_EXPECT_EQ_MSG(test, provision(&config, &prov),
				    cases[i].err, "mtu %u", cases[i].mtu);
	}
	config.mask |= MDEV_CONFIG_FEATURES;
	config.features = MANDATORY;
	config.net.mtu = 1500;
	KUNIT_EXPECT_EQ(test, provision(&config, &prov), -EINVAL);
}

static void provision_mac(struct kunit *test)
{
	static const u8 good[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static const u8 bad[][ETH_ALEN] = {
		{ }, { 1, 0, 0x5e, 0, 0, 1 }, { [0 ... 5] = 0xff },
	};
	struct mdev_config config = { .mask = MDEV_CONFIG_NET_MAC };
	struct mdev_net_provisioning prov;
	unsigned int i;

	memcpy(config.net.mac, good, ETH_ALEN);
	KUNIT_ASSERT_EQ(test, provision(&config, &prov), 0);
	KUNIT_EXPECT_MEMEQ(test, prov.mac, good, ETH_ALEN);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(config.net.mac, bad[i], ETH_ALEN);
		KUNIT_EXPECT_EQ(test, provision(&config, &prov), -EINVAL);
	}
	/* Without the feature there is none, and none can be given. */
	config.mask |= MDEV_CONFIG_FEATURES;
	config.features = MANDATORY;
	memcpy(config.net.mac, good, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, provision(&config, &prov), -EINVAL);
	config.mask = MDEV_CONFIG_FEATURES;
	KUNIT_ASSERT_EQ(test, provision(&config, &prov), 0);
	KUNIT_EXPECT_TRUE(test, is_zero_ether_addr(prov.mac));
}

/* The filter. */

static const u8 own[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
static const u8 other[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
static const u8 multicast[ETH_ALEN] = { 1, 0, 0x5e, 0, 0, 1 };
static const u8 broadcast[ETH_ALEN] = { [0 ... 5] = 0xff };

static struct mdev_net *filter_net(struct kunit *test)
{
	struct mdev_net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, net);
	atomic64_set(&net->config_mac, ether_addr_to_u64(own));
	atomic64_set(&net->driver_mac, ether_addr_to_u64(own));
	net->features = F(CTRL_RX);
	KUNIT_ASSERT_EQ(test, mdev_net_filter_enable(net), 0);
	test->priv = net;
	return net;
}

static void filter_exit(struct kunit *test)
{
	if (test->priv)
		mdev_net_filter_disable(test->priv);
}

/* Which of the four it lets pass, as a word: own, other, multi-, broadcast. */
static const char *passes(struct mdev_net *net)
{
	static char word[5];

	word[0] = mdev_net_filter_match(net, own) ? 'o' : '-';
	word[1] = mdev_net_filter_match(net, other) ? 'x' : '-';
	word[2] = mdev_net_filter_match(net, multicast) ? 'm' : '-';
	word[3] = mdev_net_filter_match(net, broadcast) ? 'b' : '-';
	return word;
}

static void filter_without(struct kunit *test)
{
	struct mdev_net *net = filter_net(test);

	mdev_net_filter_disable(net);
	KUNIT_EXPECT_STREQ(test, passes(net), "oxmb");
	/* A driver that cannot ask for anything gets everything. */
	net->features = 0;
	KUNIT_ASSERT_EQ(test, mdev_net_filter_enable(net), 0);
	KUNIT_EXPECT_STREQ(test, passes(net), "oxmb");
	KUNIT_EXPECT_EQ(test, mdev_net_filter_set_mode(net, 0, true), -ENOMEM);
}

static void filter_modes(struct kunit *test)
{
	static const struct {
		u8 cmd;
		const char *word;
	} modes[] = {
		{ VIRTIO_NET_CTRL_RX_PROMISC, "oxmb" },
		{ VIRTIO_NET_CTRL_RX_ALLMULTI, "o-mb" },
		{ VIRTIO_NET_CTRL_RX_ALLUNI, "ox-b" },
		{ VIRTIO_NET_CTRL_RX_NOMULTI, "o--b" },
		{ VIRTIO_NET_CTRL_RX_NOUNI, "---b" },
		{ VIRTIO_NET_CTRL_RX_NOBCAST, "o---" },
	};
	struct mdev_net *net = filter_net(test);
	unsigned int i;

	KUNIT_EXPECT_STREQ(test, passes(net), "o--b");
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		KUNIT_EXPECT_EQ(test, mdev_net_filter_set_mode(net, modes[i].cmd,
							       true), 0);
		KUNIT_EXPECT_STREQ(test, passes(net), modes[i].word);
		KUNIT_EXPECT_EQ(test, mdev_net_filter_set_mode(net, modes[i].cmd,
							       false), 0);
		KUNIT_EXPECT_STREQ(test, passes(net), "o--b");
	}
}

static void filter_own(struct kunit *test)
{
	struct mdev_net *net = filter_net(test);

	/* A new address reaches those who know the old one. */
	atomic64_set(&net->config_mac, ether_addr_to_u64(other));
	KUNIT_EXPECT_STREQ(test, passes(net), "ox-b");
	atomic64_set(&net->driver_mac, ether_addr_to_u64(other));
	KUNIT_EXPECT_STREQ(test, passes(net), "-x-b");
	atomic64_set(&net->config_mac, 0);
	KUNIT_EXPECT_STREQ(test, passes(net), "ox-b");
}

/* A command of @nr_uni and @nr_multi addresses, the first of which are given. */
struct table {
	u8 bytes[2 * (4 + (MDEV_NET_FILTER_MAX + 1) * ETH_ALEN)];
	size_t len;
};

static void table_add(struct table *table, u32 nr, const u8 *first)
{
	__le32 count = cpu_to_le32(nr);

	memcpy(table->bytes + table->len, &count, sizeof(count));
	table->len += sizeof(count);
	if (nr)
		memcpy(table->bytes + table->len, first, ETH_ALEN);
	table->len += nr * ETH_ALEN;
}

static int table_set(struct mdev_net *net, struct table *table, size_t len)
{
	struct kvec vec = { .iov_base = table->bytes, .iov_len = len };
	struct iov_iter from;

	iov_iter_kvec(&from, ITER_SOURCE, &vec, 1, len);
	return mdev_net_filter_set_table(net, &from);
}

static struct table *table_alloc(struct kunit *test, u32 nr_uni, u32 nr_multi)
{
	struct table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, table);
	table_add(table, nr_uni, other);
	table_add(table, nr_multi, multicast);
	return table;
}

static void filter_tables(struct kunit *test)
{
	static const struct {
		u32 nr_uni;
		u32 nr_multi;
		const char *word;
	} tables[] = {
		{ 1, 0, "ox-b" },
		{ 0, 1, "o-mb" },
		{ 1, 1, "oxmb" },
		{ 0, 0, "o--b" },
		{ MDEV_NET_FILTER_MAX, MDEV_NET_FILTER_MAX, "oxmb" },
		{ 0, 0, "o--b" },
		/* More than fit: all of that kind. */
		{ MDEV_NET_FILTER_MAX + 1, 0, "ox-b" },
		{ 0, MDEV_NET_FILTER_MAX + 1, "o-mb" },
	};
	struct mdev_net *net = filter_net(test);
	struct table *table;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		table = table_alloc(test, tables[i].nr_uni, tables[i].nr_multi);
		KUNIT_EXPECT_EQ(test, table_set(net, table, table->len), 0);
		KUNIT_EXPECT_STREQ(test, passes(net), tables[i].word);
	}
}

/* Whatever is cut off or wrong, the table stays as it was. */
static void filter_bad_tables(struct kunit *test)
{
	struct table *table = table_alloc(test, 1, 1);
	struct mdev_net *net = filter_net(test);
	size_t len;

	for (len = 0; len < table->len; len++) {
		KUNIT_EXPECT_EQ(test, table_set(net, table, len), -EINVAL);
		KUNIT_EXPECT_STREQ(test, passes(net), "o--b");
	}
	memset(table->bytes, 0xff, 4);
	KUNIT_EXPECT_EQ(test, table_set(net, table, table->len), -EINVAL);
	KUNIT_EXPECT_STREQ(test, passes(net), "o--b");
	/* A number of bytes that is one in 32 bits. */
	*(__le32 *)table->bytes = cpu_to_le32(0xaaaaaaab);
	KUNIT_EXPECT_EQ(test, table_set(net, table, table->len), -EINVAL);
	KUNIT_EXPECT_STREQ(test, passes(net), "o--b");
}

/* Offloads. */

/* A frame to be cut, as the stack hands it to a device. */
static struct sk_buff *long_frame(struct kunit *test, __be16 protocol,
				  unsigned int gso_type)
{
	struct sk_buff *skb = alloc_skb(1000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, 1000);
	skb_reset_mac_header(skb);
	skb->protocol = protocol;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = 16;
	skb_shinfo(skb)->gso_type = gso_type;
	skb_shinfo(skb)->gso_size = 300;
	return skb;
}

static void offload_takes(struct kunit *test)
{
	static const struct {
		u16 protocol;
		unsigned int type;
		u64 needs;
	} frames[] = {
		{ ETH_P_IP, SKB_GSO_TCPV4, F(GUEST_TSO4) },
		{ ETH_P_IP, SKB_GSO_TCPV4 | SKB_GSO_DODGY, F(GUEST_TSO4) },
		{ ETH_P_IP, SKB_GSO_TCPV4 | SKB_GSO_TCP_ECN,
		  F(GUEST_TSO4) | F(GUEST_ECN) },
		{ ETH_P_IPV6, SKB_GSO_TCPV6, F(GUEST_TSO6) },
		{ ETH_P_IP, SKB_GSO_UDP_L4, F(GUEST_USO4) },
		{ ETH_P_IPV6, SKB_GSO_UDP_L4, F(GUEST_USO6) },
		/* Nobody takes these. */
		{ ETH_P_IP, SKB_GSO_TCPV4 | SKB_GSO_TCP_FIXEDID, 0 },
		{ ETH_P_IP, SKB_GSO_TCPV4 | SKB_GSO_GRE, 0 },
		{ ETH_P_IP, SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST, 0 },
		{ ETH_P_IP, SKB_GSO_UDP, 0 },
		{ ETH_P_IP, SKB_GSO_SCTP, 0 },
	};
	struct sk_buff *skb;
	unsigned int i;
	u64 needs;

	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		skb = long_frame(test, htons(frames[i].protocol),
				 frames[i].type);
		needs = frames[i].needs | F(GUEST_CSUM);
		KUNIT_EXPECT_EQ_MSG(test, mdev_net_offload_takes(needs, skb),
				    !!frames[i].needs, "frame %u", i);
		KUNIT_EXPECT_EQ_MSG(test, mdev_net_offload_takes(MDEV_NET_GUEST_OFFLOADS, skb),
				    !!frames[i].needs, "frame %u", i);
		KUNIT_EXPECT_FALSE_MSG(test, mdev_net_offload_takes(MDEV_NET_GUEST_OFFLOADS &
								    ~frames[i].needs, skb),
				       "frame %u", i);
		/* It has no checksum. */
		KUNIT_EXPECT_FALSE(test, mdev_net_offload_takes(needs & ~F(GUEST_CSUM), skb));
		skb->ip_summed = CHECKSUM_NONE;
		KUNIT_EXPECT_FALSE(test, mdev_net_offload_takes(needs, skb));
		kfree_skb(skb);
	}
}

static void offload_header(struct kunit *test)
{
	struct sk_buff *skb = long_frame(test, htons(ETH_P_IP), SKB_GSO_TCPV4);
	union mdev_net_hdr hdr, zero = {};

	memset(&hdr, 0xff, sizeof(hdr));
	mdev_net_offload_to_driver(MDEV_NET_GUEST_OFFLOADS, skb, &hdr);
	KUNIT_EXPECT_EQ(test, hdr.base.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	KUNIT_EXPECT_EQ(test, hdr.base.gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.base.hdr_len, (__force u16)cpu_to_le16(1000));
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.base.gso_size, (__force u16)cpu_to_le16(300));
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.base.csum_start, (__force u16)cpu_to_le16(34));
	KUNIT_EXPECT_EQ(test, (__force u16)hdr.base.csum_offset, (__force u16)cpu_to_le16(16));
	/* Nothing is left of what was there before. */
	KUNIT_EXPECT_MEMEQ(test, (u8 *)&hdr + sizeof(hdr.base),
			   (u8 *)&zero + sizeof(hdr.base),
			   sizeof(hdr) - sizeof(hdr.base));

	skb_shinfo(skb)->gso_size = 0;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	mdev_net_offload_to_driver(F(GUEST_CSUM), skb, &hdr);
	KUNIT_EXPECT_EQ(test, hdr.base.flags, VIRTIO_NET_HDR_F_DATA_VALID);
	KUNIT_EXPECT_EQ(test, hdr.base.gso_type, VIRTIO_NET_HDR_GSO_NONE);
	mdev_net_offload_to_driver(0, skb, &hdr);
	KUNIT_EXPECT_MEMEQ(test, &hdr, &zero, sizeof(hdr));
	kfree_skb(skb);
}

/* Hashes: the published verification suite of RSS. */

static const u8 suite_key[MDEV_NET_HASH_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

static struct mdev_net_toeplitz *suite_toeplitz(struct kunit *test)
{
	struct mdev_net_toeplitz *toeplitz;

	toeplitz = kunit_kzalloc(test, sizeof(*toeplitz), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, toeplitz);
	mdev_net_toeplitz_init(toeplitz, suite_key);
	return toeplitz;
}

static void hash_verified(struct kunit *test)
{
	static const struct {
		u8 data[12];
		u32 addresses;
		u32 ports;
	} ipv4[] = {
		{ { 66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6 },
		  0x323e8fc2, 0x51ccc178 },
		{ { 199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83 },
		  0xd718262a, 0xc626b0ea },
		{ { 24, 19, 198, 95, 12, 22, 207, 184, 0x32, 0x62, 0x94, 0x88 },
		  0xd2d0a5de, 0x5c2b394a },
	};
	static const u8 ipv6[MDEV_NET_HASH_INPUT] = {
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7,
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1,
		0x0a, 0xea, 0x06, 0xe6,
	};
	struct mdev_net_toeplitz *toeplitz = suite_toeplitz(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ipv4); i++) {
		KUNIT_EXPECT_EQ(test, mdev_net_toeplitz(toeplitz, ipv4[i].data, 8),
				ipv4[i].addresses);
		KUNIT_EXPECT_EQ(test, mdev_net_toeplitz(toeplitz, ipv4[i].data, 12),
				ipv4[i].ports);
	}
	KUNIT_EXPECT_EQ(test, mdev_net_toeplitz(toeplitz, ipv6, 32), 0x2cc18cd5);
	KUNIT_EXPECT_EQ(test, mdev_net_toeplitz(toeplitz, ipv6, 36), 0x40207d3d);
}

/* A frame of the suite's first pair of addresses. */
static struct sk_buff *hash_frame(struct kunit *test, unsigned int tags,
				  u8 protocol, u16 fragment)
{
	static const u8 ports[] = { 0x0a, 0xea, 0x06, 0xe6 };
	struct iphdr ip = {
		.version = 4,
		.ihl = 6,
		.protocol = protocol,
		.frag_off = htons(fragment),
		.saddr = htonl(0x420995bb),
		.daddr = htonl(0xa18e6450),
	};
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, 2 * ETH_ALEN);
	while (tags--) {
		put_unaligned_be16(ETH_P_8021Q, skb_put(skb, 2));
		put_unaligned_be16(5, skb_put(skb, 2));
	}
	put_unaligned_be16(ETH_P_IP, skb_put(skb, 2));
	skb_put_data(skb, &ip, sizeof(ip));
	skb_put_zero(skb, 4);	/* an option */
	skb_put_data(skb, ports, sizeof(ports));
	return skb;
}

static void hash_frames(struct kunit *test)
{
	static const struct {
		u32 types;
		unsigned int tags;
		u8 protocol;
		u16 fragment;
		u16 report;
		u32 hash;
	} cases[] = {
		{ 0x3f, 0, IPPROTO_TCP, 0, VIRTIO_NET_HASH_REPORT_TCPv4, 0x51ccc178 },
		{ 0x3f, 2, IPPROTO_TCP, 0, VIRTIO_NET_HASH_REPORT_TCPv4, 0x51ccc178 },
		{ 0x3f, 3, IPPROTO_TCP, 0, VIRTIO_NET_HASH_REPORT_NONE, 0 },
		{ 0x3f, 0, IPPROTO_UDP, 0, VIRTIO_NET_HASH_REPORT_UDPv4, 0x51ccc178 },
		{ 0x3d, 0, IPPROTO_TCP, 0, VIRTIO_NET_HASH_REPORT_IPv4, 0x323e8fc2 },
		{ 0x3f, 0, IPPROTO_ICMP, 0, VIRTIO_NET_HASH_REPORT_IPv4, 0x323e8fc2 },
		{ 0x3f, 0, IPPROTO_UDP, IP_MF, VIRTIO_NET_HASH_REPORT_IPv4, 0x323e8fc2 },
		{ 0x3f, 0, IPPROTO_UDP, 7, VIRTIO_NET_HASH_REPORT_IPv4, 0x323e8fc2 },
		{ 0x02, 0, IPPROTO_UDP, 0, VIRTIO_NET_HASH_REPORT_NONE, 0 },
		{ 0x38, 0, IPPROTO_TCP, 0, VIRTIO_NET_HASH_REPORT_NONE, 0 },
		{ 0, 0, IPPROTO_TCP, 0, VIRTIO_NET_HASH_REPORT_NONE, 0 },
	};
	struct mdev_net_toeplitz *toeplitz = suite_toeplitz(test);
	struct sk_buff *skb;
	unsigned int i;
	u32 hash;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		skb = hash_frame(test, cases[i].tags, cases[i].protocol,
				 cases[i].fragment);
		KUNIT_EXPECT_EQ_MSG(test, mdev_net_hash(toeplitz, cases[i].types,
							skb, &hash),
				    cases[i].report, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, hash, cases[i].hash, "case %u", i);
		kfree_skb(skb);
	}
}

/* What is cut off anywhere is not read beyond. */
static void hash_short(struct kunit *test)
{
	struct mdev_net_toeplitz *toeplitz = suite_toeplitz(test);
	struct sk_buff *skb = hash_frame(test, 1, IPPROTO_TCP, 0);
	u32 hash;

	skb_trim(skb, skb->len - 1);
	KUNIT_EXPECT_EQ(test, mdev_net_hash(toeplitz, 0x3f, skb, &hash),
			VIRTIO_NET_HASH_REPORT_IPv4);
	while (skb->len > ETH_HLEN + VLAN_HLEN + sizeof(struct iphdr))
		skb_trim(skb, skb->len - 1);
	while (skb->len) {
		skb_trim(skb, skb->len - 1);
		KUNIT_EXPECT_EQ(test, mdev_net_hash(toeplitz, 0x3f, skb, &hash),
				VIRTIO_NET_HASH_REPORT_NONE);
	}
	kfree_skb(skb);
}

static struct kunit_case provision_cases[] = {
	KUNIT_CASE(features_consistent),
	KUNIT_CASE(provision_defaults),
	KUNIT_CASE(provision_pairs),
	KUNIT_CASE(provision_features),
	KUNIT_CASE(provision_mtu),
	KUNIT_CASE(provision_mac),
	{}
};

static struct kunit_suite provision_suite = {
	.name = "mdev_net_provision",
	.test_cases = provision_cases,
};

static struct kunit_case filter_cases[] = {
	KUNIT_CASE(filter_without),
	KUNIT_CASE(filter_modes),
	KUNIT_CASE(filter_own),
	KUNIT_CASE(filter_tables),
	KUNIT_CASE(filter_bad_tables),
	{}
};

static struct kunit_suite filter_suite = {
	.name = "mdev_net_filter",
	.exit = filter_exit,
	.test_cases = filter_cases,
};

static struct kunit_case offload_cases[] = {
	KUNIT_CASE(offload_takes),
	KUNIT_CASE(offload_header),
	{}
};

static struct kunit_suite offload_suite = {
	.name = "mdev_net_offload",
	.test_cases = offload_cases,
};

static struct kunit_case hash_cases[] = {
	KUNIT_CASE(hash_verified),
	KUNIT_CASE(hash_frames),
	KUNIT_CASE(hash_short),
	{}
};

static struct kunit_suite hash_suite = {
	.name = "mdev_net_hash",
	.test_cases = hash_cases,
};

kunit_test_suites(&provision_suite, &filter_suite, &offload_suite,
		  &hash_suite);

MODULE_DESCRIPTION("KUnit tests of mdev_net");
MODULE_LICENSE("GPL");
