// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration space, its generation and its interrupt.
 */
#include <linux/ethtool.h>

#include "hash.h"
#include "mdev_net.h"

/*
 * There is no wire that would be slower than the copy. Programs that want to know, for
 * bonding say, get what other interfaces of software say.
 */
#define SPEED_DEFAULT	SPEED_10000

static __virtio16 config16(u16 value)
{
	return (__force __virtio16)cpu_to_le16(value);
}

static void write_mac(struct mdev_net *net, const u8 *mac)
{
	lockdep_assert_held(&net->state_lock);
	ether_addr_copy(net->config.mac, mac);
	atomic64_set(&net->config_mac, ether_addr_to_u64(mac));
	net->generation++;
}

/* The driver knows the address: it wrote it, or has not read it yet. */
static void write_known_mac(struct mdev_net *net, const u8 *mac)
{
	write_mac(net, mac);
	atomic64_set(&net->driver_mac, ether_addr_to_u64(mac));
}

/* What stands in the configuration space, as long as the driver changes nothing. */
static void write_offered_mac(struct mdev_net *net)
{
	static const u8 none[ETH_ALEN] __aligned(2);

	write_known_mac(net, net->offered & BIT_ULL(VIRTIO_NET_F_MAC) ?
			     net->mac : none);
}

void mdev_net_config_init(struct mdev_net *net, u16 mtu)
{
	net->config.max_virtqueue_pairs = config16(net->pairs);
	net->config.mtu = config16(mtu);
	net->config.rss_max_key_size = MDEV_NET_HASH_KEY;
	net->config.rss_max_indirection_table_length =
		cpu_to_le16(MDEV_NET_RSS_TABLE);
	net->config.supported_hash_types = cpu_to_le32(MDEV_NET_HASH_TYPES);
	net->config.speed = cpu_to_le32(SPEED_DEFAULT);
	net->config.duplex = DUPLEX_FULL;
	mdev_net_config_reset(net);
}

static void write_status(struct mdev_net *net, u16 bit, bool on)
{
	lockdep_assert_held(&net->state_lock);
	if (on)
		net->config.status |= config16(bit);
	else
		net->config.status &= ~config16(bit);
	net->generation++;
}

/* What the driver wrote or was asked for ends; the link is not its own. */
void mdev_net_config_reset(struct mdev_net *net)
{
	spin_lock_bh(&net->state_lock);
	write_offered_mac(net);
	write_status(net, VIRTIO_NET_S_ANNOUNCE, false);
	spin_unlock_bh(&net->state_lock);
}

/* Raise the configuration change interrupt. */
void mdev_net_config_changed(struct mdev_net *net)
{
	spin_lock_bh(&net->cb_lock);
	if (net->config_cb.callback)
		net->config_cb.callback(net->config_cb.private);
	spin_unlock_bh(&net->cb_lock);
}

void mdev_net_config_set_cb(struct mdev_net *net,
			    const struct mdev_virtio_cb *cb)
{
	spin_lock_bh(&net->cb_lock);
	net->config_cb = cb ? *cb : (struct mdev_virtio_cb){};
	spin_unlock_bh(&net->cb_lock);
}

/*
 * Linux' driver does not look at the address again while it runs, so what goes
 * to the one that it has read still reaches it.
 */
void mdev_net_config_provision_mac(struct mdev_net *net, const u8 *mac)
{
	spin_lock_bh(&net->state_lock);
	ether_addr_copy(net->mac, mac);
	if (net->status & VIRTIO_CONFIG_S_FEATURES_OK)
		write_mac(net, mac);
	else
		write_known_mac(net, mac);
	spin_unlock_bh(&net->state_lock);
	mdev_net_config_changed(net);
}

/* There is no driver. */
void mdev_net_config_provision_mtu(struct mdev_net *net, u16 mtu)
{
	spin_lock_bh(&net->state_lock);
	net->config.mtu = config16(mtu);
	net->generation++;
	spin_unlock_bh(&net->state_lock);
}

/* There is no driver. A MAC address that is not offered is kept. */
void mdev_net_config_provision_features(struct mdev_net *net, u64 features)
{
	spin_lock_bh(&net->state_lock);
	WRITE_ONCE(net->offered, features);
	if (features & BIT_ULL(VIRTIO_NET_F_MAC) &&
	    is_zero_ether_addr(net->mac))
		eth_random_addr(net->mac);
	write_offered_mac(net);
	spin_unlock_bh(&net->state_lock);
}

