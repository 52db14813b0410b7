// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio device: features, status, reset, suspend.
 */
#include <linux/netlink.h>

#include "mdev_net.h"

static u16 get_vq_count(struct mdev_slice *slice)
{
	return mdev_net_of(slice)->nr_queues;
}

static u64 get_features(struct mdev_slice *slice)
{
	return mdev_net_of(slice)->offered;
}

static u64 get_driver_features(struct mdev_slice *slice)
{
	return READ_ONCE(mdev_net_of(slice)->features);
}

static u8 get_status(struct mdev_slice *slice)
{
	return READ_ONCE(mdev_net_of(slice)->status);
}

static void add_status(struct mdev_net *net, u8 bits)
{
	spin_lock_bh(&net->state_lock);
	WRITE_ONCE(net->status, net->status | bits);
	spin_unlock_bh(&net->state_lock);
}

/* A ring is broken. Called by whoever ran it, under its lock. */
void mdev_net_needs_reset(struct mdev_net *net)
{
	spin_lock_bh(&net->state_lock);
	WRITE_ONCE(net->status, net->status | VIRTIO_CONFIG_S_NEEDS_RESET);
	WRITE_ONCE(net->breaks, net->breaks + 1);
	spin_unlock_bh(&net->state_lock);
	mdev_net_config_changed(net);
	mdev_net_health_changed(net);
}

static bool features_valid(const struct mdev_net *net, u64 features)
{
	return !(features & ~net->offered) &&
	       features & BIT_ULL(VIRTIO_F_VERSION_1) &&
	       mdev_net_features_consistent(features);
}

/*
 * Without MQ and RSS there is one pair, and the control queue follows it (section
 * 5.1.2), whatever number of queues the slice was made with.
 */
static u16 ctrl_index(const struct mdev_net *net)
{
	if (!mdev_net_negotiated(net, VIRTIO_NET_F_CTRL_VQ))
		return MDEV_NET_NO_CTRL;
	return 2 * mdev_net_pairs(net);
}

static u32 frame_max(const struct mdev_net *net)
{
	if (!mdev_net_negotiated(net, VIRTIO_NET_F_MTU))
		return MDEV_NET_FRAME_MAX;
	return le16_to_cpu((__force __le16)net->config.mtu) + MDEV_NET_HLEN;
}

static u8 hdr_len(const struct mdev_net *net)
{
	return mdev_net_negotiated(net, VIRTIO_NET_F_HASH_REPORT) ?
	       sizeof(struct virtio_net_hdr_v1_hash) :
	       sizeof(struct virtio_net_hdr_v1);
}

static enum mdev_net_group group_of(const struct mdev_net *net, u16 vq)
{
	return vq == READ_ONCE(net->ctrl_index) ? MDEV_NET_GROUP_CTRL :
						  MDEV_NET_GROUP_DATA;
}

/* Give each queue the address space of its group. No ring is running. */
static void queues_set_as(struct mdev_net *net)
{
	u16 i;

	for (i = 0; i < net->nr_queues; i++)
		mdev_net_queue_set_as(&net->queues[i],
				      net->as[group_of(net, i)]);
}

/* Which queue is the control queue hangs on the features. */
static void set_ctrl_index(struct mdev_net *net, u16 index)
{
	if (net->ctrl_index == index)
		return;
	WRITE_ONCE(net->ctrl_index, index);
	queues_set_as(net);
}

static bool any_ready(const struct mdev_net *net)
{
	unsigned int i;

	for (i = 0; i < net->nr_queues; i++) {
		if (net->queues[i].ready)
			return true;
	}
	return false;
}

static int set_features_locked(struct mdev_net *net, u64 features)
{
	if (net->status & VIRTIO_CONFIG_S_FEATURES_OK || any_ready(net))
		return -EBUSY;
	if (!features_valid(net, features))
		return -EINVAL;
	WRITE_ONCE(net->features, features);
	WRITE_ONCE(net->guest_offloads, features & MDEV_NET_GUEST_OFFLOADS);
	set_ctrl_index(net, ctrl_index(net));
	net->frame_max = frame_max(net);
	net->hdr_len = hdr_len(net);
	return 0;
}

static int set_features(struct mdev_slice *slice, u64 features)
{
	struct mdev_net *net = mdev_net_of(slice);
	int err;

	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_SET_FEATURES);
	if (err)
		return err;
	mutex_lock(&net->lock);
	err = set_features_locked(net, features);
	mutex_unlock(&net->lock);
	return err;
}

