// SPDX-License-Identifier: GPL-2.0
/*
 * What a slice shall be made with: defaults, and what goes together.
 */
#include <linux/log2.h>
#include <linux/netlink.h>
#include <linux/numa.h>

#include "mdev_net.h"
#include "provision.h"

/* Bits that cannot be left out, and those that need one of others (5.1.3.1). */
static const struct feature {
	unsigned int bit;
	u64 needs;
	const char *name;
	const char *needs_name;
} features[] = {
	{ VIRTIO_F_VERSION_1, 0, "VERSION_1" },
	{ VIRTIO_F_ACCESS_PLATFORM, 0, "ACCESS_PLATFORM" },
	{ VIRTIO_NET_F_MQ, BIT_ULL(VIRTIO_NET_F_CTRL_VQ), "MQ", "CTRL_VQ" },
	{ VIRTIO_NET_F_CTRL_RX, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "CTRL_RX", "CTRL_VQ" },
	{ VIRTIO_NET_F_CTRL_RX_EXTRA, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "CTRL_RX_EXTRA", "CTRL_VQ" },
	{ VIRTIO_NET_F_CTRL_VLAN, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "CTRL_VLAN", "CTRL_VQ" },
	{ VIRTIO_NET_F_GUEST_ANNOUNCE, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "GUEST_ANNOUNCE", "CTRL_VQ" },
	{ VIRTIO_NET_F_NOTF_COAL, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "NOTF_COAL", "CTRL_VQ" },
	{ VIRTIO_NET_F_RSS, BIT_ULL(VIRTIO_NET_F_CTRL_VQ), "RSS", "CTRL_VQ" },
	{ VIRTIO_NET_F_HASH_REPORT, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "HASH_REPORT", "CTRL_VQ" },
	{ VIRTIO_NET_F_CTRL_MAC_ADDR, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "CTRL_MAC_ADDR", "CTRL_VQ" },
	{ VIRTIO_NET_F_CTRL_GUEST_OFFLOADS, BIT_ULL(VIRTIO_NET_F_CTRL_VQ),
	  "CTRL_GUEST_OFFLOADS", "CTRL_VQ" },
	{ VIRTIO_NET_F_GUEST_TSO4, BIT_ULL(VIRTIO_NET_F_GUEST_CSUM),
	  "GUEST_TSO4", "GUEST_CSUM" },
	{ VIRTIO_NET_F_GUEST_TSO6, BIT_ULL(VIRTIO_NET_F_GUEST_CSUM),
	  "GUEST_TSO6", "GUEST_CSUM" },
	{ VIRTIO_NET_F_GUEST_ECN, BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) |
				  BIT_ULL(VIRTIO_NET_F_GUEST_TSO6),
	  "GUEST_ECN", "GUEST_TSO4 or GUEST_TSO6" },
	{ VIRTIO_NET_F_GUEST_USO4, BIT_ULL(VIRTIO_NET_F_GUEST_CSUM),
	  "GUEST_USO4", "GUEST_CSUM" },
	{ VIRTIO_NET_F_GUEST_USO6, BIT_ULL(VIRTIO_NET_F_GUEST_CSUM),
	  "GUEST_USO6", "GUEST_CSUM" },
	{ VIRTIO_NET_F_HOST_TSO4, BIT_ULL(VIRTIO_NET_F_CSUM),
	  "HOST_TSO4", "CSUM" },
	{ VIRTIO_NET_F_HOST_TSO6, BIT_ULL(VIRTIO_NET_F_CSUM),
	  "HOST_TSO6", "CSUM" },
	{ VIRTIO_NET_F_HOST_ECN, BIT_ULL(VIRTIO_NET_F_HOST_TSO4) |
				 BIT_ULL(VIRTIO_NET_F_HOST_TSO6),
	  "HOST_ECN", "HOST_TSO4 or HOST_TSO6" },
	{ VIRTIO_NET_F_HOST_USO, BIT_ULL(VIRTIO_NET_F_CSUM),
	  "HOST_USO", "CSUM" },
};

static bool has(const struct mdev_net_provisioning *prov, unsigned int bit)
{
	return prov->features & BIT_ULL(bit);
}

static bool lacks_need(const struct feature *f, u64 bits)
{
	return f->needs && bits & BIT_ULL(f->bit) && !(bits & f->needs);
}

bool mdev_net_features_consistent(u64 bits)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		if (lacks_need(&features[i], bits))
			return false;
	}
	return true;
}

static int check_features(const struct mdev_net_provisioning *prov,
			  struct netlink_ext_ack *extack)
{
	u64 unknown = prov->features & ~MDEV_NET_FEATURES;
	unsigned int i;

	if (unknown) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "device_features: bits 0x%llx are not supported",
				       unknown);
		return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(features); i++) {
		const struct feature *f = &features[i];

		if (!f->needs && !has(prov, f->bit)) {
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "device_features: %s cannot be left out",
					       f->name);
			return -EINVAL;
		}
		if (lacks_need(f, prov->features)) {
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "device_features: %s needs %s",
					       f->name, f->needs_name);
			return -EINVAL;
		}
	}
	return 0;
}

