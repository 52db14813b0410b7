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
 * Linux' driver announces itself before it looks whether its link has come up, and what it
 * sends without one is lost. So the link has this time to be seen first.
 */
#define DELAY	msecs_to_jiffies(500)

/* A driver that is not yet there says where it is when it comes. */
static void announce(struct work_struct *work)
{
	struct mdev_net *net = container_of(to_delayed_work(work),
					    struct mdev_net, announce);
	bool due;

	spin_lock_bh(&net->state_lock);
	due = can_announce(net) && net->status & VIRTIO_CONFIG_S_DRIVER_OK;
	if (due)
		mdev_net_config_set_announce(net, true);
	spin_unlock_bh(&net->state_lock);
	if (due)
		mdev_net_config_changed(net);
}

void mdev_net_announce_enable(struct mdev_net *net)
{
	INIT_DELAYED_WORK(&net->announce, announce);
}

/* After the representor is gone, which may ask for it. */
void mdev_net_announce_disable(struct mdev_net *net)
{
	cancel_delayed_work_sync(&net->announce);
}

/* A driver that runs shall announce itself soon. */
void mdev_net_announce(struct mdev_net *net)
{
	mod_delayed_work(system_wq, &net->announce, DELAY);
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
