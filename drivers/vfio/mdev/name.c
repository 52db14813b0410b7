// SPDX-License-Identifier: GPL-2.0
#include <linux/ctype.h>
#include <linux/netlink.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uuid.h>

#include "core.h"

static bool mdev_name_char(char c)
{
	return isascii(c) && (isalnum(c) || strchr("._:-", c));
}

/*
 * Names become directories of sysfs and arguments of commands, so "." and ".."
 * are no names either.
 */
int mdev_name_check(const char *name, struct netlink_ext_ack *extack)
{
	size_t len = strnlen(name, MDEV_NAME_MAX + 1);
	size_t i;

	if (!len) {
		NL_SET_ERR_MSG(extack, "name is empty");
		return -EINVAL;
	}
	if (len > MDEV_NAME_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "name is longer than %d characters",
				   MDEV_NAME_MAX);
		return -EINVAL;
	}
	for (i = 0; i < len; i++) {
		if (mdev_name_char(name[i]))
			continue;
		NL_SET_ERR_MSG_FMT(extack,
				   "name has a character outside [A-Za-z0-9._:-] at position %zu",
				   i + 1);
		return -EINVAL;
	}
	if (!strcmp(name, ".") || !strcmp(name, "..")) {
		NL_SET_ERR_MSG(extack, "name must not be \".\" or \"..\"");
		return -EINVAL;
	}
	return 0;
}

bool mdev_name_is_uuid(const char *name, guid_t *uuid)
{
	return strlen(name) == UUID_STRING_LEN && !guid_parse(name, uuid);
}

/* A name that has the form of a UUID must be the slice's own one. */
int mdev_name_check_uuid(const char *name, const guid_t *own,
			 struct netlink_ext_ack *extack)
{
	guid_t uuid;

	if (!mdev_name_is_uuid(name, &uuid) || guid_equal(&uuid, own))
		return 0;
	NL_SET_ERR_MSG(extack, "the name is the UUID of another slice");
	return -EINVAL;
}

/*
 * The class device is a child of the parent device: a name that is in use in
 * its directory would make the driver core fail with a stack dump. The
 * directory of the slices is made with the first of them, so look for its name
 * even when it is not there yet.
 */
int mdev_name_free_below(struct device *dev, const char *name,
			 struct netlink_ext_ack *extack)
{
	struct kernfs_node *kn;

	if (strcmp(name, mdev_slice_class.name) &&
	    strcmp(name, "mdev_supported_types")) {
		kn = sysfs_get_dirent(dev->kobj.sd, name);
		if (!kn)
			return 0;
		sysfs_put(kn);
	}
	NL_SET_ERR_MSG_FMT(extack,
			   "name \"%.20s\" stands in the directory of the parent device",
			   name);
	return -EEXIST;
}
