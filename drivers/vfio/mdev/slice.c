// SPDX-License-Identifier: GPL-2.0
/*
 * Slices: creation, state, look-up.
 *
 * A slice is found by others from its publication at the end of creation to the
 * moment when it is marked dead. Its name and UUID are reserved longer: from
 * before the parent hears of it until the parent has forgotten it.
 */
#include <linux/debug_locks.h>
#include <linux/mdev_config.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait_bit.h>
#include <linux/xarray.h>

#include "core.h"

/* Live slices by id; ids only grow until they wrap, so a dump can go on. */
static DEFINE_XARRAY_ALLOC1(mdev_slices);
static u32 mdev_slice_next_id;
static struct rhashtable mdev_slice_uuids;
/* Moves on whenever a slice comes or goes. */
static atomic_t mdev_slice_gen = ATOMIC_INIT(1);
/* Whoever wants the name of a slice that is being removed waits here. */
static DECLARE_WAIT_QUEUE_HEAD(mdev_slice_ends);

static const struct rhashtable_params mdev_slice_uuid_params = {
	.head_offset = offsetof(struct mdev_slice, uuid_node),
	.key_offset = offsetof(struct mdev_slice, uuid),
	.key_len = sizeof(guid_t),
	.automatic_shrinking = true,
};

/*
 * Slice state. It is a word and not a lock, because whoever finds it taken
 * fails at once; lockdep is told all the same, since those who wait for it
 * (removal of the parent) could wait for ever.
 */
#ifdef CONFIG_LOCKDEP
static struct lock_class_key mdev_slice_state_key;

void mdev_slice_state_acquired(struct mdev_slice *slice, bool waited)
{
	lock_acquire_exclusive(&slice->state_map, 0, !waited, NULL, _RET_IP_);
}

void mdev_slice_state_released(struct mdev_slice *slice)
{
	lock_release(&slice->state_map, _RET_IP_);
}

static void mdev_slice_state_init(struct mdev_slice *slice)
{
	lockdep_init_map(&slice->state_map, "mdev_slice_state",
			 &mdev_slice_state_key, 0);
}
#else
static void mdev_slice_state_init(struct mdev_slice *slice) {}
#endif

static bool mdev_slice_try_take(struct mdev_slice *slice,
				enum mdev_slice_state state)
{
	if (cmpxchg(&slice->state, MDEV_SLICE_READY, state) == MDEV_SLICE_READY)
		return true;
	return state == MDEV_SLICE_DYING && mdev_slice_take_over(slice);
}

/* For whoever waits for the state to look again. */
void mdev_slice_wake(struct mdev_slice *slice)
{
	/* Pairs with the barrier of the waiter's prepare_to_wait(). */
	smp_mb();
	wake_up_var(&slice->state);
}

/*
 * Take the state, or say why not. Pairs with mdev_slice_release(), or with the end of
 * the slice for MDEV_SLICE_DYING.
 */
int mdev_slice_take(struct mdev_slice *slice, enum mdev_slice_state state,
		    struct netlink_ext_ack *extack)
{
	/*
	 * Class exit and removal take rtnl inside. After it has found a fault
	 * anywhere, lockdep takes everything for held.
	 */
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) && debug_locks &&
		     lockdep_rtnl_is_held());

	/*
	 * Removal of the parent waits for the state, and whoever comes again and again could
	 * take it first each time.
	 */
	if (state == MDEV_SLICE_CHANGING && READ_ONCE(slice->parent->going)) {
		NL_SET_ERR_MSG(extack, "the parent of the slice is going");
		return -ENODEV;
	}
	if (mdev_slice_try_take(slice, state)) {
		mdev_slice_state_acquired(slice, false);
		return 0;
	}
	if (READ_ONCE(slice->state) == MDEV_SLICE_DYING) {
		NL_SET_ERR_MSG(extack, "the slice is being removed");
		return -ENODEV;
	}
	NL_SET_ERR_MSG(extack, "the slice is being changed by someone else");
	return -EBUSY;
}