static void queues_stop(struct mdev_net *net)
{
	unsigned int i;

	for (i = 0; i < net->nr_queues; i++)
		mdev_net_queue_stop(&net->queues[i]);
}

/* A broken queue stays as it is until reset and does not hold up the others. */
static int queues_start(struct mdev_net *net)
{
	unsigned int i;
	int err;

	for (i = 0; i < net->nr_queues; i++) {
		if (!net->queues[i].ready ||
		    READ_ONCE(net->queues[i].broken))
			continue;
		err = mdev_net_queue_start(&net->queues[i]);
		if (err) {
			queues_stop(net);
			return err;
		}
	}
	return 0;
}

static void filters_disable(struct mdev_net *net)
{
	mdev_net_rss_disable(net);
	mdev_net_vlan_disable(net);
	mdev_net_filter_disable(net);
}

static int filters_enable(struct mdev_net *net)
{
	int err;

	err = mdev_net_filter_enable(net) ?: mdev_net_vlan_enable(net);
	if (err)
		filters_disable(net);
	return err;
}

/* Leaves FEATURES_OK unset where the driver's choice cannot be served. */
static int features_ok(struct mdev_net *net)
{
	int err;

	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_PROBE);
	if (err)
		return err;
	if (!features_valid(net, net->features))
		return 0;
	err = filters_enable(net);
	if (!err)
		add_status(net, VIRTIO_CONFIG_S_FEATURES_OK);
	return err;
}

static int driver_ok(struct mdev_net *net)
{
	int err;

	if (!(net->status & VIRTIO_CONFIG_S_FEATURES_OK))
		return -EINVAL;
	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_DRIVER_OK);
	if (err)
		return err;
	if (!net->suspended) {
		err = queues_start(net);
		if (err)
			return err;
	}
	add_status(net, VIRTIO_CONFIG_S_DRIVER_OK);
	mdev_net_rep_set_live(net, true);
	mdev_net_announce_begin(net);
	return 0;
}

static int set_status_locked(struct mdev_net *net, u8 status)
{
	u8 added = status & ~net->status;
	int err = 0;

	if (added & VIRTIO_CONFIG_S_FEATURES_OK)
		err = features_ok(net);
	if (!err && added & VIRTIO_CONFIG_S_DRIVER_OK)
		err = driver_ok(net);
	if (err)
		return err;
	add_status(net, status & ~(VIRTIO_CONFIG_S_FEATURES_OK |
				   VIRTIO_CONFIG_S_DRIVER_OK |
				   VIRTIO_CONFIG_S_NEEDS_RESET));
	return 0;
}

static int set_status(struct mdev_slice *slice, u8 status)
{
	struct mdev_net *net = mdev_net_of(slice);
	int err;

	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_SET_STATUS);
	if (err)
		return err;
	mutex_lock(&net->lock);
	err = set_status_locked(net, status);
	mutex_unlock(&net->lock);
	return err;
}

static void clear_status(struct mdev_net *net, u8 bits)
{
	bool needed = net->status & bits & VIRTIO_CONFIG_S_NEEDS_RESET;

	spin_lock_bh(&net->state_lock);
	WRITE_ONCE(net->status, net->status & ~bits);
	spin_unlock_bh(&net->state_lock);
	if (needed)
		mdev_net_health_changed(net);
}

/*
 * The representor is told first, so nothing is added to a backlog that was
 * emptied. The filters go when no ring uses it any more.
 */
static void device_stop(struct mdev_net *net)
{
	unsigned int i;

	lockdep_assert_held(&net->lock);
	mdev_net_rep_set_live(net, false);
	mdev_net_config_set_cb(net, NULL);
	for (i = 0; i < net->nr_queues; i++)
		mdev_net_queue_reset(&net->queues[i]);
	filters_disable(net);
	mdev_net_coal_reset(net);
	/* First the status: who runs without DRIVER_OK is not asked to announce itself. */
	clear_status(net, U8_MAX);
	mdev_net_config_reset(net);
	WRITE_ONCE(net->features, 0);
	WRITE_ONCE(net->guest_offloads, 0);
	WRITE_ONCE(net->suspended, false);
	WRITE_ONCE(net->active_pairs, 1);
	set_ctrl_index(net, MDEV_NET_NO_CTRL);
}

