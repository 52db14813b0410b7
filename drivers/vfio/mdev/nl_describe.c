// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev": a slice in attributes.
 *
 * What is told of a slice without asking its parent is told of dead ones, too.
 */
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/pid.h>
#include <net/net_namespace.h>
#include <uapi/linux/virtio_config.h>

#include "core.h"
#include "netlink.h"

/* As much of a configuration space as is told, in bytes. */
#define MDEV_NL_SPACE_MAX	256

static int mdev_nl_put_uuid(struct sk_buff *skb, const struct mdev_slice *slice)
{
	char uuid[UUID_STRING_LEN + 1];

	snprintf(uuid, sizeof(uuid), "%pUl", &slice->uuid);
	return nla_put_string(skb, MDEV_A_SLICE_UUID, uuid);
}

static int mdev_nl_put_identity(struct sk_buff *skb,
				const struct mdev_slice *slice)
{
	const struct mdev_parent *parent = slice->parent;

	if (nla_put_u32(skb, MDEV_A_SLICE_ID, slice->id) ||
	    nla_put_string(skb, MDEV_A_SLICE_NAME, mdev_slice_name(slice)) ||
	    mdev_nl_put_uuid(skb, slice) ||
	    nla_put_string(skb, MDEV_A_SLICE_PARENT_BUS,
			   parent->dev->bus->name) ||
	    nla_put_string(skb, MDEV_A_SLICE_PARENT_NAME, parent->name) ||
	    nla_put_string(skb, MDEV_A_SLICE_TYPE, slice->type->name))
		return -EMSGSIZE;
	return 0;
}

/**
 * struct mdev_nl_view - what changes of a slice, at one moment
 * @class: class that it is in
 * @state: who touches its life
 * @cdev: class device with a reference, or NULL
 * @probe_err: last result of the probe of its driver
 * @endpoint: what the class tells; the holder is in @holder
 * @held: somebody has it open
 * @holder: the process that opened it, 0 if it has ended
 * @owner: who made it
 */
struct mdev_nl_view {
	enum mdev_class_id class;
	enum mdev_slice_state state;
	struct device *cdev;
	int probe_err;
	struct mdev_endpoint endpoint;
	bool held;
	pid_t holder;
	char owner[MDEV_OWNER_MAX + 1];
};

/* The number of a process that has passed its file on may be another one's by now. */
static pid_t mdev_nl_pid(struct pid *pid)
{
	return pid && pid_has_task(pid, PIDTYPE_TGID) ? pid_nr(pid) : 0;
}

static void mdev_nl_look(struct mdev_slice *slice, struct mdev_nl_view *view)
{
	spin_lock(&slice->lock);
	view->class = slice->class_id;
	view->state = READ_ONCE(slice->state);
	view->cdev = get_device(slice->cdev);
	view->probe_err = READ_ONCE(slice->probe_err);
	view->endpoint = slice->endpoint;
	view->held = slice->endpoint.holder;
	view->holder = mdev_nl_pid(slice->endpoint.holder);
	strscpy(view->owner, slice->owner ?: "");
	spin_unlock(&slice->lock);
}

static int mdev_nl_put_holder(struct sk_buff *skb,
			      const struct mdev_nl_view *view)
{
	if (!view->held)
		return 0;
	if (view->holder &&
	    nla_put_u32(skb, MDEV_A_ENDPOINT_HOLDER_PID, view->holder))
		return -EMSGSIZE;
	return nla_put_string(skb, MDEV_A_ENDPOINT_HOLDER_COMM,
			      view->endpoint.comm);
}

static int mdev_nl_put_driver(struct sk_buff *skb,
			      const struct mdev_nl_view *view)
{
	if (view->endpoint.driver[0])
		return nla_put_string(skb, MDEV_A_ENDPOINT_DRIVER,
				      view->endpoint.driver);
	if (view->probe_err)
		return nla_put_u32(skb, MDEV_A_ENDPOINT_PROBE_ERROR,
				   -view->probe_err);
	return 0;
}