void mdev_slice_release(struct mdev_slice *slice)
{
	mdev_slice_state_released(slice);
	/* What was changed is seen by whoever takes the state next. */
	smp_store_release(&slice->state, MDEV_SLICE_READY);
	mdev_slice_wake(slice);
}

/* Whoever has the state does not give it back, but removes the slice. */
void mdev_slice_doom(struct mdev_slice *slice)
{
	WRITE_ONCE(slice->state, MDEV_SLICE_DYING);
	mdev_slice_wake(slice);
}

/*
 * For removal of the parent: wait until whoever has the state is done with it.
 * Holders are bounded in time and never wait for the parent's device_lock.
 * Returns false if another remover came first.
 */
bool mdev_slice_take_wait(struct mdev_slice *slice)
{
	bool taken = false;

	wait_var_event(&slice->state,
		       (taken = mdev_slice_try_take(slice, MDEV_SLICE_DYING)) ||
		       READ_ONCE(slice->state) == MDEV_SLICE_DYING);
	if (taken)
		mdev_slice_state_acquired(slice, true);
	return taken;
}

static void mdev_slice_dev_release(struct device *dev)
{
	struct mdev_slice *slice = to_mdev_slice(dev);

	mdev_parent_free(slice->parent);
	mdev_name_free(mdev_slice_held_name(slice));
	put_pid(slice->endpoint.holder);
	kfree(slice->owner);
	kfree_rcu(slice, rcu);
	mdev_object_put();
}

const struct class mdev_slice_class = {
	.name = "mdev_slice",
	.dev_groups = mdev_slice_groups,
	.dev_uevent = mdev_slice_uevent,
	.dev_release = mdev_slice_dev_release,
};

static void mdev_params_blame(const struct mdev_slice_params *params,
			      enum mdev_slice_param param)
{
	if (params->refused)
		*params->refused = param;
}

/* @text: NULL to be named by its UUID */
static int mdev_slice_set_name(struct mdev_slice *slice, const char *text)
{
	char uuid[UUID_STRING_LEN + 1];
	struct mdev_name *name;

	snprintf(uuid, sizeof(uuid), "%pUl", &slice->uuid);
	name = mdev_name_alloc(slice, text ?: uuid);
	RCU_INIT_POINTER(slice->name, name);
	return name ? 0 : -ENOMEM;
}

static int mdev_slice_set_ids(struct mdev_slice *slice,
			      const struct mdev_slice_params *params,
			      struct netlink_ext_ack *extack)
{
	guid_t uuid;
	int err;

	if (params->uuid && guid_is_null(params->uuid)) {
		NL_SET_ERR_MSG(extack, "the UUID is all zero");
		mdev_params_blame(params, MDEV_PARAM_UUID);
		return -EINVAL;
	}
	if (params->name) {
		err = mdev_name_check(params->name, extack);
		if (err) {
			mdev_params_blame(params, MDEV_PARAM_NAME);
			return err;
		}
	}

	if (params->uuid)
		guid_copy(&slice->uuid, params->uuid);
	else if (params->name && mdev_name_is_uuid(params->name, &uuid))
		guid_copy(&slice->uuid, &uuid);
	else
		guid_gen(&slice->uuid);

	if (params->name) {
		err = mdev_name_check_uuid(params->name, &slice->uuid, extack);
		if (err) {
			mdev_params_blame(params, MDEV_PARAM_NAME);
			return err;
		}
	}
	return mdev_slice_set_name(slice, params->name);
}

static struct mdev_slice *mdev_slice_alloc(struct mdev_parent *parent)
{
	struct mdev_slice *slice;

	slice = kzalloc(sizeof(*slice), GFP_KERNEL);
	if (!slice)
		return NULL;

