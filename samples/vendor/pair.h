/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract of mdev_pair and mdev_pair_net. Tribus does not know it.
 *
 * The driver needs no symbol of the parent's module: it could not be loaded while that
 * registers its parent, which is when it is asked for. It finds the functions beside the
 * struct that Tribus does know.
 */
#ifndef _MDEV_PAIR_H
#define _MDEV_PAIR_H

#include <linux/container_of.h>
#include <linux/mdev_vendor.h>
#include <linux/string.h>

struct rtnl_link_stats64;
struct sk_buff;

/* Name of the driver, and so of the contract. */
#define PAIR_DRIVER	"mdev_pair_net"

/**
 * struct pair_user - what the driver has for the parent while it runs a port
 * @receive: a frame from the other port. Takes @skb. Returns false if it was dropped.
 *	Softirqs are off; must not sleep.
 * @link: the other port runs, or does not any more. Called with a spinlock held.
 */
struct pair_user {
	bool (*receive)(struct pair_user *user, struct sk_buff *skb);
	void (*link)(struct pair_user *user, bool up);
};

/**
 * struct pair_ops - what the parent has for the driver
 * @vendor: for Tribus
 * @mac: the address of the port
 * @start: run the port for @user, whose functions are called from now on. May sleep.
 * @stop: undo @start; when it returns nothing of the user's runs or will run. May sleep.
 * @send: a frame to the other port. Takes @skb. Softirqs are off.
 * @stats: what the port has counted since the slice was made, in whatever class
 */
struct pair_ops {
	struct mdev_vendor_ops vendor;
	const u8 *(*mac)(struct mdev_slice *slice);
	void (*start)(struct mdev_slice *slice, struct pair_user *user);
	void (*stop)(struct mdev_slice *slice);
	void (*send)(struct mdev_slice *slice, struct sk_buff *skb);
	void (*stats)(struct mdev_slice *slice, struct rtnl_link_stats64 *stats);
};

/* NULL for a slice of a parent that means another driver. */
static inline const struct pair_ops *to_pair_ops(const struct mdev_slice *slice)
{
	const struct mdev_vendor_ops *vendor = mdev_vendor_ops(slice);

	if (!vendor || strcmp(vendor->driver_name, PAIR_DRIVER))
		return NULL;
	return container_of_const(vendor, struct pair_ops, vendor);
}

#endif /* _MDEV_PAIR_H */
