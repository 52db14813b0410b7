// SPDX-License-Identifier: GPL-2.0
/*
 * Class change: one slice, one class device at a time, all or nothing.
 *
 * Whoever asks for it does it, except for a part of it: a class device that somebody in
 * user space may be waited for is left in a work item. Whoever asked waits for that, but for
 * seconds only, and if it takes longer the work goes on with the change alone.
 */
#include <linux/completion.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "core.h"
#include "trace.h"

/**
 * struct mdev_step - a class that a slice is about to enter
 * @class: the class with its module held, NULL for class none
 * @cdev: the class device, allocated and not yet visible
 *
 * Holds everything that entering the class can run short of.
 */
struct mdev_step {
	const struct mdev_class *class;
	struct device *cdev;
};

/**
 * struct mdev_change - a slice on its way from one class to another
 * @slice: the slice, whose state is held
 * @to: the class that it is sent to
 * @step: what entering that takes
 * @back: what entering takes the class that it comes from
 * @old: the class device that it had there, or NULL
 * @event: what is told of it
 * @exit_work: leaves the class that it comes from; has a reference of the slice
 * @exited: it has, and whoever asked goes on
 *
 * Both have it, with all that is in it and the state of the slice, while that says
 * MDEV_EXIT_ASKED, which each of them replaces by cmpxchg(), so that one succeeds. The other
 * one has the change then and ends it: the work if whoever asked has given up, and otherwise
 * they, once @exited is complete, after which the work does not look at it again.
 *
 * Of what the work has, a removal may take the slice, again by cmpxchg(). Then there is no
 * class to enter any more. The work still has the class device, which the removal leaves alone,
 * and whichever of them is ready later goes on with the end of the slice.
 */
struct mdev_change {
	struct mdev_slice *slice;
	enum mdev_class_id to;
	struct mdev_step step;
	struct mdev_step back;
	struct device *old;
	struct mdev_event event;
	struct work_struct exit_work;
	struct completion exited;
};

/* Changes that may wait for a user, each for its own. */
static struct workqueue_struct *mdev_changes;

static enum mdev_class_id mdev_step_id(const struct mdev_step *step)
{
	return step->class ? step->class->id : MDEV_CLASS_NONE;
}

static int mdev_step_name(struct mdev_step *step, struct mdev_slice *slice)
{
	if (step->class->id == MDEV_CLASS_VFIO)
		return dev_set_name(step->cdev, "%pUl", &slice->uuid);
	return dev_set_name(step->cdev, "%s", mdev_slice_name(slice));
}

static int mdev_step_prepare(struct mdev_step *step, struct mdev_slice *slice,
			     enum mdev_class_id id,
			     struct netlink_ext_ack *extack)
{
	struct device *cdev;
	int err;

	*step = (struct mdev_step){};
	if (id == MDEV_CLASS_NONE)
		return 0;

	step->class = mdev_class_get(id);
	if (!step->class) {
		NL_SET_ERR_MSG_FMT(extack, "no module for class %s is loaded",
				   mdev_class_name(id));
		return -EOPNOTSUPP;
	}

	mdev_class_device_allocated(id);
	cdev = step->class->alloc(slice, extack);
	if (IS_ERR(cdev)) {
		err = PTR_ERR(cdev);
		mdev_class_device_released(id);
		goto put_class;
	}

	step->cdev = cdev;
	cdev->parent = slice->parent->dev;
	/*
	 * It has no pins: those of its parent are the parent's affair. Otherwise the driver
	 * core looks for some before it calls any probe, and when it has no memory for that
	 * it leaves the device without a driver and tells nobody.
	 */
	cdev->of_node_reused = true;
	err = mdev_step_name(step, slice);
	if (err)
		goto put_cdev;
	return 0;

put_cdev:
	put_device(cdev);
put_class:
	mdev_class_put(step->class);
	*step = (struct mdev_step){};
	return err;
}