void mdev_net_device_stop(struct mdev_net *net)
{
	mutex_lock(&net->lock);
	device_stop(net);
	mutex_unlock(&net->lock);
}

/*
 * The work is charged to others, who get the former ones back, and done where they say. No
 * ring is running.
 */
void mdev_net_device_move(struct mdev_net *net, struct mdev_net_owners *owners)
{
	struct mdev_net_owners old = net->owners;
	unsigned int i;

	mutex_lock(&net->lock);
	WRITE_ONCE(net->owners.maker, owners->maker);
	WRITE_ONCE(net->owners.nobody, owners->nobody);
	queues_set_as(net);
	for (i = 0; i < net->nr_queues; i++)
		mdev_net_queue_reset(&net->queues[i]);
	mutex_unlock(&net->lock);
	*owners = old;
}

static void refuse_recovery(struct netlink_ext_ack *extack, unsigned int queue,
			    int err)
{
	if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "queue %u: its driver has given it up, bind it anew",
				       queue);
	else
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "queue %u cannot be started (%d)", queue,
				       err);
}

/* All that can be; the first that cannot is told. */
static int queues_recover(struct mdev_net *net, struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err, first = 0;

	for (i = 0; i < net->nr_queues; i++) {
		err = mdev_net_queue_recover(&net->queues[i]);
		if (!err || first)
			continue;
		refuse_recovery(extack, i, err);
		first = err;
	}
	return first;
}

/* The bit goes first: a queue that breaks again sets it again. */
static int device_recover(struct mdev_net *net, struct netlink_ext_ack *extack)
{
	int err;

	clear_status(net, VIRTIO_CONFIG_S_NEEDS_RESET);
	err = queues_recover(net, extack) ?:
	      mdev_net_fault(net->parent, MDEV_NET_FAULT_RECOVER);
	if (err)
		add_status(net, VIRTIO_CONFIG_S_NEEDS_RESET);
	return err;
}

/*
 * Broken queues begin anew where they stood. Nobody is waited for: whoever sets up the device
 * or runs a queue may be waiting for its user, or for CPU time.
 */
int mdev_net_device_recover(struct mdev_net *net,
			    struct netlink_ext_ack *extack)
{
	bool broken;
	int err = 0;

	if (!mutex_trylock(&net->lock)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the driver is setting up the device");
		return -EBUSY;
	}
	broken = net->status & VIRTIO_CONFIG_S_NEEDS_RESET;
	if (broken)
		err = device_recover(net, extack);
	mutex_unlock(&net->lock);
	if (broken)
		mdev_net_config_changed(net);
	return err;
}

/* A device that does not stop would write to memory that is no longer its. */
static int reset(struct mdev_slice *slice)
{
	struct mdev_net *net = mdev_net_of(slice);

	mutex_lock(&net->lock);
	device_stop(net);
	WRITE_ONCE(net->resets, net->resets + 1);
	mutex_unlock(&net->lock);
	return mdev_net_fault(net->parent, MDEV_NET_FAULT_RESET);
}

static int suspend(struct mdev_slice *slice)
{
	struct mdev_net *net = mdev_net_of(slice);

	mutex_lock(&net->lock);
	WRITE_ONCE(net->suspended, true);
	queues_stop(net);
	mutex_unlock(&net->lock);
	return mdev_net_fault(net->parent, MDEV_NET_FAULT_SUSPEND);
}

static int resume_locked(struct mdev_net *net)
{
	int err = 0;

	if (!net->suspended)
		return 0;
	if (net->status & VIRTIO_CONFIG_S_DRIVER_OK)
		err = queues_start(net);
	if (!err)
		WRITE_ONCE(net->suspended, false);
	return err;
}

static int resume(struct mdev_slice *slice)
{
	struct mdev_net *net = mdev_net_of(slice);
	int err;

	err = mdev_net_fault(net->parent, MDEV_NET_FAULT_RESUME);
	if (err)
		return err;
	mutex_lock(&net->lock);
	err = resume_locked(net);
	mutex_unlock(&net->lock);
	return err;
}

static int set_as_locked(struct mdev_net *net, unsigned int group,
			 struct mdev_as *as)
{
	struct mdev_as *old = net->as[group];
	int err;
	u16 i;