	mdev_object_get();
	mdev_parent_hold(parent);
	slice->parent = parent;
	slice->state = MDEV_SLICE_CHANGING;
	init_rwsem(&slice->live_sem);
	spin_lock_init(&slice->lock);
	mutex_init(&slice->tell_lock);
	INIT_LIST_HEAD(&slice->node);
	mdev_slice_removal_init(slice);
	mdev_endpoint_init(slice);
	mdev_slice_state_init(slice);
	mdev_slice_state_acquired(slice, false);
	device_initialize(&slice->dev);
	/* What can be suspended is the parent. Attributes that say so cost a quarter of a slice. */
	device_set_pm_not_required(&slice->dev);
	slice->dev.class = &mdev_slice_class;
	slice->dev.parent = parent->dev;
	return slice;
}

/* Reserve name, UUID and id. Nobody finds the slice yet. */
static int mdev_slice_reserve(struct mdev_slice *slice,
			      const struct mdev_slice_params *params,
			      struct netlink_ext_ack *extack)
{
	int err;

	err = xa_alloc_cyclic(&mdev_slices, &slice->id, NULL, xa_limit_31b,
			      &mdev_slice_next_id, GFP_KERNEL);
	if (err < 0)
		return err;

	err = rhashtable_lookup_insert_fast(&mdev_slice_uuids,
					    &slice->uuid_node,
					    mdev_slice_uuid_params);
	if (err) {
		if (err == -EEXIST) {
			NL_SET_ERR_MSG(extack, "a slice with this UUID exists");
			mdev_params_blame(params, params->uuid ?
					  MDEV_PARAM_UUID : MDEV_PARAM_NAME);
		}
		goto release_id;
	}

	err = mdev_name_reserve(mdev_slice_held_name(slice), extack);
	if (err) {
		if (err == -EEXIST)
			mdev_params_blame(params, MDEV_PARAM_NAME);
		goto remove_uuid;
	}
	return 0;

remove_uuid:
	rhashtable_remove_fast(&mdev_slice_uuids, &slice->uuid_node,
			       mdev_slice_uuid_params);
release_id:
	xa_erase(&mdev_slices, slice->id);
	return err;
}

void mdev_slice_unreserve(struct mdev_slice *slice)
{
	mdev_name_unreserve(mdev_slice_held_name(slice));
	rhashtable_remove_fast(&mdev_slice_uuids, &slice->uuid_node,
			       mdev_slice_uuid_params);
	xa_erase(&mdev_slices, slice->id);
}

/* Nothing of the slice is left. */
void mdev_slice_over(struct mdev_slice *slice)
{
	WRITE_ONCE(slice->end, MDEV_END_OVER);
	wake_up_all(&mdev_slice_ends);
}

static bool mdev_slice_waiting_ends(const struct mdev_slice *slice)
{
	return READ_ONCE(slice->end) == MDEV_END_OVER || READ_ONCE(slice->held);
}

/*
 * The slice is dead. Its end is waited for, until a time, in jiffies, or until it waits for
 * a user itself. Who is killed does not wait either.
 */
void mdev_slice_wait_over(struct mdev_slice *slice, unsigned long end)
{
	long left = max(0L, (long)(end - jiffies));

	wait_event_killable_timeout(mdev_slice_ends,
				    mdev_slice_waiting_ends(slice), left);
}

/* The last user may have let go of it already. */
void mdev_slice_waits_for_user(struct mdev_slice *slice)
{
	WRITE_ONCE(slice->held, true);
	cmpxchg(&slice->end, MDEV_END_SOON, MDEV_END_USER);
	wake_up_all(&mdev_slice_ends);
}

static bool mdev_slice_ends_soon(const struct mdev_slice *slice)
{
	enum mdev_slice_end end = READ_ONCE(slice->end);

	return READ_ONCE(slice->state) == MDEV_SLICE_DYING &&
	       (end == MDEV_END_SOON || end == MDEV_END_LEFT);
}

