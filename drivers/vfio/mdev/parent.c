// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/mdev_virtio.h>
#include <linux/mdev_vhost.h>
#include <linux/mdev_vfio.h>
#include <linux/mdev_vendor.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "core.h"

/* Registered parents by id; ids only grow until they wrap. */
static DEFINE_XARRAY_ALLOC1(mdev_parents);
static u32 mdev_parent_next_id;
/*
 * The same by device name: devices of two buses may have one name. A parent is in there before
 * it is in the class that knows names alone, until it is not any more; whoever looks a name up
 * passes over those that are not active.
 */
static struct rhltable mdev_parent_names;
/* Which one was there first. */
static DEFINE_MUTEX(mdev_parent_names_lock);
/* Moves on whenever a parent comes or goes. */
static atomic_t mdev_parent_gen = ATOMIC_INIT(1);

static u32 mdev_parent_hash(const void *data, u32 len, u32 seed)
{
	const char *name = data;

	return jhash(name, strlen(name), seed);
}

static u32 mdev_parent_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct mdev_parent *parent = data;

	return mdev_parent_hash(parent->name, 0, seed);
}

static int mdev_parent_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct mdev_parent *parent = obj;

	return strcmp(parent->name, arg->key);
}

static const struct rhashtable_params mdev_parent_name_params = {
	.head_offset = offsetof(struct mdev_parent, name_node),
	.hashfn = mdev_parent_hash,
	.obj_hashfn = mdev_parent_obj_hash,
	.obj_cmpfn = mdev_parent_cmp,
	.automatic_shrinking = true,
};

/**
 * mdev_parent_alloc - allocate a parent
 * @dev: the device that will be sliced
 *
 * The driver of @dev fills in the members and calls mdev_parent_register().
 * Takes a reference of @dev. May sleep.
 *
 * Return: the parent, to be freed by mdev_parent_free(), or ERR_PTR(-ENOMEM).
 */
struct mdev_parent *mdev_parent_alloc(struct device *dev)
{
	struct mdev_parent *parent;

	parent = kzalloc(sizeof(*parent), GFP_KERNEL);
	if (!parent)
		return ERR_PTR(-ENOMEM);

	parent->name = kstrdup(dev_name(dev), GFP_KERNEL);
	if (!parent->name) {
		kfree(parent);
		return ERR_PTR(-ENOMEM);
	}

	parent->dev = get_device(dev);
	refcount_set(&parent->refs, 1);
	init_completion(&parent->inactive);
	init_completion(&parent->told);
	spin_lock_init(&parent->lock);
	INIT_LIST_HEAD(&parent->slices);
	init_waitqueue_head(&parent->empty);
	mdev_object_get();
	return parent;
}
EXPORT_SYMBOL_GPL(mdev_parent_alloc);

static void mdev_parent_free_rcu(struct rcu_head *rcu)
{
	struct mdev_parent *parent = container_of(rcu, struct mdev_parent, rcu);

	kfree(parent->name);
	kfree(parent);
	mdev_object_put();
}

/**
 * mdev_parent_free - drop the reference of mdev_parent_alloc()
 * @parent: a parent that was never registered or is unregistered
 *
 * The memory stays until the last slice of it is released; the driver does not
 * touch it any more. Any context.
 */
void mdev_parent_free(struct mdev_parent *parent)
{
	if (!refcount_dec_and_test(&parent->refs))
		return;
	put_device(parent->dev);
	call_rcu(&parent->rcu, mdev_parent_free_rcu);
}
EXPORT_SYMBOL_GPL(mdev_parent_free);

/* A slice keeps the memory of its parent. Pairs with mdev_parent_free(). */
void mdev_parent_hold(struct mdev_parent *parent)
{
	refcount_inc(&parent->refs);
}

/*
 * While the active count is held the parent driver's operations, types and
 * module stay. It is 0 until registration has all that slices need. Nothing can
 * raise it again once unregistration dropped it to 0,
 * so whoever comes later fails at once and nobody waits but unregistration. Who come one
 * after the other do not keep it above 0 either, since they see that the parent goes.
 * Pairs with mdev_parent_put().
 */
