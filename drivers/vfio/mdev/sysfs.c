// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes and uevents of a slice, /sys/class/mdev_slice/NAME.
 *
 * device_del() of the slice waits for attributes that are running, and the
 * parent forgets the slice only after that; so what belongs to the parent
 * (type, operations) may be used here without further protection.
 */
#include <linux/mdev_class.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

/*
 * Errors of writes that every user may repeat at will: at debug level. The device may get
 * another name just now, and what dev_name() returns does not outlive that.
 */
static void mdev_slice_log(const struct mdev_slice *slice, const char *what,
			   const char *text)
{
	rcu_read_lock();
	if (text)
		pr_debug("mdev_slice %s: %s: %s\n", mdev_slice_name(slice),
			 what, text);
	rcu_read_unlock();
}

static ssize_t class_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct mdev_slice *slice = to_mdev_slice(dev);

	return sysfs_emit(buf, "%s\n",
			  mdev_class_name(READ_ONCE(slice->class_id)));
}

/* CLASS, or CLASS force */
static int class_parse(const char *buf, bool *force)
{
	static const char word[] = " force";
	size_t len = strcspn(buf, "\n");
	char name[16];

	if (buf[len] && buf[len + 1])
		return -EINVAL;
	*force = len > strlen(word) &&
		 !strncmp(buf + len - strlen(word), word, strlen(word));
	if (*force)
		len -= strlen(word);
	if (len >= sizeof(name))
		return -EINVAL;
	memcpy(name, buf, len);
	name[len] = 0;
	return mdev_class_by_name(name);
}

static ssize_t class_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct mdev_slice *slice = to_mdev_slice(dev);
	struct netlink_ext_ack extack = {};
	bool force;
	int id, err;

	id = class_parse(buf, &force);
	if (id < 0) {
		NL_SET_ERR_MSG(&extack,
			       "expected none, virtio, vhost, vfio or vendor, and perhaps force");
		err = -EINVAL;
	} else {
		err = mdev_slice_set_class(slice, id, force, &extack);
	}
	if (!err)
		return count;

	mdev_slice_log(slice, "class", extack._msg);
	return err;
}
static DEVICE_ATTR_RW(class);

static ssize_t classes_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct mdev_slice *slice = to_mdev_slice(dev);
	enum mdev_class_id id;
	int len = 0;

	for (id = 0; id < MDEV_CLASS_MAX; id++)
		if (mdev_parent_serves(slice->parent, id))
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "",
					     mdev_class_name(id));
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(classes);

/*
 * Is an endpoint driver bound to the class device, and why not? The lock keeps
 * the class device that the slice is in; that it is bound is a hint, as with
 * every driver link in sysfs.
 */
static int mdev_slice_endpoint(struct mdev_slice *slice, char *buf, int len)
{
	bool there, bound;
	int err;

	spin_lock(&slice->lock);
	there = slice->cdev;
	bound = there && READ_ONCE(slice->cdev->driver);
	err = READ_ONCE(slice->probe_err);
	spin_unlock(&slice->lock);

	if (!there)
		return 0;
	if (bound)
		return sysfs_emit_at(buf, len, " bound");
	if (err)
		return sysfs_emit_at(buf, len, " probe-failed %d", err);
	return sysfs_emit_at(buf, len, " unbound");
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	static const char * const names[] = {
		[MDEV_SLICE_READY]	= "ready",
		[MDEV_SLICE_CHANGING]	= "changing",
		[MDEV_SLICE_DYING]	= "dying",
	};
	struct mdev_slice *slice = to_mdev_slice(dev);
	int len;

	len = sysfs_emit(buf, "%s", names[READ_ONCE(slice->state)]);
	len += mdev_slice_endpoint(slice, buf, len);
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(state);

static ssize_t type_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%s\n", to_mdev_slice(dev)->type->name);
}
static DEVICE_ATTR_RO(type);