/* One that is on its way out with the name or, unless it is NULL, the UUID; to be put. */
static struct mdev_slice *mdev_slice_get_former(const char *name,
						const guid_t *uuid)
{
	struct mdev_slice *former;

	rcu_read_lock();
	former = mdev_name_find(name);
	if (uuid && (!former || !mdev_slice_ends_soon(former)))
		former = rhashtable_lookup(&mdev_slice_uuids, uuid,
					   mdev_slice_uuid_params);
	if (former && (!mdev_slice_ends_soon(former) ||
		       !kobject_get_unless_zero(&former->dev.kobj)))
		former = NULL;
	rcu_read_unlock();
	return former;
}

/*
 * A slice is not found any more while the parent still forgets it. Whoever has seen it go,
 * in whichever way, may use its name and UUID again: they are waited for, unless a user of
 * the slice is. The time is limited because the class device may have got a user whom the
 * class does not know of. @uuid: NULL if just the name is wanted.
 */
int mdev_slice_wait_former(const char *name, const guid_t *uuid)
{
	unsigned long end = jiffies + MDEV_SLICE_END_TIME;
	struct mdev_slice *former;
	long left;

	while ((former = mdev_slice_get_former(name, uuid))) {
		left = wait_event_killable_timeout(mdev_slice_ends,
						   !mdev_slice_ends_soon(former),
						   MDEV_SLICE_END_TIME);
		mdev_slice_put(former);
		if (left < 0)
			return left;
		if (time_after(jiffies, end))
			break;
	}
	return 0;
}

/* Nobody meets the slice any more who goes through all of them. */
void mdev_slice_hide(struct mdev_slice *slice)
{
	xa_store(&mdev_slices, slice->id, NULL, GFP_KERNEL);
	atomic_inc(&mdev_slice_gen);
}

static int mdev_slice_check_config(const struct mdev_config *config, u64 mask,
				   struct netlink_ext_ack *extack)
{
	u64 unknown = config->mask & ~mask;

	if (!unknown)
		return 0;
	NL_SET_ERR_MSG_FMT(extack,
			   "the parent cannot set some of the attributes: 0x%llx",
			   unknown);
	return -EOPNOTSUPP;
}

/*
 * An owner is one line of text: anything else could not be read back. The copy is to be
 * freed by kfree(), and NULL for nobody.
 */
int mdev_owner_copy(const char *owner, char **copy,
		    struct netlink_ext_ack *extack)
{
	*copy = NULL;
	if (!owner || !*owner)
		return 0;
	if (strlen(owner) > MDEV_OWNER_MAX || strchr(owner, '\n')) {
		NL_SET_ERR_MSG_FMT(extack,
				   "the owner is more than one line of at most %d characters",
				   MDEV_OWNER_MAX);
		return -EINVAL;
	}
	*copy = kstrdup(owner, GFP_KERNEL);
	return *copy ? 0 : -ENOMEM;
}

/*
 * Make the device visible, with its uevent held back until it is complete: a
 * slice that could not be made was never there.
 */
static int mdev_slice_add(struct mdev_slice *slice,
			  const struct mdev_slice_params *params,
			  struct netlink_ext_ack *extack)
{
	enum mdev_class_id id = params->class_id;
	int err;

	err = dev_set_name(&slice->dev, "%s", mdev_slice_name(slice));
	if (err)
		return err;

	dev_set_uevent_suppress(&slice->dev, 1);
	err = device_add(&slice->dev);
	if (err)
		return err;
	err = mdev_type_link(slice);
	if (err)
		goto del;

	if (id == MDEV_CLASS_DEFAULT)
		id = mdev_slice_default_class(slice->parent,
					      MDEV_CLASS_VIRTIO);
	err = mdev_slice_enter_class(slice, id, extack);
	if (err) {
		mdev_params_blame(params, MDEV_PARAM_CLASS);
		goto unlink;
	}
	return 0;

unlink:
	mdev_type_unlink(slice);
del:
	device_del(&slice->dev);
	return err;
}