bool mdev_parent_get_active(struct mdev_parent *parent)
{
	if (READ_ONCE(parent->going) || !refcount_inc_not_zero(&parent->active))
		return false;
	/* Whoever comes by the directory of types sees all of it. */
	smp_acquire__after_ctrl_dep();
	return true;
}

/**
 * mdev_parent_put - put what mdev_parent_get_by_name() or _get_next() got
 * @parent: the parent
 */
void mdev_parent_put(struct mdev_parent *parent)
{
	if (refcount_dec_and_test(&parent->active))
		complete(&parent->inactive);
}
EXPORT_SYMBOL_GPL(mdev_parent_put);

/**
 * mdev_parent_claim_dma - use the device that does the DMA
 * @parent: the parent
 * @user: on behalf of user space, by an IOMMU domain of its own
 *
 * In a domain of user space the addresses that the kernel has mapped mean something
 * else. Any context.
 *
 * Return: 0, to be undone by mdev_parent_release_dma(), or -EBUSY if it is used in the
 * other way or by another consumer.
 */
int mdev_parent_claim_dma(struct mdev_parent *parent, bool user)
{
	int err = 0;

	spin_lock(&parent->lock);
	if (user ? parent->dma_users : parent->dma_users < 0)
		err = -EBUSY;
	else
		parent->dma_users += user ? -1 : 1;
	spin_unlock(&parent->lock);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_parent_claim_dma);

/**
 * mdev_parent_release_dma - undo mdev_parent_claim_dma()
 * @parent: the parent
 */
void mdev_parent_release_dma(struct mdev_parent *parent)
{
	spin_lock(&parent->lock);
	parent->dma_users -= parent->dma_users < 0 ? -1 : 1;
	spin_unlock(&parent->lock);
}
EXPORT_SYMBOL_GPL(mdev_parent_release_dma);

static bool mdev_virtio_ops_complete(const struct mdev_virtio_ops *ops)
{
	return ops->get_vq_count && ops->get_features && ops->set_features &&
	       ops->get_driver_features && ops->get_status &&
	       ops->set_status && ops->reset && ops->get_config_size &&
	       ops->get_config && ops->set_config && ops->get_generation &&
	       ops->set_config_cb && ops->get_vq_num_max && ops->get_vq_align &&
	       ops->set_vq_num && ops->set_vq_address && ops->set_vq_state &&
	       ops->get_vq_state && ops->set_vq_ready && ops->get_vq_ready &&
	       ops->kick_vq && ops->set_vq_cb && ops->synchronize_cbs &&
	       ops->suspend && ops->resume;
}

static bool mdev_vhost_ops_complete(const struct mdev_virtio_ops *virtio_ops,
				    const struct mdev_vhost_ops *ops)
{
	/* An IOMMU domain is one address space. */
	if (ops->nr_as > 1 && !virtio_ops->set_as &&
	    !(ops->dma_map && ops->set_group_asid))
		return false;
	return ops->nr_groups && ops->nr_as && ops->nr_as <= ops->nr_groups &&
	       (ops->nr_groups == 1 || ops->get_vq_group) &&
	       !ops->dma_map == !ops->dma_unmap;
}

static bool mdev_type_check(const struct mdev_parent *parent, unsigned int i)
{
	const struct mdev_type *type = &parent->types[i];

	/* It names a directory. */
	if (!type->name || mdev_name_check(type->name, NULL)) {
		dev_err(parent->dev, "type %u has no good name\n", i);
		return false;
	}
	if (type->configure_mask && !parent->ops->configure) {
		dev_err(parent->dev, "type %s: operation configure is missing\n",
			type->name);
		return false;
	}
	while (i--) {
		if (strcmp(parent->types[i].name, type->name))
			continue;
		dev_err(parent->dev, "two types are named %s\n", type->name);
		return false;
	}
	return true;
}

