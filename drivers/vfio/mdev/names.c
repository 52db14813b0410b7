// SPDX-License-Identifier: GPL-2.0
/*
 * The names that slices have, which slice has one, and how it gets another one.
 *
 * A name is memory of its own, which stays for a grace period after the slice has got
 * another name or has gone: whoever reads it without a lock needs rcu_read_lock() and
 * nothing else.
 */
#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

static struct rhashtable mdev_names;

static u32 mdev_name_hash(const void *data, u32 len, u32 seed)
{
	const char *text = data;

	return jhash(text, strlen(text), seed);
}

static u32 mdev_name_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct mdev_name *name = data;

	return mdev_name_hash(name->text, 0, seed);
}

static int mdev_name_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct mdev_name *name = obj;

	return strcmp(name->text, arg->key);
}

static const struct rhashtable_params mdev_name_params = {
	.head_offset = offsetof(struct mdev_name, node),
	.hashfn = mdev_name_hash,
	.obj_hashfn = mdev_name_obj_hash,
	.obj_cmpfn = mdev_name_cmp,
	.automatic_shrinking = true,
};

/* A name for a slice, which nobody finds by it yet. To be freed by mdev_name_free(). */
struct mdev_name *mdev_name_alloc(struct mdev_slice *slice, const char *text)
{
	size_t size = strlen(text) + 1;
	struct mdev_name *name;

	name = kmalloc(struct_size(name, text, size), GFP_KERNEL);
	if (!name)
		return NULL;
	name->slice = slice;
	memcpy(name->text, text, size);
	return name;
}

/* Nobody comes to it any more, but for those who read it just now. NULL is no name. */
void mdev_name_free(struct mdev_name *name)
{
	kfree_rcu(name, rcu);
}

/* Nobody else gets this name until mdev_name_unreserve(). */
int mdev_name_reserve(struct mdev_name *name, struct netlink_ext_ack *extack)
{
	int err = rhashtable_lookup_insert_key(&mdev_names, name->text,
					       &name->node, mdev_name_params);

	if (err == -EEXIST)
		NL_SET_ERR_MSG(extack, "a slice with this name exists");
	return err;
}

void mdev_name_unreserve(struct mdev_name *name)
{
	rhashtable_remove_fast(&mdev_names, &name->node, mdev_name_params);
}

/*
 * The slice that has this name, or is about to get or lose it, or NULL. Under
 * rcu_read_lock(), for as long as that: a slice is released after its names were taken out
 * of the table, and its memory stays for a grace period after that.
 */
struct mdev_slice *mdev_name_find(const char *text)
{
	struct mdev_name *name;

	name = rhashtable_lookup(&mdev_names, text, mdev_name_params);
	return name ? name->slice : NULL;
}

/*
 * As mdev_name_find(), but the name that the slice has. Both its names are in the table
 * while it changes from one to the other, and the pointer in the slice tells which one it
 * is: at each moment it is found by exactly one of them.
 */
struct mdev_slice *mdev_name_find_current(const char *text)
{
	struct mdev_name *name;

	name = rhashtable_lookup(&mdev_names, text, mdev_name_params);
	if (!name || rcu_access_pointer(name->slice->name) != name)
		return NULL;
	return name->slice;
}

/*
 * Those who are inside the slice are waited for, but not by down_write(): whoever comes
 * would wait behind that, and so would lists behind one driver that is slow to be read from.
 */
static int mdev_slice_keep_out(struct mdev_slice *slice,
			       struct netlink_ext_ack *extack)
{
	unsigned long end = jiffies + MDEV_SLICE_END_TIME;

	while (!down_write_trylock(&slice->live_sem)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (time_after(jiffies, end)) {
			NL_SET_ERR_MSG(extack, "the slice is being read from all the time");
			return -EBUSY;
		}
		usleep_range(100, 200);
	}
	return 0;
}