/* Undo mdev_step_prepare(); nothing happens after mdev_step_enter() took it. */
static void mdev_step_cancel(struct mdev_step *step)
{
	if (!step->class)
		return;
	put_device(step->cdev);
	mdev_class_put(step->class);
	*step = (struct mdev_step){};
}

static int mdev_class_find_driver(const struct mdev_class *class,
				  const struct mdev_parent *parent,
				  struct netlink_ext_ack *extack)
{
	return class->find_driver ? class->find_driver(parent, extack) : 0;
}

/*
 * As mdev_step_prepare(), for a class that the slice is sent to. It can always be led
 * back to where it was, also when the driver has gone from there meanwhile.
 */
static int mdev_step_begin(struct mdev_step *step, struct mdev_slice *slice,
			   enum mdev_class_id id, struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_step_prepare(step, slice, id, extack);
	if (err || !step->class)
		return err;
	err = mdev_class_find_driver(step->class, slice->parent, extack);
	if (err)
		mdev_step_cancel(step);
	return err;
}

/* What the slice is in is read without its state; see the readers in sysfs.c. */
static void mdev_slice_set_cdev(struct mdev_slice *slice, struct device *cdev,
				const struct mdev_class *class)
{
	slice->in_class = class;
	spin_lock(&slice->lock);
	slice->cdev = cdev;
	WRITE_ONCE(slice->class_id, class ? class->id : MDEV_CLASS_NONE);
	spin_unlock(&slice->lock);
	if (!cdev)
		mdev_endpoint_clear(slice);
}

/*
 * Make the class device visible and let its endpoint driver take it. On success
 * the slice owns the references in @step, on failure they stay there.
 *
 * The class device is set before device_add(), because the endpoint driver's
 * probe announces things below it whose readers come back to the slice.
 */
static int mdev_step_enter(struct mdev_step *step, struct mdev_slice *slice,
			   struct netlink_ext_ack *extack)
{
	struct device *cdev = step->cdev;
	int err;

	if (!step->class)
		return 0;

	err = mdev_name_free_below(cdev->parent, dev_name(cdev), extack);
	if (err)
		return err;

	WRITE_ONCE(slice->probe_err, 0);
	slice->link_err = 0;
	mdev_slice_set_cdev(slice, cdev, step->class);
	err = device_add(cdev);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "class %s: adding the device failed: %pe",
				   mdev_class_name(step->class->id), ERR_PTR(err));
		goto unset_cdev;
	}

	err = slice->link_err ? slice->link_err : READ_ONCE(slice->probe_err);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "class %s: the endpoint driver failed: %pe",
				   mdev_class_name(step->class->id), ERR_PTR(err));
		goto del_cdev;
	}

	*step = (struct mdev_step){};
	return 0;

del_cdev:
	device_del(cdev);
unset_cdev:
	mdev_slice_set_cdev(slice, NULL, NULL);
	return err;
}

/* Leave the class. The endpoint driver is unbound by device_del(). */
void mdev_slice_exit_class(struct mdev_slice *slice)
{
	const struct mdev_class *class = slice->in_class;
	struct device *cdev = slice->cdev;

	if (!cdev)
		return;

	device_del(cdev);
	mdev_slice_set_cdev(slice, NULL, NULL);
	put_device(cdev);
	/* Pairs with the get in mdev_step_prepare(). */
	mdev_class_put(class);
}

static bool mdev_slice_exit_moves(struct mdev_slice *slice,
				  enum mdev_slice_exit from,
				  enum mdev_slice_exit to)
{
	return cmpxchg(&slice->exit, from, to) == from;
}

/* For a removal that finds the state taken: get it from a work that is alone with it. */
bool mdev_slice_take_over(struct mdev_slice *slice)
{
	if (!mdev_slice_exit_moves(slice, MDEV_EXIT_ALONE, MDEV_EXIT_TAKEN))
		return false;
	mdev_slice_doom(slice);
	return true;
}

/*
 * For that removal, once nobody is inside the slice, and for the work, once it has left the
 * class: is the other one ready, too?
 */