static int mdev_nl_put_appearance(struct sk_buff *skb,
				  const struct mdev_nl_view *view)
{
	const struct mdev_endpoint *endpoint = &view->endpoint;

	if (nla_put_string(skb, MDEV_A_ENDPOINT_BUS, view->cdev->bus->name) ||
	    nla_put_string(skb, MDEV_A_ENDPOINT_DEVICE, dev_name(view->cdev)) ||
	    mdev_nl_put_driver(skb, view))
		return -EMSGSIZE;
	if (endpoint->node[0] &&
	    nla_put_string(skb, MDEV_A_ENDPOINT_NODE, endpoint->node))
		return -EMSGSIZE;
	if (endpoint->iommu_group >= 0 &&
	    nla_put_u32(skb, MDEV_A_ENDPOINT_IOMMU_GROUP,
			endpoint->iommu_group))
		return -EMSGSIZE;
	return mdev_nl_put_holder(skb, view);
}

static int mdev_nl_put_endpoint(struct sk_buff *skb,
				const struct mdev_nl_view *view)
{
	struct nlattr *nest;

	if (!view->cdev)
		return 0;
	nest = nla_nest_start(skb, MDEV_A_SLICE_ENDPOINT);
	if (!nest || mdev_nl_put_appearance(skb, view))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* @done: whoever tells has the state, and nothing more to change. */
static int mdev_nl_put_life(struct sk_buff *skb, struct mdev_slice *slice,
			    bool done)
{
	struct mdev_nl_view view;
	int err = -EMSGSIZE;

	mdev_nl_look(slice, &view);
	if (done)
		view.state = MDEV_SLICE_READY;
	if (!nla_put_u32(skb, MDEV_A_SLICE_CLASS, view.class) &&
	    !nla_put_u32(skb, MDEV_A_SLICE_STATE, view.state) &&
	    !(view.owner[0] &&
	      nla_put_string(skb, MDEV_A_SLICE_OWNER, view.owner)))
		err = mdev_nl_put_endpoint(skb, &view);
	put_device(view.cdev);
	return err;
}

/* One number stands for all queues: the range that any of them can have. */
static int mdev_nl_put_vqs(struct sk_buff *skb, struct mdev_slice *slice)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);
	u16 count = ops->get_vq_count(slice);
	u16 most = 0, least = U16_MAX, vq;

	for (vq = 0; vq < count; vq++) {
		most = max(most, ops->get_vq_num_max(slice, vq));
		least = min_t(u16, least, ops->get_vq_num_min ?
			      ops->get_vq_num_min(slice, vq) : 1);
	}
	if (nla_put_u32(skb, MDEV_A_DEVICE_VQS, count) ||
	    nla_put_u32(skb, MDEV_A_DEVICE_VQ_SIZE_MAX, most) ||
	    nla_put_u32(skb, MDEV_A_DEVICE_VQ_SIZE_MIN, min(least, most)))
		return -EMSGSIZE;
	return 0;
}

static int mdev_nl_put_space(struct sk_buff *skb, struct mdev_slice *slice)
{
	size_t size = mdev_virtio_ops(slice)->get_config_size(slice);
	u8 space[MDEV_NL_SPACE_MAX];

	size = min(size, sizeof(space));
	mdev_virtio_read_space(slice, space, size);
	return nla_put(skb, MDEV_A_DEVICE_SPACE, size, space);
}

static int mdev_nl_put_virtio_device(struct sk_buff *skb,
				     struct mdev_slice *slice)
{
	const struct mdev_virtio_ops *ops = mdev_virtio_ops(slice);
	u8 status = ops->get_status(slice);

	if (nla_put_u32(skb, MDEV_A_DEVICE_ID, slice->type->device_id) ||
	    mdev_nl_put_features(skb, MDEV_A_DEVICE_FEATURES,
				 ops->get_features(slice)) ||
	    nla_put_u8(skb, MDEV_A_DEVICE_STATUS, status))
		return -EMSGSIZE;
	if (status & VIRTIO_CONFIG_S_FEATURES_OK &&
	    mdev_nl_put_features(skb, MDEV_A_DEVICE_DRIVER_FEATURES,
				 ops->get_driver_features(slice)))
		return -EMSGSIZE;
	if (mdev_nl_put_vqs(skb, slice))
		return -EMSGSIZE;
	return mdev_nl_put_space(skb, slice);
}

