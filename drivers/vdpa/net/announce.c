// SPDX-License-Identifier: GPL-2.0
/*
 * When the driver shall make itself known to the network (virtio 1.2, section 5.1.6.5.4).
 *
 * It is asked to when those who forward frames to it may not know where it is: after it
 * was migrated, and when its representor is brought up or becomes a port of something else
 * (a bridge, a bond, an OVS). Linux' driver then tells its neighbours its addresses.
 */
#include "mdev_net.h"

static bool can_announce(const struct mdev_net *net)
{
	return mdev_net_negotiated(net, VIRTIO_NET_F_STATUS) &&
	       mdev_net_negotiated(net, VIRTIO_NET_F_GUEST_ANNOUNCE);
}

/*
 * Does the driver have to be asked? One that is not yet there says where it is when it
 * comes.
 */
bool mdev_net_announce_due(const struct mdev_net *net)
{
	lockdep_assert_held(&net->state_lock);
	return can_announce(net) && net->status & VIRTIO_CONFIG_S_DRIVER_OK;
}

/* A driver that runs shall announce itself. */
void mdev_net_announce(struct mdev_net *net)
{
	bool due;

	spin_lock_bh(&net->state_lock);
	due = mdev_net_announce_due(net);
	if (due)
		mdev_net_config_set_announce(net, true);
	spin_unlock_bh(&net->state_lock);
	if (due)
		mdev_net_config_changed(net);
}

/* The driver says that it will. */
void mdev_net_announce_ack(struct mdev_net *net)
{
	spin_lock_bh(&net->state_lock);
	mdev_net_config_set_announce(net, false);
	spin_unlock_bh(&net->state_lock);
}

/*
 * A driver that comes from elsewhere, before it runs here. It is interrupted when it does,
 * see mdev_net_announce_begin().
 */
void mdev_net_announce_migrated(struct mdev_net *net)
{
	lockdep_assert_held(&net->lock);
	if (!can_announce(net))
		return;
	spin_lock_bh(&net->state_lock);
	mdev_net_config_set_announce(net, true);
	spin_unlock_bh(&net->state_lock);
}

/* DRIVER_OK. */
void mdev_net_announce_begin(struct mdev_net *net)
{
	if (mdev_net_config_announces(net))
		mdev_net_config_changed(net);
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	const struct netdev_notifier_changeupper_info *info = ptr;
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event == NETDEV_CHANGEUPPER && mdev_net_is_rep(dev) &&
	    info->master && info->linking)
		mdev_net_announce(mdev_net_rep_net(dev));
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

int mdev_net_announce_init(void)
{
	return register_netdevice_notifier(&netdev_nb);
}

void mdev_net_announce_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
}
