// SPDX-License-Identifier: GPL-2.0
#include <linux/kmod.h>
#include <linux/mdev_vendor.h>
#include <linux/mdev_virtio.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/wait_bit.h>

#include "core.h"

static const char * const mdev_class_names[] = {
	[MDEV_CLASS_NONE]	= "none",
	[MDEV_CLASS_VIRTIO]	= "virtio",
	[MDEV_CLASS_VHOST]	= "vhost",
	[MDEV_CLASS_VFIO]	= "vfio",
	[MDEV_CLASS_VENDOR]	= "vendor",
};

/**
 * struct mdev_class_slot - the registered class of one id
 * @class: the class, or NULL
 * @nb: makes the links of class devices before their uevent
 * @devices: class devices whose memory is still there
 */
struct mdev_class_slot {
	const struct mdev_class *class;
	struct notifier_block nb;
	atomic_t devices;
};

static struct mdev_class_slot mdev_class_slots[MDEV_CLASS_MAX];
static DEFINE_MUTEX(mdev_class_lock);	/* slot->class */

/**
 * mdev_class_name - word for a class, as in the attribute "class"
 * @id: any valid id
 */
const char *mdev_class_name(enum mdev_class_id id)
{
	return mdev_class_names[id];
}
EXPORT_SYMBOL_GPL(mdev_class_name);

/**
 * mdev_class_by_name - class that a word stands for
 * @name: the word, a newline at its end is ignored
 *
 * Return: the id, or -EINVAL.
 */
int mdev_class_by_name(const char *name)
{
	return sysfs_match_string(mdev_class_names, name);
}
EXPORT_SYMBOL_GPL(mdev_class_by_name);

/*
 * A virtio device that touches memory by software can be presented as anything. For one
 * that does DMA the IOMMU would have to be its user's.
 */
static bool mdev_parent_emulated(const struct mdev_parent *parent)
{
	return parent->virtio_ops && parent->virtio_ops->set_as;
}

/**
 * mdev_parent_serves - does the parent have what a class needs
 * @parent: the parent
 * @id: the class
 *
 * Says nothing about whether the module of the class is there.
 */
bool mdev_parent_serves(const struct mdev_parent *parent, enum mdev_class_id id)
{
	switch (id) {
	case MDEV_CLASS_NONE:
		return true;
	case MDEV_CLASS_VIRTIO:
		return parent->virtio_ops;
	case MDEV_CLASS_VHOST:
		return parent->virtio_ops && parent->vhost_ops;
	case MDEV_CLASS_VFIO:
		return parent->vfio_ops || mdev_parent_emulated(parent);
	case MDEV_CLASS_VENDOR:
		return parent->vendor_ops;
	default:
		return false;
	}
}
EXPORT_SYMBOL_GPL(mdev_parent_serves);

/**
 * mdev_module_loaded - is there a module of the kernel's that owns what we would?
 * @name: its name
 *
 * For what can have one owner only, before anything is registered. May sleep.
 */
bool mdev_module_loaded(const char *name)
{
	struct kobject *module;

	module = kset_find_obj(THIS_MODULE->mkobj.kobj.kset, name);
	kobject_put(module);
	return module;
}
EXPORT_SYMBOL_GPL(mdev_module_loaded);

/* Get the class of an id with its module, or NULL. Pairs with mdev_class_put(). */
const struct mdev_class *mdev_class_get(enum mdev_class_id id)
{
	const struct mdev_class *class;

	mutex_lock(&mdev_class_lock);
	class = mdev_class_slots[id].class;
	if (class && !try_module_get(class->owner))
		class = NULL;
	mutex_unlock(&mdev_class_lock);

	return class;
}

void mdev_class_put(const struct mdev_class *class)
{
	module_put(class->owner);
}

/*
 * Load the modules of the classes that a new parent serves, the driver that it names in
 * class vendor, and the drivers of the virtio devices that it makes: when a slice is made
 * they have to be there, because a request that makes one must not wait for modprobe.
 */
void mdev_class_request(const struct mdev_parent *parent)
{
	enum mdev_class_id id;
	unsigned int i;

	for (id = MDEV_CLASS_NONE + 1; id < MDEV_CLASS_MAX; id++)
		if (mdev_parent_serves(parent, id))
			request_module("mdev-class-%s", mdev_class_name(id));

	if (parent->vendor_ops)
		request_module("mdev_vendor:%s", parent->vendor_ops->driver_name);
	if (!parent->virtio_ops)
		return;
	for (i = 0; i < parent->nr_types; i++)
		request_module("virtio:d%08Xv%08X", parent->types[i].device_id,
			       parent->types[i].vendor_id);
}