static bool mdev_slice_exit_passed(struct mdev_slice *slice)
{
	if (mdev_slice_exit_moves(slice, MDEV_EXIT_TAKEN, MDEV_EXIT_PASSED))
		return false;
	/* What the other one did before it set it; a cmpxchg() that fails orders nothing. */
	smp_acquire__after_ctrl_dep();
	return true;
}

/*
 * The slice is being removed. Returns false if its class device is in use: the class
 * calls mdev_slice_left() when it is not any more, or the work of a change that has it.
 */
bool mdev_slice_leave_class(struct mdev_slice *slice)
{
	if (READ_ONCE(slice->exit) != MDEV_EXIT_NONE)
		return mdev_slice_exit_passed(slice);
	return !slice->in_class || !slice->in_class->leave ||
	       slice->in_class->leave(slice->cdev);
}

/* Enter the first class of a new slice. */
int mdev_slice_enter_class(struct mdev_slice *slice, enum mdev_class_id id,
			   struct netlink_ext_ack *extack)
{
	struct mdev_step step;
	int err;

	if (!mdev_parent_serves(slice->parent, id)) {
		NL_SET_ERR_MSG_FMT(extack, "the parent does not serve class %s",
				   mdev_class_name(id));
		return -EOPNOTSUPP;
	}

	err = mdev_step_begin(&step, slice, id, extack);
	if (err)
		return err;

	err = mdev_step_enter(&step, slice, extack);
	mdev_step_cancel(&step);
	return err;
}

/* May the slice leave the class that it is in? */
static int mdev_slice_class_busy(struct mdev_slice *slice, bool force,
				 struct netlink_ext_ack *extack)
{
	if (!slice->in_class || !slice->in_class->busy)
		return 0;
	return slice->in_class->busy(slice->cdev, force, extack);
}

/*
 * The new class could not be entered: go back to where the slice was, as @old. If even
 * that fails it is parked, and both errors are told.
 */
static void mdev_step_back(struct mdev_step *back, struct mdev_slice *slice,
			   struct device *old, int err,
			   struct netlink_ext_ack *extack)
{
	enum mdev_class_id id = mdev_step_id(back);
	int back_err;

	if (back->class && back->class->keep)
		back->class->keep(back->cdev, old);
	back_err = mdev_step_enter(back, slice, NULL);
	if (!back_err)
		return;

	NL_SET_ERR_MSG_FMT(extack,
			   "class change failed: %pe, and so did the way back to %s: %pe",
			   ERR_PTR(err), mdev_class_name(id), ERR_PTR(back_err));
	dev_err(&slice->dev, "parked: class change failed: %pe, the way back to %s: %pe\n",
		ERR_PTR(err), mdev_class_name(id), ERR_PTR(back_err));
}

/* Undo mdev_change_begin(). */
static void mdev_change_free(struct mdev_change *change)
{
	put_device(change->old);
	mdev_step_cancel(&change->back);
	mdev_step_cancel(&change->step);
	kfree(change);
}

/* All that can fail before the slice leaves its class. After it that has to go. */
static int mdev_change_prepare(struct mdev_change *change, bool force,
			       struct netlink_ext_ack *extack)
{
	struct mdev_slice *slice = change->slice;
	int err;

	err = mdev_step_begin(&change->step, slice, change->to, extack);
	if (err)
		return err;
	/* Memory for the way back is there before it is needed. */
	err = mdev_step_prepare(&change->back, slice, slice->class_id, extack);
	if (err)
		return err;
	return mdev_slice_class_busy(slice, force, extack);
}

static void mdev_change_exit_work(struct work_struct *work);

static struct mdev_change *mdev_change_begin(struct mdev_slice *slice,
					     enum mdev_class_id to, bool force,
					     struct netlink_ext_ack *extack)
{
	struct mdev_change *change;
	int err;