/*
 * The message that there is a slice comes before any other about it, and whoever gets it
 * finds the slice: until live_sem is given back nobody is inside mdev_slice_enter().
 */
static void mdev_slice_publish(struct mdev_slice *slice)
{
	struct mdev_parent *parent = slice->parent;

	/* Registration does not wait for anybody before that. */
	wait_for_completion(&parent->told);

	spin_lock(&parent->lock);
	list_add_tail(&slice->node, &parent->slices);
	parent->nr_slices++;
	spin_unlock(&parent->lock);

	down_write(&slice->live_sem);
	WRITE_ONCE(slice->live, true);
	/* The id was reserved: no memory is needed any more. */
	xa_store(&mdev_slices, slice->id, slice, GFP_KERNEL);
	atomic_inc(&mdev_slice_gen);
	mdev_slice_notify_add(slice);
	up_write(&slice->live_sem);

	dev_set_uevent_suppress(&slice->dev, 0);
	kobject_uevent(&slice->dev.kobj, KOBJ_ADD);
	mdev_slice_release(slice);
}

/**
 * mdev_slice_create - make a slice
 * @parent: its parent, got by mdev_parent_get_by_name() or _get_next()
 * @params: what to make; not kept
 * @extack: told why not; may be NULL
 *
 * All or nothing, class entry included. May sleep. A slice of the same name or UUID
 * that is being removed is waited for, for some seconds, but no user of it. Callers
 * hold no lock that is ordered after slice state.
 *
 * Return: the slice with a reference for the caller, to be put by
 * mdev_slice_put(), or an ERR_PTR: -EINVAL for a bad name or UUID, -EEXIST if
 * it is in use, -EOPNOTSUPP for a class or an attribute that the parent does
 * not serve, -ENOMEM, or what the parent or the endpoint driver said.
 */
struct mdev_slice *mdev_slice_create(struct mdev_parent *parent,
				     const struct mdev_slice_params *params,
				     struct netlink_ext_ack *extack)
{
	static const struct mdev_config defaults;
	const struct mdev_config *config = params->config ?: &defaults;
	struct mdev_slice *slice;
	int err;

	slice = mdev_slice_alloc(parent);
	if (!slice)
		return ERR_PTR(-ENOMEM);

	slice->type = params->type ?: &parent->types[0];
	err = mdev_slice_set_ids(slice, params, extack);
	if (err)
		goto put_slice;
	err = mdev_owner_copy(params->owner, &slice->owner, extack);
	if (err) {
		mdev_params_blame(params, MDEV_PARAM_OWNER);
		goto put_slice;
	}
	err = mdev_slice_check_config(config, slice->type->create_mask, extack);
	if (err)
		goto put_slice;
	err = mdev_slice_wait_former(mdev_slice_name(slice), &slice->uuid);
	if (err)
		goto put_slice;
	err = mdev_slice_reserve(slice, params, extack);
	if (err)
		goto put_slice;
	err = mdev_name_free_below(parent->dev, mdev_slice_name(slice), extack);
	if (err) {
		mdev_params_blame(params, MDEV_PARAM_NAME);
		goto unreserve;
	}
	slice->said = config->mask;
	err = parent->ops->create(slice, config, extack);
	if (err)
		goto unreserve;
	err = mdev_slice_add(slice, params, extack);
	if (err)
		goto remove;

