// SPDX-License-Identifier: GPL-2.0
/*
 * Two-phase death of slices, one or many at once.
 *
 * First a slice is marked dead, so that nobody finds it or is inside it; then, when
 * nobody uses its class device, it is taken apart. Many are taken apart together,
 * because a parent can be much faster with them than one after the other.
 */
#include <linux/mdev_class.h>
#include <linux/netlink.h>
#include <linux/workqueue.h>

#include "core.h"

/* Ends of slices that wait for a user, or may have to: no other removal shares it. */
static struct workqueue_struct *mdev_removals;
/* Slices of batches that leave their classes, which are waited for and wait for no user. */
static struct workqueue_struct *mdev_exits;
/* Removals that nobody waits for to their end: those of other parents may be slow. */
static struct workqueue_struct *mdev_drains;

/* The parent forgets the slices. They are in no class, and have no attributes. */
static void mdev_slices_forget(struct mdev_slice **slices, unsigned int nr)
{
	const struct mdev_parent_ops *ops = slices[0]->parent->ops;
	unsigned int i;

	if (nr > 1 && ops->remove_many) {
		ops->remove_many(slices, nr);
		return;
	}
	for (i = 0; i < nr; i++)
		ops->remove(slices[i]);
}

/*
 * The message comes before the name is free: otherwise it could be told after that of
 * another slice with the name.
 */
static void mdev_slice_bury(struct mdev_slice *slice)
{
	struct mdev_parent *parent = slice->parent;

	mutex_lock(&slice->tell_lock);
	mdev_slice_notify_del(slice);
	mutex_unlock(&slice->tell_lock);
	mdev_slice_unreserve(slice);

	/* After this the parent's module may go; its memory is the slice's as well. */
	spin_lock(&parent->lock);
	list_del_init(&slice->node);
	parent->nr_slices--;
	spin_unlock(&parent->lock);
	wake_up(&parent->empty);
	mdev_slice_over(slice);
	put_device(&slice->dev);
}

/* The end of a slice that its last user lets go of is told after this. */
static bool mdev_slice_leave_told(struct mdev_slice *slice)
{
	bool left;

	mutex_lock(&slice->tell_lock);
	left = mdev_slice_leave_class(slice);
	if (!left) {
		mdev_slice_notify_leave(slice);
		mdev_slice_waits_for_user(slice);
	}
	mutex_unlock(&slice->tell_lock);
	return left;
}

/*
 * The second half of removal, when nobody uses the class device: it goes, then the
 * attributes (device_del() waits for those that are running; they do not wait for us,
 * because they fail on the state).
 */
static void mdev_slice_take_apart(struct mdev_slice *slice)
{
	mdev_slice_state_acquired(slice, true);
	mdev_slice_exit_class(slice);
	mdev_type_unlink(slice);
	device_del(&slice->dev);
	mdev_slice_state_released(slice);
}

/*
 * The parent forgets slices of which nothing is left, and they end. Whoever does it has
 * them alone, since the state is never given back; lockdep is told of the first, for all.
 */
static void mdev_slices_end(struct mdev_slice **slices, unsigned int nr)
{
	struct mdev_slice *first = slices[0];
	unsigned int i;

	get_device(&first->dev);
	mdev_slice_state_acquired(first, true);
	mdev_slices_forget(slices, nr);
	for (i = 0; i < nr; i++)
		mdev_slice_bury(slices[i]);
	mdev_slice_state_released(first);
	mdev_slice_put(first);
}

static void mdev_slice_end(struct mdev_slice *slice)
{
	mdev_slice_take_apart(slice);
	mdev_slices_end(&slice, 1);
}

static void mdev_slice_apart_work(struct work_struct *work)
{
	mdev_slice_take_apart(container_of(work, struct mdev_slice, left_work));
}

static void mdev_slice_left_work(struct work_struct *work)
{
	mdev_slice_end(container_of(work, struct mdev_slice, left_work));
}

static void mdev_slice_drain_work(struct work_struct *work);