	change = kzalloc(sizeof(*change), GFP_KERNEL);
	if (!change)
		return ERR_PTR(-ENOMEM);
	change->slice = slice;
	change->to = to;
	mdev_event_init(&change->event, MDEV_EVENT_USER);
	change->event.from = slice->class_id;
	INIT_WORK(&change->exit_work, mdev_change_exit_work);
	init_completion(&change->exited);
	err = mdev_change_prepare(change, force, extack);
	if (err) {
		mdev_change_free(change);
		return ERR_PTR(err);
	}
	change->old = get_device(slice->cdev);
	return change;
}

/* The change is over, or there was none. Counters are read without the state. */
static void mdev_slice_changed(struct mdev_slice *slice, int err)
{
	if (err)
		WRITE_ONCE(slice->failures, slice->failures + 1);
	else
		WRITE_ONCE(slice->changes, slice->changes + 1);
	mdev_slice_release(slice);
}

/* The slice is in no class. */
static int mdev_change_end(struct mdev_change *change,
			   struct netlink_ext_ack *extack)
{
	struct mdev_slice *slice = change->slice;
	int err;

	err = mdev_step_enter(&change->step, slice, extack);
	if (err)
		mdev_step_back(&change->back, slice, change->old, err, extack);
	trace_mdev_class_end(slice, change->event.from, change->to, err);
	change->event.err = err;
	mdev_slice_notify_change(slice, &change->event);
	mdev_change_free(change);
	mdev_slice_changed(slice, err);
	return err;
}

/*
 * Lockdep is told that the state is held here, too, although whoever asked still has it as
 * long as they wait: locks that the exit takes come after it.
 */
static void mdev_change_exit_work(struct work_struct *work)
{
	struct mdev_change *change = container_of(work, struct mdev_change,
						  exit_work);
	struct mdev_slice *slice = change->slice;

	mdev_slice_state_acquired(slice, true);
	mdev_slice_exit_class(slice);
	if (mdev_slice_exit_moves(slice, MDEV_EXIT_ASKED, MDEV_EXIT_NONE)) {
		mdev_slice_state_released(slice);
		complete(&change->exited);
	} else if (mdev_slice_exit_moves(slice, MDEV_EXIT_ALONE, MDEV_EXIT_NONE)) {
		/* Nobody is there any more who could be told why not. */
		mdev_change_end(change, NULL);
	} else {
		mdev_change_free(change);
		mdev_slice_state_released(slice);
		if (mdev_slice_exit_passed(slice))
			mdev_slice_left(slice);
	}
	mdev_slice_put(slice);
}

/*
 * Leave the class. A class that waits for users does not always see them coming: the node
 * of a vfio device can be opened after it was found not to be in use and before it is gone,
 * and is waited for then. Whoever asked for the change cannot be: they may have a lock that
 * others need, as a request of generic netlink does. Returns false if the change is the
 * work's.
 */
static bool mdev_change_exit(struct mdev_change *change)
{
	struct mdev_slice *slice = change->slice;

	if (!slice->in_class || !slice->in_class->leave) {
		mdev_slice_exit_class(slice);
		return true;
	}

	get_device(&slice->dev);
	WRITE_ONCE(slice->exit, MDEV_EXIT_ASKED);
	queue_work(mdev_changes, &change->exit_work);
	if (wait_for_completion_killable_timeout(&change->exited,
						 MDEV_SLICE_END_TIME) > 0)
		return true;
	if (mdev_slice_exit_moves(slice, MDEV_EXIT_ASKED, MDEV_EXIT_ALONE)) {
		mdev_slice_wake(slice);
		return false;
	}
	/* It has just left the class. */
	wait_for_completion(&change->exited);
	return true;
}