static int mdev_class_link(struct mdev_slice *slice, struct device *cdev,
			   enum mdev_class_id id)
{
	int err;

	err = sysfs_create_link(&cdev->kobj, &slice->dev.kobj, "slice");
	if (err)
		return err;

	err = sysfs_create_link(&slice->dev.kobj, &cdev->kobj, "class_device");
	if (err)
		goto unlink_slice;

	if (id == MDEV_CLASS_VFIO)
		err = mdev_type_link_cdev(slice, cdev);
	if (err)
		goto unlink_cdev;
	return 0;

unlink_cdev:
	sysfs_remove_link(&slice->dev.kobj, "class_device");
unlink_slice:
	sysfs_remove_link(&cdev->kobj, "slice");
	return err;
}

static void mdev_class_unlink(struct mdev_slice *slice, struct device *cdev,
			      enum mdev_class_id id)
{
	if (id == MDEV_CLASS_VFIO)
		mdev_type_unlink_cdev(cdev);
	sysfs_remove_link(&slice->dev.kobj, "class_device");
	sysfs_remove_link(&cdev->kobj, "slice");
}

/*
 * Called by the driver core before the uevent that announces a class device and
 * after its endpoint driver has let go of it, so that whoever hears of it finds
 * the links; and when a driver has taken it or let go of it.
 */
static int mdev_class_notify(struct notifier_block *nb, unsigned long action,
			     void *data)
{
	struct mdev_class_slot *slot =
		container_of(nb, struct mdev_class_slot, nb);
	struct device *cdev = data;
	struct mdev_slice *slice = slot->class->to_slice(cdev);

	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		slice->link_err = mdev_class_link(slice, cdev, slot->class->id);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		mdev_endpoint_set_driver(slice, cdev->driver);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		mdev_endpoint_set_driver(slice, NULL);
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		/*
		 * The driver core tells nobody why it does not bind a driver
		 * whose probe has not failed. It has run out of memory.
		 */
		if (!READ_ONCE(slice->probe_err))
			mdev_slice_probed(slice, -ENOMEM);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		if (!slice->link_err)
			mdev_class_unlink(slice, cdev, slot->class->id);
		break;
	}
	return NOTIFY_DONE;
}

/**
 * mdev_class_register - let slices enter a class
 * @class: the class; must stay until mdev_class_unregister() has returned
 *
 * The class bus and its endpoint drivers are registered before. May sleep.
 *
 * Return: 0, -EINVAL if something is missing in @class, -EEXIST if the id is
 * taken.
 */
int mdev_class_register(const struct mdev_class *class)
{
	struct mdev_class_slot *slot;
	int err = -EEXIST;

	if (class->id <= MDEV_CLASS_NONE || class->id >= MDEV_CLASS_MAX ||
	    !class->bus || !class->alloc || !class->to_slice)
		return -EINVAL;

	slot = &mdev_class_slots[class->id];
	mutex_lock(&mdev_class_lock);
	if (slot->class)
		goto unlock;
	slot->nb.notifier_call = mdev_class_notify;
	err = bus_register_notifier(class->bus, &slot->nb);
	if (!err)
		slot->class = class;
unlock:
	mutex_unlock(&mdev_class_lock);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_class_register);

/**
 * mdev_class_unregister - take a class away
 * @class: what was registered
 *
 * No slice is in the class: each that is holds the module. Waits for the last
 * release of a class device. May sleep.
 */
void mdev_class_unregister(const struct mdev_class *class)
{
	struct mdev_class_slot *slot = &mdev_class_slots[class->id];

	mutex_lock(&mdev_class_lock);
	bus_unregister_notifier(class->bus, &slot->nb);
	slot->class = NULL;
	mutex_unlock(&mdev_class_lock);

	wait_var_event(&slot->devices, !atomic_read(&slot->devices));
	/* The last release may still be about to return into the module. */
	synchronize_rcu_tasks();
}
EXPORT_SYMBOL_GPL(mdev_class_unregister);

void mdev_class_device_allocated(enum mdev_class_id id)
{
	atomic_inc(&mdev_class_slots[id].devices);
}

/**
 * mdev_class_device_released - the memory of a class device is gone
 * @id: its class
 *
 * The last thing that the release function of a class device does. Any context.
 */
void mdev_class_device_released(enum mdev_class_id id)
{
	struct mdev_class_slot *slot = &mdev_class_slots[id];

	if (atomic_dec_and_test(&slot->devices))
		wake_up_var(&slot->devices);
}
EXPORT_SYMBOL_GPL(mdev_class_device_released);
