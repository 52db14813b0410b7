// SPDX-License-Identifier: GPL-2.0
/*
 * What changes is told twice: by a uevent, as ever, and in full to those who listen to
 * group "monitor" of family "mdev". Each change is told once, when it is complete, and
 * those of one slice in the order in which they came: whoever tells has its tell_lock, or
 * nobody else can come to it yet. A message about an owner and one about something else are
 * then told in the order in which they were written.
 *
 * Nobody waits for listeners. One that does not keep up is told ENOBUFS by its socket,
 * as is everybody when there is no memory for a message.
 */
#include <linux/sched.h>

#include "core.h"
#include "netlink.h"
#include "trace.h"

void mdev_event_init(struct mdev_event *event, enum mdev_event_cause cause)
{
	*event = (struct mdev_event){
		.cause = cause,
		.pid = task_tgid_nr(current),
		.from = MDEV_CLASS_MAX,
	};
	get_task_comm(event->comm, current->group_leader);
}

bool mdev_nl_listened(void)
{
	return genl_has_listeners(&mdev_nl_family, &init_net,
				  MDEV_NLGRP_MONITOR);
}

static void mdev_nl_lost(void)
{
	genl_set_err(&mdev_nl_family, &init_net, 0, MDEV_NLGRP_MONITOR,
		     -ENOBUFS);
}

/* Takes over the message. Whoever may sleep would yield to readers that do not read. */
static void mdev_nl_send(struct sk_buff *skb)
{
	genlmsg_multicast(&mdev_nl_family, skb, 0, MDEV_NLGRP_MONITOR,
			  GFP_ATOMIC);
}

static void mdev_nl_tell_slice(struct mdev_slice *slice, u8 cmd,
			       const struct mdev_event *event)
{
	struct sk_buff *skb;

	if (!mdev_nl_listened())
		return;
	mdev_endpoint_tell(slice);
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && !mdev_nl_fill_slice(skb, slice, cmd, event)) {
		mdev_nl_send(skb);
		return;
	}
	nlmsg_free(skb);
	mdev_nl_lost();
}

/* The new slice is not entered by anybody yet, and by nobody removed. */
void mdev_slice_notify_add(struct mdev_slice *slice)
{
	struct mdev_event event;

	trace_mdev_slice_add(slice, slice->class_id);
	mdev_event_init(&event, MDEV_EVENT_USER);
	mdev_nl_tell_slice(slice, MDEV_CMD_SLICE_ADD_NTF, &event);
}

/*
 * With slice state held. Who changes the owner has no need of that, so it is told of under
 * a lock.
 */
static void mdev_slice_tell_change(struct mdev_slice *slice, char **env, u8 cmd,
				   const struct mdev_event *event)
{
	mutex_lock(&slice->tell_lock);
	kobject_uevent_env(&slice->dev.kobj, KOBJ_CHANGE, env);
	mdev_nl_tell_slice(slice, cmd, event);
	mutex_unlock(&slice->tell_lock);
}

/* With slice state held: one uevent and one message tell the outcome of a class change. */
void mdev_slice_notify_change(struct mdev_slice *slice,
			      const struct mdev_event *event)
{
	char text[sizeof("MDEV_ERROR=") + 12];
	char *env[2] = {};

	if (event->err) {
		snprintf(text, sizeof(text), "MDEV_ERROR=%d", event->err);
		env[0] = text;
	}
	mdev_slice_tell_change(slice, env, MDEV_CMD_SLICE_CLASS_NTF, event);
}

/* With slice state held. So that nobody has to poll for what somebody else provisions. */
void mdev_slice_notify_config(struct mdev_slice *slice)
{
	char *env[2] = { "MDEV_CONFIG=1" };
	struct mdev_event event;

	mdev_event_init(&event, MDEV_EVENT_USER);
	mdev_slice_tell_change(slice, env, MDEV_CMD_SLICE_CONFIG_NTF, &event);
}

/* The slice is entered. */
void mdev_slice_notify_owner(struct mdev_slice *slice)
{
	struct mdev_event event;

	lockdep_assert_held(&slice->tell_lock);
	mdev_event_init(&event, MDEV_EVENT_USER);
	mdev_nl_tell_slice(slice, MDEV_CMD_SLICE_OWNER_NTF, &event);
}

/*
 * With slice state and live_sem. The driver core has sent the uevent, with the
 * former path in it.
 */
void mdev_slice_notify_rename(struct mdev_slice *slice, const char *former)
{
	struct mdev_event event;

	lockdep_assert_held(&slice->tell_lock);
	trace_mdev_slice_rename(slice, former);
	mdev_event_init(&event, MDEV_EVENT_USER);
	event.former = former;
	mdev_nl_tell_slice(slice, MDEV_CMD_SLICE_RENAME_NTF, &event);
}

/* The slice is not entered. Nothing is told if it is dead, or another message has told it. */
void mdev_slice_notify_endpoint(struct mdev_slice *slice)
{
	struct mdev_event event;

	if (!mdev_slice_enter(slice))
		return;
	mutex_lock(&slice->tell_lock);
	if (mdev_endpoint_untold(slice, &event))
		mdev_nl_tell_slice(slice, MDEV_CMD_SLICE_ENDPOINT_NTF, &event);
	mutex_unlock(&slice->tell_lock);
	mdev_slice_leave(slice);
}

/* The slice is dead, and may be taken apart meanwhile. */
void mdev_slice_notify_leave(struct mdev_slice *slice)
{
	lockdep_assert_held(&slice->tell_lock);
	mdev_nl_tell_slice(slice, MDEV_CMD_SLICE_LEAVE_NTF, &slice->removal);
}

/* The parent has forgotten the slice. The driver core has sent the uevent. */
void mdev_slice_notify_del(struct mdev_slice *slice)
{
	lockdep_assert_held(&slice->tell_lock);
	trace_mdev_slice_del(slice, slice->removal.from);
	mdev_nl_tell_slice(slice, MDEV_CMD_SLICE_DEL_NTF, &slice->removal);
}

static void mdev_nl_tell_parent(struct mdev_parent *parent, u8 cmd)
{
	struct mdev_event event;
	struct sk_buff *skb;

	if (!mdev_nl_listened())
		return;
	mdev_event_init(&event, MDEV_EVENT_PARENT);
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && !mdev_nl_fill_parent(skb, parent, cmd, &event)) {
		mdev_nl_send(skb);
		return;
	}
	nlmsg_free(skb);
	mdev_nl_lost();
}

static void mdev_parent_uevent(struct mdev_parent *parent, char *state)
{
	char *env[2] = { state };

	kobject_uevent_env(&parent->dev->kobj, KOBJ_CHANGE, env);
}

void mdev_parent_notify_ready(struct mdev_parent *parent)
{
	mdev_parent_uevent(parent, "MDEV_STATE=registered");
	mdev_nl_tell_parent(parent, MDEV_CMD_PARENT_READY_NTF);
}

void mdev_parent_notify_gone(struct mdev_parent *parent)
{
	mdev_parent_uevent(parent, "MDEV_STATE=unregistered");
	mdev_nl_tell_parent(parent, MDEV_CMD_PARENT_GONE_NTF);
}