static int check_pairs(const struct mdev_net_provisioning *prov,
		       struct netlink_ext_ack *extack)
{
	if (prov->pairs < 1 || prov->pairs > MDEV_NET_PAIRS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "max_vqp %u, expected 1 to %u",
				       prov->pairs, MDEV_NET_PAIRS_MAX);
		return -EINVAL;
	}
	if (prov->pairs > 1 && !has(prov, VIRTIO_NET_F_MQ) &&
	    !has(prov, VIRTIO_NET_F_RSS)) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "max_vqp %u needs MQ or RSS in device_features",
				       prov->pairs);
		return -EINVAL;
	}
	if (prov->pairs == 1 && has(prov, VIRTIO_NET_F_MQ)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "device_features: MQ needs max_vqp of 2 or more");
		return -EINVAL;
	}
	return 0;
}

/* Can a slice of so many queue pairs offer these? */
int mdev_net_check_features(u64 features, u16 pairs,
			    struct netlink_ext_ack *extack)
{
	const struct mdev_net_provisioning prov = {
		.features = features,
		.pairs = pairs,
	};

	return check_features(&prov, extack) ?: check_pairs(&prov, extack);
}

/* No 16 bits are above MDEV_NET_MTU_MAX. */
int mdev_net_check_mtu(u16 mtu, struct netlink_ext_ack *extack)
{
	if (mtu >= ETH_MIN_MTU)
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "mtu %u, expected %u to %u", mtu,
			       ETH_MIN_MTU, MDEV_NET_MTU_MAX);
	return -EINVAL;
}

/* Drivers take what they are offered, and in a split ring that is a power of 2 (2.7). */
int mdev_net_check_queue_size(u32 size, struct netlink_ext_ack *extack)
{
	if (is_power_of_2(size) && size >= MDEV_NET_VQ_NUM_LEAST &&
	    size <= MDEV_NET_VQ_NUM_MAX)
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "queue_size %u, expected a power of 2 from %u to %u",
			       size, MDEV_NET_VQ_NUM_LEAST, MDEV_NET_VQ_NUM_MAX);
	return -EINVAL;
}

static int check_mtu(const struct mdev_config *config,
		     const struct mdev_net_provisioning *prov,
		     struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_net_check_mtu(prov->mtu, extack);
	if (err)
		return err;
	if (config->mask & MDEV_CONFIG_NET_MTU &&
	    !has(prov, VIRTIO_NET_F_MTU)) {
		NL_SET_ERR_MSG_MOD(extack, "mtu needs MTU in device_features");
		return -EINVAL;
	}
	return 0;
}

int mdev_net_check_mac(const u8 *mac, struct netlink_ext_ack *extack)
{
	if (is_valid_ether_addr(mac))
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "mac %pM, expected a unicast address",
			       mac);
	return -EINVAL;
}

static int read_mac(const struct mdev_config *config,
		    struct mdev_net_provisioning *prov, struct netlink_ext_ack *extack)
{
	if (!(config->mask & MDEV_CONFIG_NET_MAC)) {
		if (has(prov, VIRTIO_NET_F_MAC))
			eth_random_addr(prov->mac);
		return 0;
	}
	if (!has(prov, VIRTIO_NET_F_MAC)) {
		NL_SET_ERR_MSG_MOD(extack, "mac needs MAC in device_features");
		return -EINVAL;
	}
	ether_addr_copy(prov->mac, config->net.mac);
	return mdev_net_check_mac(prov->mac, extack);
}

static int read_queue_size(const struct mdev_config *config,
			   struct mdev_net_provisioning *prov,
			   struct netlink_ext_ack *extack)
{
	int err;

	prov->queue_size = MDEV_NET_VQ_NUM_MAX;
	if (!(config->mask & MDEV_CONFIG_QUEUE_SIZE))
		return 0;
	err = mdev_net_check_queue_size(config->queue_size, extack);
	if (!err)
		prov->queue_size = config->queue_size;
	return err;
}

static void read_place(const struct mdev_config *config,
		       struct mdev_net_place *place)
{
	place->cpus = config->mask & MDEV_CONFIG_CPUS ? config->cpus : NULL;
	place->node = config->mask & MDEV_CONFIG_NUMA_NODE ?
		      config->numa_node : NUMA_NO_NODE;
}

static void read_defaults(const struct mdev_config *config,
			  struct mdev_net_provisioning *prov)
{
	prov->pairs = 1;
	prov->mtu = MDEV_NET_MTU_DEFAULT;
	prov->features = MDEV_NET_FEATURES;
	if (config->mask & MDEV_CONFIG_NET_MAX_VQP)
		prov->pairs = config->net.max_vq_pairs;
	if (config->mask & MDEV_CONFIG_NET_MTU)
		prov->mtu = config->net.mtu;
	if (config->mask & MDEV_CONFIG_FEATURES)
		prov->features = config->features;
	else if (prov->pairs == 1)
		prov->features &= ~BIT_ULL(VIRTIO_NET_F_MQ);
}

/* Fill in @prov, or say why no slice can be made like this. */
int mdev_net_provision(const struct mdev_config *config,
		       struct mdev_net_provisioning *prov,
		       struct netlink_ext_ack *extack)
{
	int err;

	memset(prov, 0, sizeof(*prov));
	read_defaults(config, prov);
	read_place(config, &prov->place);
	err = mdev_net_check_features(prov->features, prov->pairs, extack);
	if (!err)
		err = check_mtu(config, prov, extack);
	if (!err)
		err = read_queue_size(config, prov, extack);
	if (!err)
		err = read_mac(config, prov, extack);
	return err;
}