	get_device(&slice->dev);
	mdev_slice_publish(slice);
	return slice;

remove:
	parent->ops->remove(slice);
unreserve:
	mdev_slice_unreserve(slice);
put_slice:
	mdev_slice_state_released(slice);
	put_device(&slice->dev);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(mdev_slice_create);

/**
 * mdev_slice_configure - change the provisioning of a slice
 * @slice: the slice, referenced
 * @config: what to change
 * @extack: told why not; may be NULL
 *
 * All or nothing. May sleep.
 *
 * Return: 0, -EOPNOTSUPP if the parent cannot change one of the attributes,
 * -EBUSY if the slice is being changed, -ENODEV if it is going, or what the
 * parent said.
 */
int mdev_slice_configure(struct mdev_slice *slice,
			 const struct mdev_config *config,
			 struct netlink_ext_ack *extack)
{
	int err;

	err = mdev_slice_take(slice, MDEV_SLICE_CHANGING, extack);
	if (err)
		return err;

	err = mdev_slice_check_config(config, slice->type->configure_mask,
				      extack);
	if (!err)
		err = slice->parent->ops->configure(slice, config, extack);
	if (!err) {
		WRITE_ONCE(slice->said, slice->said | config->mask);
		mdev_slice_notify_config(slice);
	}

	mdev_slice_release(slice);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_slice_configure);

/* Whoever removes slices of an owner has decided about it under tell_lock. */
static bool mdev_slice_swap_owner_told(struct mdev_slice *slice, char **copy)
{
	bool going;

	mutex_lock(&slice->tell_lock);
	going = READ_ONCE(slice->state) == MDEV_SLICE_DYING;
	if (!going) {
		spin_lock(&slice->lock);
		swap(slice->owner, *copy);
		spin_unlock(&slice->lock);
		mdev_slice_notify_owner(slice);
	}
	mutex_unlock(&slice->tell_lock);
	return !going;
}

/* Give a copy to a slice that is not entered, and get the former one. */
int mdev_slice_swap_owner(struct mdev_slice *slice, char **copy,
			  struct netlink_ext_ack *extack)
{
	bool swapped = false;

	if (mdev_slice_enter(slice)) {
		swapped = mdev_slice_swap_owner_told(slice, copy);
		mdev_slice_leave(slice);
	}
	if (swapped)
		return 0;
	NL_SET_ERR_MSG(extack, "the slice is being removed");
	return -ENODEV;
}

/**
 * mdev_slice_set_owner - say who made a slice
 * @slice: the slice, referenced and not entered
 * @owner: a line of text; NULL or empty for nobody
 * @extack: told why not; may be NULL
 *
 * May sleep.
 *
 * Return: 0, -EINVAL if it is too long or more than a line, -ENODEV if the slice has
 * gone, -ENOMEM.
 */
int mdev_slice_set_owner(struct mdev_slice *slice, const char *owner,
			 struct netlink_ext_ack *extack)
{
	char *copy;
	int err;

	err = mdev_owner_copy(owner, &copy, extack);
	if (err)
		return err;
	err = mdev_slice_swap_owner(slice, &copy, extack);
	kfree(copy);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_slice_set_owner);

/*
 * The memory of a slice stays for a grace period after its last reference, so a
 * reader in an RCU section may look at one that is going; it gets none that has
 * no references left or is not live.
 */
static struct mdev_slice *mdev_slice_get_live(struct mdev_slice *slice)
{
	if (!slice || !READ_ONCE(slice->live) ||
	    !kobject_get_unless_zero(&slice->dev.kobj))
		return NULL;
	return slice;
}

/**
 * mdev_slice_get_by_id - look a slice up by its number
 * @id: the number
 *
 * O(1), does not sleep.
 *
 * Return: the slice, to be put by mdev_slice_put(), or NULL.
 */
struct mdev_slice *mdev_slice_get_by_id(u32 id)
{
	struct mdev_slice *slice;

	rcu_read_lock();
	slice = mdev_slice_get_live(xa_load(&mdev_slices, id));
	rcu_read_unlock();