void mdev_slice_removal_init(struct mdev_slice *slice)
{
	INIT_WORK(&slice->drain_work, mdev_slice_drain_work);
	INIT_WORK(&slice->left_work, mdev_slice_left_work);
}

/**
 * mdev_slice_left - nobody uses the class device any more
 * @slice: a slice whose class has said otherwise when it was to leave
 *
 * The removal goes on, elsewhere. Called once, from any context.
 */
void mdev_slice_left(struct mdev_slice *slice)
{
	WRITE_ONCE(slice->end, MDEV_END_LEFT);
	queue_work(mdev_removals, &slice->left_work);
}
EXPORT_SYMBOL_GPL(mdev_slice_left);

/*
 * A class that waits for users does not always see them coming: the node of a vfio device
 * can be opened after the question and before the device is gone, which waits for whoever
 * did. So such a slice ends elsewhere.
 */
static bool mdev_slice_ends_elsewhere(struct mdev_slice *slice)
{
	if (!slice->in_class || !slice->in_class->leave)
		return false;
	mdev_slice_left(slice);
	return true;
}

/*
 * Mark a slice dead whose state was taken for MDEV_SLICE_DYING: nobody finds it any more.
 * The id is taken back so that dumps do not meet it.
 */
static void mdev_slice_mark_dead(struct mdev_slice *slice,
				 enum mdev_event_cause cause)
{
	mdev_event_init(&slice->removal, cause);
	slice->removal.from = slice->class_id;
	mdev_slice_hide(slice);
	/* Before those who are inside are waited for: who comes now does not wait behind us. */
	WRITE_ONCE(slice->live, false);
}

/*
 * Once live_sem has been held for writing with live unset nobody is inside
 * mdev_slice_enter() and nobody can come again.
 *
 * What follows runs alone: by the caller, if this returns true, or in
 * mdev_slice_left_work() when the class says that the class device is in use, since
 * nobody waits for user space. Its last user may let go of it, and the slice be gone,
 * before this returns to a caller who has no reference.
 */
static bool mdev_slice_drain(struct mdev_slice *slice)
{
	bool left;

	down_write(&slice->live_sem);
	up_write(&slice->live_sem);

	left = mdev_slice_leave_told(slice);
	mdev_slice_state_released(slice);
	return left;
}

static bool mdev_slice_die(struct mdev_slice *slice, enum mdev_event_cause cause)
{
	mdev_slice_mark_dead(slice, cause);
	return mdev_slice_drain(slice);
}

/* All of a removal for a caller who does not wait for it. The work has a reference. */
static void mdev_slice_drain_work(struct work_struct *work)
{
	struct mdev_slice *slice = container_of(work, struct mdev_slice,
						drain_work);

	mdev_slice_state_acquired(slice, true);
	if (mdev_slice_drain(slice) && !mdev_slice_ends_elsewhere(slice))
		mdev_slice_end(slice);
	mdev_slice_put(slice);
}

/**
 * mdev_slice_remove - remove a slice
 * @slice: the slice, with a reference that stays the caller's
 * @extack: told why not; may be NULL
 *
 * May sleep, does not wait for user space: a slice whose vfio device is open is not
 * found any more, but keeps its name and UUID until its user has let go of it. One that
 * somebody opens at the same moment is waited for, but for seconds at most. Callers
 * hold no lock that is ordered after slice state, and are not in an attribute of the
 * slice that is still protected.
 *
 * Return: 0, -ENODEV if it is being removed already, -EBUSY if it is being
 * changed.
 */
int mdev_slice_remove(struct mdev_slice *slice, struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_slice_take(slice, MDEV_SLICE_DYING, extack);
	if (err)
		return err;
	if (!mdev_slice_die(slice, MDEV_EVENT_USER))
		return 0;
	if (mdev_slice_ends_elsewhere(slice))
		mdev_slice_wait_over(slice, jiffies + MDEV_SLICE_END_TIME);
	else
		mdev_slice_end(slice);
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_slice_remove);

