// SPDX-License-Identifier: GPL-2.0
/*
 * Health of a slice: reporter "queues" of its devlink port.
 *
 * A queue whose ring the driver broke stays as it is, the device has DEVICE_NEEDS_RESET, and
 * the driver is told (virtio 1.2, section 2.1.2). By a reset it is cured, and the reporter
 * says so. To recover from here means to begin the broken queues anew where they stood, with
 * what the driver has negotiated and set up, and to take DEVICE_NEEDS_RESET back: that helps
 * where the ring is in order by now. If it is not, the queue breaks again, which is
 * reported again. More a device cannot do; it cannot reset the driver. So it does not
 * recover unless it is asked to: what the driver was just told would not be true any more.
 *
 * A worker that has broken a ring holds locks which come after devl_lock, so a work tells. It
 * is what changes the state of the reporter, but for a recovery, which devlink sees to with
 * devl_lock held.
 */
#include <linux/virtio_config.h>

#include "devlink.h"

static bool needs_reset(const struct mdev_net *net)
{
	return READ_ONCE(net->status) & VIRTIO_CONFIG_S_NEEDS_RESET;
}

/*
 * Without its lock, which whoever runs it may have for long: each value is right by itself.
 * Others want devl_lock.
 */
static void put_queue(const struct mdev_net_queue *q, struct devlink_fmsg *fmsg)
{
	devlink_fmsg_obj_nest_start(fmsg);
	devlink_fmsg_u32_pair_put(fmsg, "index", q->index);
	devlink_fmsg_bool_pair_put(fmsg, "ready", READ_ONCE(q->ready));
	devlink_fmsg_bool_pair_put(fmsg, "broken", READ_ONCE(q->broken));
	devlink_fmsg_u32_pair_put(fmsg, "errno", -READ_ONCE(q->ring.error));
	devlink_fmsg_u64_pair_put(fmsg, "errors",
				  READ_ONCE(q->ring.stats.errors));
	devlink_fmsg_u32_pair_put(fmsg, "size", READ_ONCE(q->num));
	devlink_fmsg_u32_pair_put(fmsg, "available",
				  READ_ONCE(q->ring.next_avail));
	devlink_fmsg_u32_pair_put(fmsg, "used", READ_ONCE(q->ring.used_idx));
	devlink_fmsg_u64_pair_put(fmsg, "kicks", atomic64_read(&q->kicks));
	devlink_fmsg_u64_pair_put(fmsg, "packets",
				  READ_ONCE(q->stats.packets));
	devlink_fmsg_u64_pair_put(fmsg, "drops", READ_ONCE(q->stats.drops));
	devlink_fmsg_obj_nest_end(fmsg);
}

static void put_slice(struct mdev_net *net, struct devlink_fmsg *fmsg)
{
	char name[MDEV_NAME_MAX + 1];
	unsigned int i;

	mdev_slice_copy_name(net->slice, name);
	devlink_fmsg_string_pair_put(fmsg, "slice", name);
	devlink_fmsg_string_pair_put(fmsg, "class",
				     mdev_class_name(mdev_slice_class_id(net->slice)));
	devlink_fmsg_bool_pair_put(fmsg, "needs_reset", needs_reset(net));
	devlink_fmsg_u32_pair_put(fmsg, "status", READ_ONCE(net->status));
	devlink_fmsg_u64_pair_put(fmsg, "features", READ_ONCE(net->features));
	devlink_fmsg_bool_pair_put(fmsg, "suspended",
				   READ_ONCE(net->suspended));
	devlink_fmsg_arr_pair_nest_start(fmsg, "queues");
	for (i = 0; i < net->nr_queues; i++)
		put_queue(&net->queues[i], fmsg);
	devlink_fmsg_arr_pair_nest_end(fmsg);
}

static int diagnose(struct devlink_health_reporter *reporter,
		    struct devlink_fmsg *fmsg, struct netlink_ext_ack *extack)
{
	put_slice(devlink_health_reporter_priv(reporter), fmsg);
	return 0;
}

static int dump(struct devlink_health_reporter *reporter,
		struct devlink_fmsg *fmsg, void *context,
		struct netlink_ext_ack *extack)
{
	put_slice(devlink_health_reporter_priv(reporter), fmsg);
	return 0;
}

/* With a @context nobody has asked for it. */
static int recover(struct devlink_health_reporter *reporter, void *context,
		   struct netlink_ext_ack *extack)
{
	struct mdev_net *net = devlink_health_reporter_priv(reporter);
	int err;

	if (context)
		return -EOPNOTSUPP;
	err = mdev_net_device_recover(net, extack);
	if (!err)
		net->health.reported = false;
	return err;
}

static const struct devlink_health_reporter_ops reporter_ops = {
	.name = "queues",
	.recover = recover,
	.diagnose = diagnose,
	.dump = dump,
};

static const char *reason(struct mdev_net *net, char *text, size_t size)
{
	const struct mdev_net_queue *q;
	unsigned int i;

	for (i = 0; i < net->nr_queues; i++) {
		q = &net->queues[i];
		if (!READ_ONCE(q->broken))
			continue;
		rcu_read_lock();
		snprintf(text, size, "slice %s: queue %u is broken (%d)",
			 mdev_slice_name(net->slice), i,
			 READ_ONCE(q->ring.error));
		rcu_read_unlock();
		return text;
	}
	return "the device needed a reset";
}

/* Under devl_lock, which a recovery holds until devlink has noted what came of it. */
static bool note(struct mdev_net *net, bool *broken)
{
	bool changed;

	*broken = needs_reset(net);
	changed = *broken != net->health.reported;
	net->health.reported = *broken;
	if (changed && !*broken) {
		devlink_health_reporter_recovery_done(net->health.reporter);
		devlink_health_reporter_state_update(net->health.reporter,
						     DEVLINK_HEALTH_REPORTER_STATE_HEALTHY);
	}
	return changed;
}

static void tell(struct work_struct *work)
{
	struct mdev_net *net = container_of(work, struct mdev_net, health.work);
	bool changed, broken;
	char text[128];

	mdev_net_devlink_lock(net->parent);
	changed = note(net, &broken);
	mdev_net_devlink_unlock(net->parent);
	/* Takes devl_lock. */
	if (changed && broken)
		devlink_health_report(net->health.reporter,
				      reason(net, text, sizeof(text)), net);
}

/* The device needs a reset, or does not any more. Any context. */
void mdev_net_health_changed(struct mdev_net *net)
{
	schedule_work(&net->health.work);
}

/* Nothing changes any more. The work takes devl_lock. */
void mdev_net_health_stop(struct mdev_net *net)
{
	cancel_work_sync(&net->health.work);
}

void mdev_net_health_init(struct mdev_net *net)
{
	INIT_WORK(&net->health.work, tell);
}

int mdev_net_health_add(struct mdev_net *net)
{
	struct devlink_health_reporter *reporter;

	reporter = devl_port_health_reporter_create(&net->devlink_port,
						    &reporter_ops, 0, net);
	if (IS_ERR(reporter))
		return PTR_ERR(reporter);
	net->health.reporter = reporter;
	return 0;
}

void mdev_net_health_remove(struct mdev_net *net)
{
	devl_health_reporter_destroy(net->health.reporter);
}