/* What is tested here once is relied upon everywhere. */
static int mdev_parent_check(const struct mdev_parent *parent)
{
	struct device *dev = parent->dev;
	unsigned int i;

	/* Class devices get a directory of their own below a bus device only. */
	if (!dev->bus || dev->class) {
		dev_err(dev, "a parent must be a device on a bus\n");
		return -EINVAL;
	}
	if (!parent->ops || !parent->ops->create || !parent->ops->remove ||
	    !parent->types || !parent->nr_types) {
		dev_err(dev, "parent without operations or types\n");
		return -EINVAL;
	}
	for (i = 0; i < parent->nr_types; i++)
		if (!mdev_type_check(parent, i))
			return -EINVAL;
	if (parent->virtio_ops && !mdev_virtio_ops_complete(parent->virtio_ops)) {
		dev_err(dev, "mandatory virtio operations are missing\n");
		return -EINVAL;
	}
	if (parent->vhost_ops && (!parent->virtio_ops ||
				  !mdev_vhost_ops_complete(parent->virtio_ops,
							   parent->vhost_ops))) {
		dev_err(dev, "vhost operations are incomplete\n");
		return -EINVAL;
	}
	if ((parent->vfio_ops && (!parent->vfio_ops->driver_name ||
				  !parent->vfio_ops->device_api)) ||
	    (parent->vendor_ops && !parent->vendor_ops->driver_name)) {
		dev_err(dev, "a class without a driver's name, or without its interface\n");
		return -EINVAL;
	}
	return 0;
}

/* Is there a parent of this name already, on another bus? */
static bool mdev_parent_named(const char *name)
{
	bool found;

	rcu_read_lock();
	found = rhltable_lookup(&mdev_parent_names, name,
				mdev_parent_name_params);
	rcu_read_unlock();
	return found;
}

/*
 * Nobody finds the parent by it yet. @first: nobody else has the name, nor a link of that
 * name, and nobody gets one until mdev_parent_remove_name().
 */
static int mdev_parent_add_name(struct mdev_parent *parent, bool *first)
{
	int err;

	mutex_lock(&mdev_parent_names_lock);
	*first = !mdev_parent_named(parent->name);
	err = rhltable_insert_key(&mdev_parent_names, parent->name,
				  &parent->name_node, mdev_parent_name_params);
	mutex_unlock(&mdev_parent_names_lock);
	return err;
}

static void mdev_parent_remove_name(struct mdev_parent *parent)
{
	rhltable_remove(&mdev_parent_names, &parent->name_node,
			mdev_parent_name_params);
}

/* Nobody finds the parent any more who could use it. */
static void mdev_parent_retire(struct mdev_parent *parent)
{
	WRITE_ONCE(parent->going, true);
	mdev_parent_put(parent);
	wait_for_completion(&parent->inactive);
	/*
	 * Creation needs the active count, so the list only gets shorter from
	 * here on.
	 */
	mdev_slice_remove_all(parent);
	mdev_types_del(parent);
}

/**
 * mdev_parent_register - let slices be made on a parent
 * @parent: allocated by mdev_parent_alloc() and filled in
 *
 * Loads the modules of the classes that the parent serves. From then on its
 * operations are called. A uevent of the device with MDEV_STATE=registered
 * tells user space. May sleep; called from the driver's probe, which must not be
 * asynchronous, because it waits for modprobe.
 *
 * Return: 0, -EINVAL if something is missing (the log says what), -EEXIST if there are
 * slices of another kind on the device, -ENOMEM.
 */
int mdev_parent_register(struct mdev_parent *parent)
{
	bool first;
	int err;

	err = mdev_parent_check(parent);
	if (err)
		return err;

	mdev_class_request(parent);
	err = mdev_parent_add_name(parent, &first);
	if (err)
		return err;
	/* Slices have links there, so it comes first, and makes none yet. */
	err = mdev_types_add(parent, first);
	if (err)
		goto remove_name;
	/* Pairs with the barrier of mdev_parent_get_active(). */
	smp_wmb();
	refcount_set(&parent->active, 1);

	err = xa_alloc_cyclic(&mdev_parents, &parent->id, parent, xa_limit_31b,
			      &mdev_parent_next_id, GFP_KERNEL);
	if (err < 0)
		goto retire;

	atomic_inc(&mdev_parent_gen);
	mdev_parent_notify_ready(parent);
	complete_all(&parent->told);
	return 0;

retire:
	/* Slices that were made by the directory of types wait for it. */
	complete_all(&parent->told);
	mdev_parent_retire(parent);
remove_name:
	mdev_parent_remove_name(parent);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_parent_register);