/**
 * mdev_slice_remove_bounded - remove a slice, and wait for its end for seconds at most
 * @slice: the slice, with a reference that stays the caller's
 * @extack: told why not; may be NULL
 *
 * As mdev_slice_remove(), for who holds a lock that others need, as a request of generic
 * netlink does: while it runs no family can come or go, and whoever waits for that keeps
 * out all other requests. Whoever is inside the slice, and what a parent is slow with, is
 * waited for elsewhere.
 *
 * Return: as mdev_slice_remove().
 */
int mdev_slice_remove_bounded(struct mdev_slice *slice,
			      struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_slice_take(slice, MDEV_SLICE_DYING, extack);
	if (err)
		return err;
	mdev_slice_mark_dead(slice, MDEV_EVENT_USER);
	mdev_slice_state_released(slice);
	get_device(&slice->dev);
	queue_work(mdev_drains, &slice->drain_work);
	mdev_slice_wait_over(slice, jiffies + MDEV_SLICE_END_TIME);
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_slice_remove_bounded);

/*
 * With the state taken the class stays as it is, and so does the owner under tell_lock,
 * since whoever changes it looks at the state there: it is decided here for good whether
 * the slice is meant. Those who are inside are not waited for: dumps still meet the slice,
 * and would have to wait behind us.
 */
static bool mdev_slice_condemn(struct mdev_slice *slice,
			       const struct mdev_batch *batch)
{
	bool meant;

	mutex_lock(&slice->tell_lock);
	meant = batch->is_meant(batch->filter, slice);
	if (meant)
		mdev_slice_doom(slice);
	mutex_unlock(&slice->tell_lock);
	return meant;
}

/* A slice that waits to leave its class for want of its user, where nobody waits for that. */
static int mdev_batch_take_over(const struct mdev_batch *batch,
				struct mdev_slice *slice)
{
	bool taken;

	mutex_lock(&slice->tell_lock);
	taken = batch->is_meant(batch->filter, slice) &&
		mdev_slice_take_over(slice);
	mutex_unlock(&slice->tell_lock);
	if (!taken)
		return -EBUSY;
	mdev_slice_state_acquired(slice, false);
	return 0;
}

/* Take a slice for MDEV_SLICE_DYING, -ENOENT if the batch does not mean it. */
static int mdev_batch_take(const struct mdev_batch *batch,
			   struct mdev_slice *slice)
{
	int err;

	if (!batch->is_meant)
		return mdev_slice_take(slice, MDEV_SLICE_DYING, NULL);
	err = mdev_slice_take(slice, MDEV_SLICE_CHANGING, NULL);
	if (err == -EBUSY)
		return mdev_batch_take_over(batch, slice);
	if (err)
		return err;
	if (!mdev_slice_condemn(slice, batch)) {
		mdev_slice_release(slice);
		return -ENOENT;
	}
	return 0;
}

/* Those that end elsewhere. When the parent goes it waits for all of its slices. */
static void mdev_batch_wait(struct mdev_batch *batch)
{
	unsigned long end = jiffies + MDEV_SLICE_END_TIME;
	unsigned int i;

	for (i = 0; i < batch->nr_elsewhere; i++) {
		if (batch->cause == MDEV_EVENT_USER)
			mdev_slice_wait_over(batch->elsewhere[i], end);
		mdev_slice_put(batch->elsewhere[i]);
	}
	batch->nr_elsewhere = 0;
}

/* The slices have references of the batch. */
void mdev_batch_end(struct mdev_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->nr; i++)
		flush_work(&batch->slices[i]->left_work);
	if (batch->nr)
		mdev_slices_end(batch->slices, batch->nr);
	for (i = 0; i < batch->nr; i++)
		mdev_slice_put(batch->slices[i]);
	batch->nr = 0;
	mdev_batch_wait(batch);
}

/*
 * A slice that was marked dead begins to stop before the next one is looked at. An endpoint
 * driver that lets go of its device waits for grace periods, most of the time; many do that
 * at once, and share them. The work is the caller's: no class has said that it waits for a
 * user.
 */
