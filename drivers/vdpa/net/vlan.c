// SPDX-License-Identifier: GPL-2.0
/*
 * Which VLANs the driver wants (virtio 1.2, section 5.1.6.5.3).
 *
 * The table is there from FEATURES_OK to reset, if the driver took CTRL_VLAN. It is read
 * for every tagged frame under RCU. There is one writer at a time: the control queue's
 * worker, or the device while that queue is not running.
 */
#include <linux/bitmap.h>
#include <linux/mdev_parts.h>
#include <linux/slab.h>

#include "mdev_net.h"

/* VLAN n of the part is bit n % 8 of byte n / 8. */
#define PART_LEN	(VLAN_N_VID / 8)

struct mdev_net_vlan {
	struct rcu_head rcu;
	DECLARE_BITMAP(wanted, VLAN_N_VID);
};

/*
 * A tag stands in the frame: the representor does not take it in another way, so the stack
 * puts it there. Tag 0 has a priority and names no VLAN.
 */
static bool match(const struct mdev_net_vlan *vlan, const struct sk_buff *skb)
{
	const struct vlan_ethhdr *hdr;
	struct vlan_ethhdr buf;
	u16 vid;

	hdr = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (!hdr)
		return false;
	vid = ntohs(hdr->h_vlan_TCI) & VLAN_VID_MASK;
	return !vid || test_bit(vid, vlan->wanted);
}

/* The frame has an Ethernet header. Promiscuous mode is for all VLANs. */
bool mdev_net_vlan_match(struct mdev_net *net, const struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	const struct mdev_net_vlan *vlan;
	bool wanted;

	if (eth->h_proto != htons(ETH_P_8021Q))
		return true;
	rcu_read_lock();
	vlan = rcu_dereference(net->vlan);
	wanted = !vlan || mdev_net_filter_promiscuous(net) || match(vlan, skb);
	rcu_read_unlock();
	return wanted;
}

static struct mdev_net_vlan *vlan_get(struct mdev_net *net)
{
	return rcu_dereference_protected(net->vlan, true);
}

/* A driver that can ask for VLANs starts with none. */
int mdev_net_vlan_enable(struct mdev_net *net)
{
	struct mdev_net_vlan *vlan;

	if (!mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_VLAN))
		return 0;
	vlan = kzalloc(sizeof(*vlan), GFP_KERNEL_ACCOUNT);
	if (!vlan)
		return -ENOMEM;
	rcu_assign_pointer(net->vlan, vlan);
	return 0;
}

void mdev_net_vlan_disable(struct mdev_net *net)
{
	struct mdev_net_vlan *vlan = vlan_get(net);

	RCU_INIT_POINTER(net->vlan, NULL);
	kfree_rcu(vlan, rcu);
}

/* Adding what is there, and removing what is not, changes nothing and is no error. */
int mdev_net_vlan_set(struct mdev_net *net, u16 vid, bool wanted)
{
	struct mdev_net_vlan *vlan = vlan_get(net);

	if (vid >= VLAN_N_VID)
		return -EINVAL;
	assign_bit(vid, vlan->wanted, wanted);
	return 0;
}

/* Migration. */

void mdev_net_vlan_put_part(struct mdev_net *net, struct mdev_parts *parts)
{
	const struct mdev_net_vlan *vlan = vlan_get(net);
	u8 part[PART_LEN] = {};
	unsigned int vid;

	if (!vlan)
		return;
	for_each_set_bit(vid, vlan->wanted, VLAN_N_VID)
		part[vid / 8] |= BIT(vid % 8);
	mdev_parts_put(parts, MDEV_NET_PART_VLAN, part, sizeof(part));
}

int mdev_net_vlan_set_part(struct mdev_net *net, const void *data, u32 len)
{
	struct mdev_net_vlan *vlan = vlan_get(net);
	const u8 *part = data;
	unsigned int vid;

	if (!vlan || len != PART_LEN)
		return -EINVAL;
	for (vid = 0; vid < VLAN_N_VID; vid++)
		assign_bit(vid, vlan->wanted, part[vid / 8] & BIT(vid % 8));
	return 0;
}