	for (i = 0; i < net->nr_queues; i++) {
		if (net->queues[i].ready && group_of(net, i) == group)
			return -EBUSY;
	}
	if (as) {
		err = mdev_as_confine(as, mdev_net_cpus(net));
		if (err)
			return err;
	}
	net->as[group] = as ? mdev_as_get(as) : NULL;
	for (i = 0; i < net->nr_queues; i++) {
		if (group_of(net, i) == group)
			mdev_net_queue_set_as(&net->queues[i], as);
	}
	mdev_as_put(old);
	return 0;
}

static int set_as(struct mdev_slice *slice, unsigned int group,
		  struct mdev_as *as)
{
	struct mdev_net *net = mdev_net_of(slice);
	int fault, err;

	if (group >= MDEV_NET_GROUPS)
		return -EINVAL;
	fault = mdev_net_fault(net->parent, MDEV_NET_FAULT_SET_AS);
	/* Memory that is taken away is let go of in any case. */
	if (fault && as)
		return fault;
	mutex_lock(&net->lock);
	err = set_as_locked(net, group, as);
	mutex_unlock(&net->lock);
	return err ?: fault;
}

static u32 get_vq_group(struct mdev_slice *slice, u16 vq)
{
	return group_of(mdev_net_of(slice), vq);
}

/* Callbacks run under these locks only. */
static void synchronize_cbs(struct mdev_slice *slice)
{
	struct mdev_net *net = mdev_net_of(slice);
	unsigned int i;

	spin_lock_bh(&net->cb_lock);
	spin_unlock_bh(&net->cb_lock);
	for (i = 0; i < net->nr_queues; i++) {
		mutex_lock(&net->queues[i].lock);
		mutex_unlock(&net->queues[i].lock);
	}
}

static void set_config_cb(struct mdev_slice *slice,
			  const struct mdev_virtio_cb *cb)
{
	mdev_net_config_set_cb(mdev_net_of(slice), cb);
}

const struct mdev_virtio_ops mdev_net_virtio_ops = {
	.get_vq_count = get_vq_count,
	.get_features = get_features,
	.set_features = set_features,
	.get_driver_features = get_driver_features,
	.get_status = get_status,
	.set_status = set_status,
	.reset = reset,
	.get_config_size = mdev_net_get_config_size,
	.get_config = mdev_net_get_config,
	.set_config = mdev_net_set_config,
	.get_generation = mdev_net_get_generation,
	.set_config_cb = set_config_cb,
	.get_vq_num_max = mdev_net_get_vq_num_max,
	.get_vq_num_default = mdev_net_get_vq_num_default,
	.get_vq_align = mdev_net_get_vq_align,
	.set_vq_num = mdev_net_set_vq_num,
	.set_vq_address = mdev_net_set_vq_address,
	.set_vq_state = mdev_net_set_vq_state,
	.get_vq_state = mdev_net_get_vq_state,
	.set_vq_ready = mdev_net_set_vq_ready,
	.get_vq_ready = mdev_net_get_vq_ready,
	.kick_vq = mdev_net_kick_vq,
	.kick_vq_with_data = mdev_net_kick_vq_with_data,
	.set_vq_cb = mdev_net_set_vq_cb,
	.get_vq_stats = mdev_net_get_vq_stats,
	.reset_vq = mdev_net_reset_vq,
	.set_vq_affinity = mdev_net_set_vq_affinity,
	.synchronize_cbs = synchronize_cbs,
	.suspend = suspend,
	.resume = resume,
	.get_parts = mdev_net_get_parts,
	.set_part = mdev_net_set_part,
	.set_as = set_as,
};

/*
 * A kick makes a worker run, and nothing else. The features are those which keep QEMU from
 * shadowing the control queue, and so from migrating.
 */
const struct mdev_vhost_ops mdev_net_vhost_ops = {
	.nr_groups = MDEV_NET_GROUPS,
	.nr_as = MDEV_NET_GROUPS,
	.atomic_kick = true,
	.features_asked = BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE) |
			  BIT_ULL(VIRTIO_NET_F_NOTF_COAL) |
			  BIT_ULL(VIRTIO_NET_F_GUEST_USO4) |
			  BIT_ULL(VIRTIO_NET_F_GUEST_USO6) |
			  BIT_ULL(VIRTIO_NET_F_HOST_USO),
	.get_vq_group = get_vq_group,
};