/* With slice state held, which is given up. */
static int mdev_slice_change(struct mdev_slice *slice, enum mdev_class_id to,
			     bool force, struct netlink_ext_ack *extack)
{
	struct mdev_change *change;

	change = mdev_change_begin(slice, to, force, extack);
	if (IS_ERR(change)) {
		mdev_slice_changed(slice, PTR_ERR(change));
		return PTR_ERR(change);
	}

	trace_mdev_class_begin(slice, to);
	if (mdev_change_exit(change))
		return mdev_change_end(change, extack);

	/* The state is the work's. */
	mdev_slice_state_released(slice);
	NL_SET_ERR_MSG(extack,
		       "the slice is still leaving its class, perhaps because somebody has opened its node: the change goes on, and a message tells how it ends");
	return -EINPROGRESS;
}

/**
 * mdev_slice_set_class - move a slice to another class
 * @slice: the slice, referenced
 * @id: class to enter
 * @force: take it away from who uses it, where the class allows that
 * @extack: told why not; may be NULL
 *
 * All or nothing: after an error the slice is in the class that it was in, or
 * parked if that could not be entered again. Moving to the class that it is in
 * does nothing. May sleep; the endpoint drivers' remove and probe run here.
 * Callers hold no lock that is ordered after slice state.
 *
 * Does not wait for user space: where somebody has opened the slice just now, who was not
 * there when that was looked at, it is left to itself after seconds. It then goes on when
 * they have let go of it, and the slice is changing until then. It can be removed meanwhile.
 *
 * Return: 0, -EOPNOTSUPP if the parent does not serve the class, no module does or the
 * driver is not there, -EBUSY if the slice is in use or being changed, -ENODEV if it
 * is going, -EINPROGRESS if the change goes on and a message will tell how it has ended, or
 * what the endpoint driver's probe said.
 */
int mdev_slice_set_class(struct mdev_slice *slice, enum mdev_class_id id,
			 bool force, struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_slice_take(slice, MDEV_SLICE_CHANGING, extack);
	if (err)
		return err;

	if (!mdev_parent_serves(slice->parent, id)) {
		NL_SET_ERR_MSG_FMT(extack, "the parent does not serve class %s",
				   mdev_class_name(id));
		err = -EOPNOTSUPP;
	} else if (id != slice->class_id) {
		return mdev_slice_change(slice, id, force, extack);
	}

	mdev_slice_release(slice);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_slice_set_class);

/**
 * mdev_slice_probed - tell how the endpoint driver's probe went
 * @slice: the slice
 * @err: what probe returned
 *
 * Called by the probe function of a class bus, each time.
 */
void mdev_slice_probed(struct mdev_slice *slice, int err)
{
	WRITE_ONCE(slice->probe_err, err);
}
EXPORT_SYMBOL_GPL(mdev_slice_probed);

/* Does the parent serve the class, and are its module and the driver there? */
static bool mdev_slice_class_there(const struct mdev_parent *parent,
				   enum mdev_class_id id)
{
	const struct mdev_class *class;
	bool there;

	if (!mdev_parent_serves(parent, id))
		return false;
	class = mdev_class_get(id);
	if (!class)
		return false;
	there = !mdev_class_find_driver(class, parent, NULL);
	mdev_class_put(class);
	return there;
}

/* @first if it is there, else the first one that is. */
enum mdev_class_id mdev_slice_default_class(const struct mdev_parent *parent,
					    enum mdev_class_id first)
{
	enum mdev_class_id id;

	if (mdev_slice_class_there(parent, first))
		return first;
	for (id = MDEV_CLASS_NONE + 1; id < MDEV_CLASS_MAX; id++)
		if (mdev_slice_class_there(parent, id))
			return id;
	return MDEV_CLASS_NONE;
}

int mdev_changes_init(void)
{
	/*
	 * Those that wait keep nobody else from leaving a class. They have the lock of the class
	 * device, which the driver core takes when the system goes to sleep, and whoever they
	 * wait for is frozen by then: they are waited for before, or the system stays awake.
	 */
	mdev_changes = alloc_workqueue("mdev_changes",
				       WQ_UNBOUND | WQ_FREEZABLE, WQ_MAX_ACTIVE);
	return mdev_changes ? 0 : -ENOMEM;
}

void mdev_changes_exit(void)
{
	destroy_workqueue(mdev_changes);
}