/**
 * mdev_parent_unregister - remove all slices of a parent and the parent
 * @parent: registered
 *
 * When it returns none of the parent's operations is running or will run.
 * Creation that is in progress is waited for and its slice is removed; new ones
 * fail. Waits for the users of open vfio devices, who are asked to let go of them.
 * May sleep; called from the driver's remove, with no lock held but that of the
 * device.
 */
void mdev_parent_unregister(struct mdev_parent *parent)
{
	xa_erase(&mdev_parents, parent->id);

	mdev_parent_retire(parent);
	mdev_parent_remove_name(parent);
	atomic_inc(&mdev_parent_gen);
	mdev_parent_notify_gone(parent);
}
EXPORT_SYMBOL_GPL(mdev_parent_unregister);

static bool mdev_parent_matches(const struct mdev_parent *parent,
				const char *bus)
{
	return !bus || !strcmp(parent->dev->bus->name, bus);
}

/**
 * mdev_parent_get_by_name - look a parent up
 * @bus: name of its bus, or NULL for any
 * @name: name of the device
 *
 * Does not sleep.
 *
 * Return: the parent, to be put by mdev_parent_put(), ERR_PTR(-ENODEV) if there
 * is none, ERR_PTR(-ENOTUNIQ) if @bus is NULL and there are several.
 */
struct mdev_parent *mdev_parent_get_by_name(const char *bus, const char *name)
{
	struct mdev_parent *parent, *found = NULL;
	struct rhlist_head *list, *pos;

	rcu_read_lock();
	list = rhltable_lookup(&mdev_parent_names, name,
			       mdev_parent_name_params);
	rhl_for_each_entry_rcu(parent, pos, list, name_node) {
		/* The device is there for as long as the parent is active. */
		if (!mdev_parent_get_active(parent))
			continue;
		if (!mdev_parent_matches(parent, bus)) {
			mdev_parent_put(parent);
			continue;
		}
		if (found) {
			mdev_parent_put(parent);
			mdev_parent_put(found);
			found = ERR_PTR(-ENOTUNIQ);
			break;
		}
		found = parent;
	}
	rcu_read_unlock();

	return found ? found : ERR_PTR(-ENODEV);
}
EXPORT_SYMBOL_GPL(mdev_parent_get_by_name);

/**
 * mdev_parent_get_next - go through all parents
 * @cursor: 0 to begin; moved on past the returned parent
 *
 * Each parent that is there all the time is returned once. Does not sleep.
 *
 * Return: the next parent, to be put by mdev_parent_put(), or NULL.
 */
struct mdev_parent *mdev_parent_get_next(u32 *cursor)
{
	struct mdev_parent *parent;
	unsigned long id = *cursor;

	rcu_read_lock();
	for (parent = xa_find(&mdev_parents, &id, ULONG_MAX, XA_PRESENT); parent;
	     parent = xa_find_after(&mdev_parents, &id, ULONG_MAX, XA_PRESENT))
		if (mdev_parent_get_active(parent))
			break;
	rcu_read_unlock();

	if (parent)
		*cursor = id + 1;
	return parent;
}
EXPORT_SYMBOL_GPL(mdev_parent_get_next);

/**
 * mdev_parent_generation - has the set of parents changed?
 *
 * Return: a number that is another one after each registration and
 * unregistration, never 0.
 */
unsigned int mdev_parent_generation(void)
{
	return atomic_read(&mdev_parent_gen) ?: 1;
}
EXPORT_SYMBOL_GPL(mdev_parent_generation);

int mdev_parents_init(void)
{
	return rhltable_init(&mdev_parent_names, &mdev_parent_name_params);
}

void mdev_parents_exit(void)
{
	rhltable_destroy(&mdev_parent_names);
}