/*
 * With the state held, of a slice that is parked: nothing that is named after it is there
 * but its own directory.
 *
 * Whoever is told of the new name, by the uevent or by a message, finds the slice by it, so
 * the slice has it before, and gives it back if the directory cannot have it, for which
 * there is hardly a cause but that memory is short. Nobody is inside mdev_slice_enter()
 * meanwhile, so nobody describes the slice under a name that it does not get.
 *
 * The driver core frees the name that dev_name() returns. It reads that with the state
 * held, as whatever makes it do so has it, except when root writes to attribute "uevent":
 * that is as with a network interface. Nothing else reads it, see mdev_slice_name().
 */
static int mdev_slice_swap_name(struct mdev_slice *slice, struct mdev_name *name,
				struct netlink_ext_ack *extack)
{
	struct mdev_name *former = mdev_slice_held_name(slice);
	int err;

	err = mdev_slice_keep_out(slice, extack);
	if (err)
		return err;
	rcu_assign_pointer(slice->name, name);
	err = device_rename(&slice->dev, name->text);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "renaming the device failed: %pe",
				   ERR_PTR(err));
		rcu_assign_pointer(slice->name, former);
		up_write(&slice->live_sem);
		return err;
	}
	/* Who describes the slice for the message may be slow. No other one comes before. */
	mutex_lock(&slice->tell_lock);
	downgrade_write(&slice->live_sem);
	mdev_slice_notify_rename(slice, former->text);
	mutex_unlock(&slice->tell_lock);
	up_read(&slice->live_sem);
	return 0;
}

/* The former name is free when all have been told that it is not the slice's any more. */
static int mdev_slice_change_name(struct mdev_slice *slice, const char *text,
				  struct netlink_ext_ack *extack)
{
	struct mdev_name *name, *unused;
	int err;

	name = mdev_name_alloc(slice, text);
	if (!name)
		return -ENOMEM;
	unused = name;
	err = mdev_name_reserve(name, extack);
	if (err)
		goto free_name;
	err = mdev_name_free_below(slice->parent->dev, text, extack);
	if (err)
		goto unreserve;

	unused = mdev_slice_held_name(slice);
	err = mdev_slice_swap_name(slice, name, extack);
	if (err)
		unused = name;
unreserve:
	mdev_name_unreserve(unused);
free_name:
	mdev_name_free(unused);
	return err;
}

/**
 * mdev_slice_rename - give a slice another name
 * @slice: the slice, referenced and not entered
 * @name: the name
 * @extack: told why not; may be NULL
 *
 * All or nothing. May sleep. A slice of this name that is being removed is waited for, as
 * in mdev_slice_create(). The slice's own name is always good. Number and UUID stay.
 * Callers hold no lock that is ordered after slice state.
 *
 * Return: 0, -EINVAL for a bad name, -EEXIST if it is in use, -EBUSY if the slice is in a
 * class, is being changed or read from for seconds, -ENODEV if it is going, -ENOMEM.
 */
int mdev_slice_rename(struct mdev_slice *slice, const char *name,
		      struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_name_check(name, extack) ?:
	      mdev_name_check_uuid(name, &slice->uuid, extack);
	if (!err && mdev_slice_parked(slice))
		err = mdev_slice_wait_former(name, NULL);
	if (!err)
		err = mdev_slice_take(slice, MDEV_SLICE_CHANGING, extack);
	if (err)
		return err;

	if (strcmp(name, mdev_slice_name(slice))) {
		if (mdev_slice_parked(slice)) {
			err = mdev_slice_change_name(slice, name, extack);
		} else {
			NL_SET_ERR_MSG(extack,
				       "a slice gets another name in class none only");
			err = -EBUSY;
		}
	}

	mdev_slice_release(slice);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_slice_rename);

int mdev_names_init(void)
{
	return rhashtable_init(&mdev_names, &mdev_name_params);
}

void mdev_names_exit(void)
{
	rhashtable_destroy(&mdev_names);
}