static void mdev_batch_add(struct mdev_batch *batch, struct mdev_slice *slice)
{
	if (mdev_slice_ends_elsewhere(slice)) {
		batch->elsewhere[batch->nr_elsewhere++] = slice;
		return;
	}
	if (slice->cdev) {
		INIT_WORK(&slice->left_work, mdev_slice_apart_work);
		queue_work(mdev_exits, &slice->left_work);
	} else {
		mdev_slice_take_apart(slice);
	}
	batch->slices[batch->nr++] = slice;
}

static bool mdev_batch_full(const struct mdev_batch *batch)
{
	return batch->nr == ARRAY_SIZE(batch->slices) ||
	       batch->nr_elsewhere == ARRAY_SIZE(batch->elsewhere);
}

/*
 * As mdev_slice_remove(), but what is left to do is done with others, by
 * mdev_batch_end() at last. The reference becomes the batch's, also when it fails.
 */
int mdev_batch_remove(struct mdev_batch *batch, struct mdev_slice *slice)
{
	int err;

	if (mdev_batch_full(batch) ||
	    (batch->nr && batch->slices[0]->parent != slice->parent))
		mdev_batch_end(batch);

	err = mdev_batch_take(batch, slice);
	if (!err && mdev_slice_die(slice, batch->cause))
		mdev_batch_add(batch, slice);
	else
		mdev_slice_put(slice);
	return err;
}

/*
 * The first one that nobody removes yet. Each that was looked at is put at the end, so
 * those that wait for a user are not looked at again before all others.
 */
static struct mdev_slice *mdev_slice_get_first(struct mdev_parent *parent)
{
	struct mdev_slice *slice = NULL;
	unsigned int left;

	spin_lock(&parent->lock);
	for (left = parent->nr_slices; left; left--) {
		slice = list_first_entry(&parent->slices, struct mdev_slice, node);
		list_move_tail(&slice->node, &parent->slices);
		if (READ_ONCE(slice->state) != MDEV_SLICE_DYING) {
			get_device(&slice->dev);
			break;
		}
	}
	spin_unlock(&parent->lock);
	return left ? slice : NULL;
}

/* Somebody changes the slice. It is waited for while no other one is held up by that. */
static void mdev_slice_remove_wait(struct mdev_slice *slice)
{
	if (mdev_slice_take_wait(slice) &&
	    mdev_slice_die(slice, MDEV_EVENT_PARENT) &&
	    !mdev_slice_ends_elsewhere(slice))
		mdev_slice_end(slice);
}

/*
 * Remove every slice of a parent that no new ones can be made on. All of them are told
 * before any user is waited for, however long that takes: it is no fault of the kernel's.
 */
void mdev_slice_remove_all(struct mdev_parent *parent)
{
	struct mdev_batch batch = { .cause = MDEV_EVENT_PARENT };
	struct mdev_slice *slice;

	while ((slice = mdev_slice_get_first(parent))) {
		get_device(&slice->dev);
		if (mdev_batch_remove(&batch, slice) == -EBUSY) {
			mdev_batch_end(&batch);
			mdev_slice_remove_wait(slice);
		}
		mdev_slice_put(slice);
	}
	mdev_batch_end(&batch);
	wait_event_idle(parent->empty, list_empty_careful(&parent->slices));
}

int mdev_removals_init(void)
{
	/* See mdev_changes_init(). */
	mdev_removals = alloc_workqueue("mdev_removals",
					WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!mdev_removals)
		return -ENOMEM;
	mdev_exits = alloc_workqueue("mdev_exits", WQ_UNBOUND, 0);
	if (!mdev_exits)
		goto destroy_removals;
	mdev_drains = alloc_workqueue("mdev_drains", WQ_UNBOUND, 0);
	if (!mdev_drains)
		goto destroy_exits;
	return 0;

destroy_exits:
	destroy_workqueue(mdev_exits);
destroy_removals:
	destroy_workqueue(mdev_removals);
	return -ENOMEM;
}

void mdev_removals_exit(void)
{
	/* First: what it does may go on in the last one. */
	destroy_workqueue(mdev_drains);
	destroy_workqueue(mdev_exits);
	destroy_workqueue(mdev_removals);
}
