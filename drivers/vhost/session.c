// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: what lasts from open to close, or to revocation.
 *
 * All of it runs under the node's lock, except vhost_session_free().
 */
#include <linux/fs.h>
#include <linux/mdev_as.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "pins.h"
#include "vhost.h"

static void vhost_session_broken(struct vhost_session *session)
{
	unsigned int i;

	WRITE_ONCE(session->broken, true);
	/* Pairs with that of a virtqueue that is being enabled. */
	smp_mb();
	for (i = 0; i < session->nr_vrings; i++)
		vhost_vring_check(&session->vrings[i]);
	wake_up_interruptible_poll(&session->node->wait, EPOLLERR);
}

/* Without a reset of the driver's: the next error is told again. */
static void vhost_session_recovered(struct vhost_session *session)
{
	unsigned int i;

	WRITE_ONCE(session->broken, false);
	for (i = 0; i < session->nr_vrings; i++)
		clear_bit(VHOST_VRING_FAILED, &session->vrings[i].flags);
}

/*
 * The configuration change interrupt, which also comes when the device has met an
 * error, or was recovered from it. Any context; the device does not call it any more after
 * reset, and not twice at a time.
 */
static void vhost_session_config_cb(void *private)
{
	struct vhost_session *session = private;
	struct vhost_node *node = session->node;

	if (node->ops->get_status(node->slice) & VIRTIO_CONFIG_S_NEEDS_RESET)
		vhost_session_broken(session);
	else if (READ_ONCE(session->broken))
		vhost_session_recovered(session);
	vhost_event_signal(&session->config_call);
}

/*
 * When this returns a callback that ran before has ended: what it has signalled was not
 * replaced, or can be looked at.
 */
void vhost_session_attach_config(struct vhost_session *session)
{
	struct mdev_virtio_cb cb = {
		.callback = vhost_session_config_cb,
		.private = session,
	};

	session->node->ops->set_config_cb(session->node->slice, &cb);
}

/* A reset takes the callbacks away. */
static void vhost_session_attach(struct vhost_session *session)
{
	unsigned int i;

	vhost_session_attach_config(session);
	for (i = 0; i < session->nr_vrings; i++)
		vhost_vring_attach_call(&session->vrings[i]);
}

/* The address space of an ASID, made when it is first used, or ERR_PTR. */
struct mdev_as *vhost_session_as(struct vhost_session *session, u32 asid)
{
	struct mdev_as *as = session->as[asid];

	if (as)
		return as;
	as = mdev_as_user_create(session->mm);
	if (!IS_ERR(as))
		session->as[asid] = as;
	return as;
}

static int vhost_session_give_as(struct vhost_session *session, u32 group,
				 u32 asid)
{
	struct vhost_node *node = session->node;
	struct mdev_as *as = vhost_session_as(session, asid);

	if (IS_ERR(as))
		return PTR_ERR(as);
	return node->ops->set_as(node->slice, group, as);
}

/* With one address space there is nothing to choose. */
static int vhost_session_tell_asid(struct vhost_session *session, u32 group,
				   u32 asid)
{
	struct vhost_node *node = session->node;

	if (!node->vhost_ops->set_group_asid)
		return 0;
	return node->vhost_ops->set_group_asid(node->slice, group, asid);
}

int vhost_session_set_asid(struct vhost_session *session, u32 group, u32 asid)
{
	int err;

	if (session->pins)
		err = vhost_session_tell_asid(session, group, asid);
	else
		err = vhost_session_give_as(session, group, asid);
	if (!err)
		session->group_asid[group] = asid;
	return err;
}

/* What the device can address, and the IOMMU before it. */
void vhost_session_iova_range(struct vhost_session *session, u64 *first,
			      u64 *last)
{
	struct vhost_node *node = session->node;

	*first = 0;
	*last = ULONG_MAX;
	if (node->vhost_ops->get_iova_range)
		node->vhost_ops->get_iova_range(node->slice, first, last);
	*last = min_t(u64, *last, ULONG_MAX);
	if (session->pins)
		vhost_pins_limit(session->pins, first, last);
}

/* All groups are in address space 0 to begin with. */
static int vhost_session_reset_asids(struct vhost_session *session)
{
	unsigned int group;
	int err = 0;

	for (group = 0; group < session->node->vhost_ops->nr_groups; group++) {
		if (session->group_asid[group])
			err = vhost_session_set_asid(session, group, 0) ?: err;
	}
	return err;
}

/*
 * Back to status 0. What the consumer has bound and mapped stays: it unmaps what it
 * does not want any more.
 */
int vhost_session_reset(struct vhost_session *session)
{
	struct vhost_node *node = session->node;
	unsigned int i;
	int err;

	for (i = 0; i < session->nr_vrings; i++)
		vhost_bypass_stop(&session->vrings[i]);
	err = node->ops->reset(node->slice);
	if (err) {
		for (i = 0; i < session->nr_vrings; i++)
			vhost_bypass_start(&session->vrings[i]);
		return err;
	}
	session->suspended = false;
	session->in_batch = false;
	WRITE_ONCE(session->broken, false);
	for (i = 0; i < session->nr_vrings; i++)
		WRITE_ONCE(session->vrings[i].flags, 0);
	err = vhost_session_reset_asids(session);
	vhost_session_attach(session);
	return err;
}

static void vhost_session_drop_as(struct vhost_session *session)
{
	struct vhost_node *node = session->node;
	unsigned int i;

	for (i = 0; i < node->vhost_ops->nr_groups; i++)
		node->ops->set_as(node->slice, i, NULL);
	for (i = 0; i < node->vhost_ops->nr_as; i++) {
		if (!session->as[i])
			continue;
		mdev_as_user_kill(session->as[i]);
		mdev_as_put(session->as[i]);
		session->as[i] = NULL;
	}
}