	return slice;
}

/**
 * mdev_slice_get_by_name - look a slice up by its name
 * @name: the name
 *
 * O(1), does not sleep. The slice may get another name before it is used.
 *
 * Return: the slice, to be put by mdev_slice_put(), or NULL.
 */
struct mdev_slice *mdev_slice_get_by_name(const char *name)
{
	struct mdev_slice *slice;

	rcu_read_lock();
	slice = mdev_slice_get_live(mdev_name_find_current(name));
	rcu_read_unlock();

	return slice;
}
EXPORT_SYMBOL_GPL(mdev_slice_get_by_name);

/**
 * mdev_slice_get_by_uuid - look a slice up by its UUID
 * @uuid: the UUID
 *
 * O(1), does not sleep.
 *
 * Return: the slice, to be put by mdev_slice_put(), or NULL.
 */
struct mdev_slice *mdev_slice_get_by_uuid(const guid_t *uuid)
{
	struct mdev_slice *slice;

	rcu_read_lock();
	slice = rhashtable_lookup(&mdev_slice_uuids, uuid,
				  mdev_slice_uuid_params);
	slice = mdev_slice_get_live(slice);
	rcu_read_unlock();

	return slice;
}
EXPORT_SYMBOL_GPL(mdev_slice_get_by_uuid);

/**
 * mdev_slice_get_next - go through all slices
 * @cursor: 0 to begin; moved on past the returned slice
 *
 * Each slice that is there all the time is returned once, whatever comes and
 * goes meanwhile. Does not sleep.
 *
 * Return: the next slice, to be put by mdev_slice_put(), or NULL.
 */
struct mdev_slice *mdev_slice_get_next(u32 *cursor)
{
	struct mdev_slice *slice;
	unsigned long id = *cursor;

	rcu_read_lock();
	for (slice = xa_find(&mdev_slices, &id, ULONG_MAX, XA_PRESENT); slice;
	     slice = xa_find_after(&mdev_slices, &id, ULONG_MAX, XA_PRESENT))
		if (mdev_slice_get_live(slice))
			break;
	rcu_read_unlock();

	if (slice)
		*cursor = id + 1;
	return slice;
}
EXPORT_SYMBOL_GPL(mdev_slice_get_next);

/**
 * mdev_slice_generation - has the set of slices changed?
 *
 * Return: a number that is another one after each creation and removal, never
 * 0.
 */
unsigned int mdev_slice_generation(void)
{
	return atomic_read(&mdev_slice_gen) ?: 1;
}
EXPORT_SYMBOL_GPL(mdev_slice_generation);

/**
 * mdev_slice_enter - use the operations of a slice from outside its class
 * @slice: the slice, referenced
 *
 * Until mdev_slice_leave() the slice is not removed, so its operations that
 * read may be called. Sleeps, but does not wait for others who are inside, nor for who
 * removes the slice. Not to be nested.
 *
 * Return: false if the slice is dead; do not leave then.
 */
bool mdev_slice_enter(struct mdev_slice *slice)
{
	/*
	 * Who was found before it was hidden would wait behind whoever removes it, who says
	 * so before. Whoever gives it another name has the semaphore for a moment.
	 */
	while (!down_read_trylock(&slice->live_sem)) {
		if (!READ_ONCE(slice->live))
			return false;
		usleep_range(50, 100);
	}
	if (READ_ONCE(slice->live))
		return true;
	up_read(&slice->live_sem);
	return false;
}
EXPORT_SYMBOL_GPL(mdev_slice_enter);

/**
 * mdev_slice_leave - undo mdev_slice_enter()
 * @slice: the slice
 */
void mdev_slice_leave(struct mdev_slice *slice)
{
	up_read(&slice->live_sem);
}
EXPORT_SYMBOL_GPL(mdev_slice_leave);

int mdev_slices_init(void)
{
	return rhashtable_init(&mdev_slice_uuids, &mdev_slice_uuid_params);
}

void mdev_slices_exit(void)
{
	rhashtable_destroy(&mdev_slice_uuids);
}