/* What is provisioned of it, whatever the driver has written; without what it lacks. */
void mdev_net_config_provisioned(struct mdev_net *net,
				 struct mdev_config *config)
{
	spin_lock_bh(&net->state_lock);
	config->features = net->offered;
	ether_addr_copy(config->net.mac, net->mac);
	config->net.mtu = __virtio16_to_cpu(true, net->config.mtu);
	spin_unlock_bh(&net->state_lock);
	config->mask |= MDEV_CONFIG_FEATURES;
	if (config->features & BIT_ULL(VIRTIO_NET_F_MAC))
		config->mask |= MDEV_CONFIG_NET_MAC;
	if (config->features & BIT_ULL(VIRTIO_NET_F_MTU))
		config->mask |= MDEV_CONFIG_NET_MTU;
}

static bool receiving(const struct mdev_net *net)
{
	unsigned int pair;

	for (pair = 0; pair < net->pairs; pair++) {
		if (READ_ONCE(net->queues[2 * pair].ready))
			return true;
	}
	return false;
}

/*
 * The driver chose a MAC address: it knows, so no interrupt. But QEMU, which sees
 * to the control queue of its guest, sets the one on its own command line before
 * it enables the queues that receive: whether the guest goes by that, or by the
 * one that it has read, cannot be known, and frames to either get through.
 */
void mdev_net_config_set_mac(struct mdev_net *net, const u8 *mac)
{
	spin_lock_bh(&net->state_lock);
	if (receiving(net))
		write_known_mac(net, mac);
	else
		write_mac(net, mac);
	spin_unlock_bh(&net->state_lock);
}

/* Both as they were in the device that a driver comes from. */
void mdev_net_config_load_mac(struct mdev_net *net, const u8 *config_mac,
			      const u8 *driver_mac)
{
	spin_lock_bh(&net->state_lock);
	write_mac(net, config_mac);
	atomic64_set(&net->driver_mac, ether_addr_to_u64(driver_mac));
	spin_unlock_bh(&net->state_lock);
}

void mdev_net_config_set_link(struct mdev_net *net, bool up)
{
	spin_lock_bh(&net->state_lock);
	write_status(net, VIRTIO_NET_S_LINK_UP, up);
	spin_unlock_bh(&net->state_lock);
	mdev_net_config_changed(net);
}

/* Under state_lock. The interrupt is the caller's. */
void mdev_net_config_set_announce(struct mdev_net *net, bool on)
{
	write_status(net, VIRTIO_NET_S_ANNOUNCE, on);
}

bool mdev_net_config_announces(struct mdev_net *net)
{
	bool on;

	spin_lock_bh(&net->state_lock);
	on = net->config.status & config16(VIRTIO_NET_S_ANNOUNCE);
	spin_unlock_bh(&net->state_lock);
	return on;
}

void mdev_net_config_get_speed(struct mdev_net *net, u32 *speed, u8 *duplex)
{
	spin_lock_bh(&net->state_lock);
	*speed = le32_to_cpu(net->config.speed);
	*duplex = net->config.duplex;
	spin_unlock_bh(&net->state_lock);
}

/* Linux' driver looks when the link comes up. */
void mdev_net_config_set_speed(struct mdev_net *net, u32 speed, u8 duplex)
{
	spin_lock_bh(&net->state_lock);
	net->config.speed = cpu_to_le32(speed);
	net->config.duplex = duplex;
	net->generation++;
	spin_unlock_bh(&net->state_lock);
	mdev_net_config_changed(net);
}

/* The same for every slice; what is behind the features of one is not read. */
size_t mdev_net_get_config_size(struct mdev_slice *slice)
{
	return sizeof(struct virtio_net_config);
}

void mdev_net_get_config(struct mdev_slice *slice, unsigned int offset,
			 void *buf, unsigned int len)
{
	struct mdev_net *net = mdev_net_of(slice);

	spin_lock_bh(&net->state_lock);
	memcpy(buf, (u8 *)&net->config + offset, len);
	spin_unlock_bh(&net->state_lock);
}

/* Drivers of old, and QEMU, write the MAC address here. */
int mdev_net_set_config(struct mdev_slice *slice, unsigned int offset,
			const void *buf, unsigned int len)
{
	struct mdev_net *net = mdev_net_of(slice);
	u8 mac[ETH_ALEN];
	int err;

	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_SET_CONFIG);
	if (err)
		return err;
	if (!(net->offered & BIT_ULL(VIRTIO_NET_F_MAC)) ||
	    offset >= ETH_ALEN || len > ETH_ALEN - offset)
		return -EOPNOTSUPP;
	spin_lock_bh(&net->state_lock);
	ether_addr_copy(mac, net->config.mac);
	memcpy(mac + offset, buf, len);
	write_known_mac(net, mac);
	spin_unlock_bh(&net->state_lock);
	return 0;
}

u32 mdev_net_get_generation(struct mdev_slice *slice)
{
	return READ_ONCE(mdev_net_of(slice)->generation);
}