static ssize_t parent_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct device *parent = to_mdev_slice(dev)->parent->dev;

	return sysfs_emit(buf, "%s/%s\n", parent->bus->name, dev_name(parent));
}
static DEVICE_ATTR_RO(parent);

static ssize_t uuid_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%pUl\n", &to_mdev_slice(dev)->uuid);
}
static DEVICE_ATTR_RO(uuid);

static ssize_t owner_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct mdev_slice *slice = to_mdev_slice(dev);
	ssize_t len;

	spin_lock(&slice->lock);
	len = sysfs_emit(buf, "%s\n", slice->owner ?: "");
	spin_unlock(&slice->lock);
	return len;
}

static ssize_t owner_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct mdev_slice *slice = to_mdev_slice(dev);
	struct netlink_ext_ack extack = {};
	size_t len = strcspn(buf, "\n");
	char *owner;
	int err;

	/* One line, or it could not be read back. */
	if (len + 1 < count || strlen(buf) != count) {
		mdev_slice_log(slice, "owner", "expected one line of text");
		return -EINVAL;
	}
	owner = kmemdup_nul(buf, len, GFP_KERNEL);
	if (!owner)
		return -ENOMEM;
	err = mdev_slice_set_owner(slice, owner, &extack);
	if (err)
		mdev_slice_log(slice, "owner", extack._msg);
	kfree(owner);
	return err ? err : count;
}
static DEVICE_ATTR_RW(owner);

/**
 * mdev_slice_remove_store - attribute that removes a slice
 * @slice: the slice
 * @dev: the device whose attribute it is: the slice's, or its class device
 * @attr: the attribute
 * @buf: what was written: 1
 * @count: how much
 *
 * The attribute takes part in its own removal: it gives up the protection that
 * device_del() would wait for, and has it back if the slice stays.
 *
 * Return: @count, -EINVAL, or what mdev_slice_remove() says.
 */
ssize_t mdev_slice_remove_store(struct mdev_slice *slice, struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct netlink_ext_ack extack = {};
	struct kernfs_node *kn;
	bool yes;
	int err;

	if (kstrtobool(buf, &yes) || !yes) {
		mdev_slice_log(slice, "remove", "expected 1");
		return -EINVAL;
	}

	kn = sysfs_break_active_protection(&dev->kobj, &attr->attr);
	if (!kn)
		return -ENODEV;
	/* A class device goes before its slice has been forgotten by all. */
	get_device(&slice->dev);
	err = mdev_slice_remove(slice, &extack);
	if (err)
		mdev_slice_log(slice, "remove", extack._msg);
	mdev_slice_put(slice);
	sysfs_unbreak_active_protection(kn);

	return err ? err : count;
}
EXPORT_SYMBOL_GPL(mdev_slice_remove_store);

static ssize_t remove_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	return mdev_slice_remove_store(to_mdev_slice(dev), dev, attr, buf,
				       count);
}
static DEVICE_ATTR_WO(remove);

static struct attribute *mdev_slice_attrs[] = {
	&dev_attr_class.attr,
	&dev_attr_classes.attr,
	&dev_attr_state.attr,
	&dev_attr_type.attr,
	&dev_attr_parent.attr,
	&dev_attr_uuid.attr,
	&dev_attr_owner.attr,
	&dev_attr_remove.attr,
	NULL,
};

static const struct attribute_group mdev_slice_group = {
	.attrs = mdev_slice_attrs,
};

const struct attribute_group *mdev_slice_groups[] = {
	&mdev_slice_group,
	NULL,
};

/* Every uevent of a slice says what it is and which class it is in. */
int mdev_slice_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	const struct mdev_slice *slice =
		container_of_const(dev, struct mdev_slice, dev);

	return add_uevent_var(env, "MDEV_UUID=%pUl", &slice->uuid) ?:
	       add_uevent_var(env, "MDEV_CLASS=%s",
			      mdev_class_name(READ_ONCE(slice->class_id)));
}