static int mdev_nl_put_device(struct sk_buff *skb, struct mdev_slice *slice)
{
	struct nlattr *nest;

	if (!mdev_virtio_ops(slice) || !slice->type->device_id)
		return 0;
	nest = nla_nest_start(skb, MDEV_A_SLICE_DEVICE);
	if (!nest || mdev_nl_put_virtio_device(skb, slice))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * Who asks is in the initial namespace, where an index from another one would name another
 * device. While the device is on its way it is in none, and which one it has left may be
 * gone after the grace period that each move ends with.
 */
static int mdev_nl_put_netdev(struct sk_buff *skb, const struct net_device *dev)
{
	struct net *net = dev_net(dev);
	int index = READ_ONCE(dev->ifindex);
	int id;

	if (dev_get_by_index_rcu(net, index) != dev)
		return 0;
	if (!net_eq(net, &init_net)) {
		id = peernet2id_alloc(&init_net, net, GFP_ATOMIC);
		if (id < 0)
			return 0;
		if (nla_put_u32(skb, MDEV_A_SLICE_REPRESENTOR_NETNSID, id))
			return -EMSGSIZE;
	}
	return nla_put_u32(skb, MDEV_A_SLICE_REPRESENTOR, index);
}

static int mdev_nl_put_representor(struct sk_buff *skb, struct mdev_slice *slice)
{
	const struct mdev_parent_ops *ops = slice->parent->ops;
	const struct net_device *dev;
	int err = 0;

	dev = ops->get_representor ? ops->get_representor(slice) : NULL;
	if (dev) {
		rcu_read_lock();
		err = mdev_nl_put_netdev(skb, dev);
		rcu_read_unlock();
	}
	return err;
}

static int mdev_nl_put_all(struct sk_buff *skb, struct mdev_slice *slice,
			   bool done)
{
	if (mdev_nl_put_identity(skb, slice) ||
	    mdev_nl_put_life(skb, slice, done) ||
	    mdev_nl_put_device(skb, slice) || mdev_nl_put_config(skb, slice) ||
	    mdev_nl_put_representor(skb, slice))
		return -EMSGSIZE;
	return 0;
}

/* All of a slice that is entered. */
int mdev_nl_put_slice(struct sk_buff *skb, struct mdev_slice *slice)
{
	return mdev_nl_put_all(skb, slice, false);
}

static int mdev_nl_put_outcome(struct sk_buff *skb,
			       const struct mdev_event *event)
{
	if (event->err && nla_put_u32(skb, MDEV_A_EVENT_ERROR, -event->err))
		return -EMSGSIZE;
	if (event->from != MDEV_CLASS_MAX &&
	    nla_put_u32(skb, MDEV_A_EVENT_PREVIOUS_CLASS, event->from))
		return -EMSGSIZE;
	if (event->former &&
	    nla_put_string(skb, MDEV_A_EVENT_PREVIOUS_NAME, event->former))
		return -EMSGSIZE;
	return 0;
}

int mdev_nl_put_event(struct sk_buff *skb, int type,
		      const struct mdev_event *event)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, MDEV_A_EVENT_CAUSE, event->cause) ||
	    nla_put_u32(skb, MDEV_A_EVENT_PID, event->pid) ||
	    nla_put_string(skb, MDEV_A_EVENT_COMM, event->comm) ||
	    mdev_nl_put_outcome(skb, event))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int mdev_nl_put_told(struct sk_buff *skb, struct mdev_slice *slice,
			    u8 cmd)
{
	switch (cmd) {
	case MDEV_CMD_SLICE_OWNER_NTF:
	case MDEV_CMD_SLICE_ENDPOINT_NTF:
		return mdev_nl_put_slice(skb, slice);
	case MDEV_CMD_SLICE_LEAVE_NTF:
	case MDEV_CMD_SLICE_DEL_NTF:
		return mdev_nl_put_identity(skb, slice) ?:
		       mdev_nl_put_life(skb, slice, false);
	default:
		return mdev_nl_put_all(skb, slice, true);
	}
}

/*
 * A message about a change, in an empty buffer. Of a dead slice, what it was: its type is
 * there until its end is told.
 */
int mdev_nl_fill_slice(struct sk_buff *skb, struct mdev_slice *slice, u8 cmd,
		       const struct mdev_event *event)
{
	void *hdr = genlmsg_put(skb, 0, 0, &mdev_nl_family, 0, cmd);

	if (!hdr || mdev_nl_put_told(skb, slice, cmd) ||
	    mdev_nl_put_event(skb, MDEV_A_SLICE_EVENT, event))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}
