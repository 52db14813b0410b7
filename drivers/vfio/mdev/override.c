// SPDX-License-Identifier: GPL-2.0
/*
 * Attribute driver_override of the class devices on buses where a parent names its
 * driver: user space names another one.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "core.h"

/**
 * mdev_override_init - no driver is wanted but the one that the parent names
 * @override: of a new class device
 * @wanted: name of that one; copied, because the driver core may ask for a match when
 *	the class device is not on its bus any more and the parent's module has gone
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int mdev_override_init(struct mdev_override *override, const char *wanted)
{
	spin_lock_init(&override->lock);
	override->name = NULL;
	override->wanted = kstrdup(wanted, GFP_KERNEL);
	return override->wanted ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_GPL(mdev_override_init);

/**
 * mdev_override_free - undo mdev_override_init()
 * @override: of a class device that is being released
 */
void mdev_override_free(struct mdev_override *override)
{
	kfree(override->name);
	kfree(override->wanted);
}
EXPORT_SYMBOL_GPL(mdev_override_free);

/**
 * mdev_override_keep - what user space has told one class device holds for another
 * @override: of a class device that is not yet visible
 * @old: of the one in whose place it comes, which is not visible any more
 *
 * For the keep function of a class. Does not sleep.
 */
void mdev_override_keep(struct mdev_override *override, struct mdev_override *old)
{
	/* A match of the driver core may still read the old one. */
	spin_lock(&old->lock);
	swap(override->name, old->name);
	spin_unlock(&old->lock);
}
EXPORT_SYMBOL_GPL(mdev_override_keep);

/**
 * mdev_override_match - is a driver the one for the class device?
 * @override: of the class device
 * @drv: the driver
 *
 * For the match function of a class bus. Does not sleep.
 *
 * Return: true if it is.
 */
bool mdev_override_match(struct mdev_override *override,
			 const struct device_driver *drv)
{
	bool match;

	spin_lock(&override->lock);
	match = !strcmp(override->name ?: override->wanted, drv->name);
	spin_unlock(&override->lock);
	return match;
}
EXPORT_SYMBOL_GPL(mdev_override_match);

/**
 * mdev_override_show - the attribute is read
 * @override: of the class device
 * @buf: as in every attribute
 *
 * Return: length of the text, which is "(null)" where user space says nothing.
 */
ssize_t mdev_override_show(struct mdev_override *override, char *buf)
{
	ssize_t len;

	spin_lock(&override->lock);
	len = sysfs_emit(buf, "%s\n", override->name ?: "(null)");
	spin_unlock(&override->lock);
	return len;
}
EXPORT_SYMBOL_GPL(mdev_override_show);

/**
 * mdev_override_store - the attribute is written
 * @override: of the class device
 * @buf: name of a driver; an empty line takes it back
 * @count: length of @buf
 *
 * It counts from the next time that a driver is looked for. May sleep.
 *
 * Return: @count, -EINVAL if it is not one line, or -ENOMEM.
 */
ssize_t mdev_override_store(struct mdev_override *override, const char *buf,
			    size_t count)
{
	size_t len = strcspn(buf, "\n");
	const char *name = NULL;

	if (count >= PAGE_SIZE - 1 || len + 1 < count)
		return -EINVAL;
	if (len) {
		name = kmemdup_nul(buf, len, GFP_KERNEL);
		if (!name)
			return -ENOMEM;
	}
	spin_lock(&override->lock);
	swap(override->name, name);
	spin_unlock(&override->lock);
	kfree(name);
	return count;
}
EXPORT_SYMBOL_GPL(mdev_override_store);