static void vhost_session_drop_memory(struct vhost_session *session)
{
	if (!session->mm)
		return;
	if (!session->pins)
		vhost_session_drop_as(session);
	mmdrop(session->mm);
	WRITE_ONCE(session->mm, NULL);
}

/* Who opens a node may do it for another one, which then becomes the owner. */
static void vhost_session_hold(struct vhost_session *session)
{
	put_pid(session->holder);
	session->holder = get_task_pid(current, PIDTYPE_TGID);
	get_task_comm(session->comm, current->group_leader);
	mdev_slice_set_holder(session->node->slice, true);
}

int vhost_session_set_owner(struct vhost_session *session)
{
	unsigned int group;
	int err = 0;

	if (session->mm)
		return -EBUSY;
	if (session->pins)
		err = vhost_pins_set_mm(session->pins, current->mm);
	if (err)
		return err;
	mmgrab(current->mm);
	WRITE_ONCE(session->mm, current->mm);
	for (group = 0; group < session->node->vhost_ops->nr_groups && !err;
	     group++)
		err = vhost_session_set_asid(session, group, 0);
	if (err)
		vhost_session_drop_memory(session);
	else
		vhost_session_hold(session);
	return err;
}

static struct vhost_session *vhost_session_alloc(struct vhost_node *node)
{
	u16 nr = node->ops->get_vq_count(node->slice);
	struct vhost_session *session;
	u16 i;

	session = kvzalloc(struct_size(session, vrings, nr),
			   GFP_KERNEL_ACCOUNT);
	if (!session)
		return NULL;
	session->as = kcalloc(node->vhost_ops->nr_as, sizeof(*session->as),
			      GFP_KERNEL_ACCOUNT);
	session->group_asid = kcalloc(node->vhost_ops->nr_groups,
				      sizeof(*session->group_asid),
				      GFP_KERNEL_ACCOUNT);
	if (!session->as || !session->group_asid) {
		kfree(session->group_asid);
		kfree(session->as);
		kvfree(session);
		return NULL;
	}
	session->node = node;
	session->nr_vrings = nr;
	session->fork_owner = VHOST_FORK_OWNER_TASK;
	for (i = 0; i < nr; i++)
		vhost_vring_init(&session->vrings[i], session, i);
	return session;
}

static int vhost_session_add_pins(struct vhost_session *session)
{
	struct vhost_pins *pins;

	if (!session->node->pins)
		return 0;
	pins = vhost_pins_create(session->node);
	if (IS_ERR(pins))
		return PTR_ERR(pins);
	session->pins = pins;
	return 0;
}

/*
 * Holds the parent's module until the session ends: nobody shall pull it from
 * under a guest by accident. Whatever was set up before is reset.
 */
struct vhost_session *vhost_session_create(struct vhost_node *node,
					   struct file *file)
{
	struct module *owner = node->slice->parent->ops->owner;
	struct vhost_session *session;
	int err;

	if (!try_module_get(owner))
		return ERR_PTR(-ENODEV);
	session = vhost_session_alloc(node);
	if (!session) {
		err = -ENOMEM;
		goto put_module;
	}
	err = node->ops->reset(node->slice);
	if (err)
		goto free;
	err = vhost_session_add_pins(session);
	if (err)
		goto free;
	session->mapping = file->f_mapping;
	vhost_session_hold(session);
	vhost_session_attach(session);
	return session;

free:
	vhost_session_free(session);
put_module:
	module_put(owner);
	return ERR_PTR(err);
}

/*
 * The slice is not used any more: the file is closed, or was revoked. Kicks end
 * first. After the reset there are no callbacks and nothing touches the memory,
 * which goes with the last reference to its address spaces. Whoever waits for an
 * eventfd that says that something is wrong is woken.
 */
void vhost_session_end(struct vhost_session *session)
{
	struct vhost_node *node = session->node;
	unsigned int i;
	int err;

	for (i = 0; i < session->nr_vrings; i++) {
		vhost_kick_unbind(&session->vrings[i].kick);
		vhost_bypass_stop(&session->vrings[i]);
	}
	err = node->ops->reset(node->slice);
	if (err)
		dev_err(&node->dev, "reset failed: %pe\n", ERR_PTR(err));
	node->ops->set_config_cb(node->slice, &(struct mdev_virtio_cb){});
	for (i = 0; i < session->nr_vrings; i++) {
		vhost_event_signal(&session->vrings[i].err);
		vhost_vring_unbind(&session->vrings[i]);
	}
	vhost_event_signal(&session->config_call);
	vhost_event_replace(&session->config_call, NULL);
	vhost_session_drop_memory(session);
	if (session->pins)
		vhost_pins_detach(node, session->pins, !err);
	module_put(node->slice->parent->ops->owner);
}

/*
 * What was pinned, to be put without the lock, or NULL. After vhost_session_end():
 * the device does not reach it any more.
 */
struct vhost_pins *vhost_session_take_pins(struct vhost_session *session)
{
	struct vhost_pins *pins = session->pins;

	session->pins = NULL;
	return pins;
}

/* After vhost_session_end(), or before anything was bound. */
void vhost_session_free(struct vhost_session *session)
{
	if (session->pins)
		vhost_pins_put(session->pins);
	put_pid(session->holder);
	kfree(session->group_asid);
	kfree(session->as);
	kvfree(session);
}
