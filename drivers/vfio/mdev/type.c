// SPDX-License-Identifier: GPL-2.0
/*
 * What a parent offers to make, as user space knows it from mediated devices: directory
 * mdev_supported_types of the parent's device, and links to all parents in
 * /sys/class/mdev_bus.
 *
 * The directories come before the uevent that announces the parent and go after its last
 * slice. kobject_del() waits for attributes that are running, and then nobody reads
 * what belongs to the parent any more, whoever still holds a directory.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kobject.h>
#include <linux/mdev_vfio.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "core.h"

/**
 * struct mdev_type_dir - mdev_supported_types/DRIVER-TYPE
 * @kobj: the directory
 * @devices: its sub-directory, links to the slices of the type
 * @parent: the parent
 * @type: the type
 */
struct mdev_type_dir {
	struct kobject kobj;
	struct kobject *devices;
	struct mdev_parent *parent;
	const struct mdev_type *type;
};

/**
 * struct mdev_type_dirs - mdev_supported_types
 * @kset: the directory
 * @linked: it is in the class
 * @nr: directories that are there
 * @dir: one for each type of the parent, in that order
 */
struct mdev_type_dirs {
	struct kset *kset;
	bool linked;
	unsigned int nr;
	struct mdev_type_dir *dir[];
};

/* NULL where the kernel's own module has it. */
static struct class_compat *mdev_bus_class;

static struct mdev_type_dir *to_type_dir(struct kobject *kobj)
{
	return container_of(kobj, struct mdev_type_dir, kobj);
}

/* Attributes. */

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	const struct mdev_type *type = to_type_dir(kobj)->type;

	return sysfs_emit(buf, "%s\n", type->pretty_name ?: type->name);
}

static ssize_t description_show(struct kobject *kobj, struct kobj_attribute *attr,
				char *buf)
{
	return sysfs_emit(buf, "%s\n", to_type_dir(kobj)->type->description);
}

/* Of class vfio. Those who do not serve it say what they do serve. */
static ssize_t device_api_show(struct kobject *kobj, struct kobj_attribute *attr,
			       char *buf)
{
	const struct mdev_parent *parent = to_type_dir(kobj)->parent;

	if (parent->vfio_ops)
		return sysfs_emit(buf, "%s\n", parent->vfio_ops->device_api);
	return sysfs_emit(buf, "%s\n",
			  parent->virtio_ops ? "vfio-pci" : "vendor");
}

static unsigned int available(const struct mdev_type_dir *dir)
{
	const struct mdev_parent *parent = dir->parent;

	if (!parent->ops->get_available)
		return INT_MAX;
	return min_t(unsigned int, INT_MAX,
		     parent->ops->get_available(dir->parent, dir->type));
}

static ssize_t available_instances_show(struct kobject *kobj, struct kobj_attribute *attr,
					char *buf)
{
	return sysfs_emit(buf, "%u\n", available(to_type_dir(kobj)));
}

/* A UUID, perhaps with a newline. */
static int parse_uuid(const char *buf, size_t count, guid_t *uuid)
{
	if (count == UUID_STRING_LEN + 1 && buf[UUID_STRING_LEN] == '\n')
		count--;
	if (count != UUID_STRING_LEN || strnlen(buf, count) != count)
		return -EINVAL;
	return guid_parse(buf, uuid);
}

static bool uuid_used(const guid_t *uuid)
{
	struct mdev_slice *slice = mdev_slice_get_by_uuid(uuid);

	if (slice)
		mdev_slice_put(slice);
	return slice;
}

static int create_slice(struct mdev_type_dir *dir, const guid_t *uuid,
			struct netlink_ext_ack *extack)
{
	struct mdev_slice_params params = {
		.type = dir->type,
		.uuid = uuid,
		.class_id = mdev_slice_default_class(dir->parent,
						     MDEV_CLASS_VFIO),
	};
	struct mdev_slice *slice;

	/* Whoever makes the same one twice need not care for how many are left. */
	if (!available(dir) && !uuid_used(uuid)) {
		NL_SET_ERR_MSG(extack, "no instance of the type is left");
		return -EUSERS;
	}
	slice = mdev_slice_create(dir->parent, &params, extack);
	if (IS_ERR(slice))
		return PTR_ERR(slice);
	mdev_slice_put(slice);
	return 0;
}

static ssize_t create_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	struct mdev_type_dir *dir = to_type_dir(kobj);
	struct netlink_ext_ack extack = {};
	guid_t uuid;
	int err;

	err = parse_uuid(buf, count, &uuid);
	if (err) {
		dev_dbg(dir->parent->dev, "create: expected a UUID\n");
		return err;
	}
	if (!mdev_parent_get_active(dir->parent))
		return -ENODEV;
	err = create_slice(dir, &uuid, &extack);
	if (err && extack._msg)
		dev_dbg(dir->parent->dev, "create: %s\n", extack._msg);
	mdev_parent_put(dir->parent);
	return err ?: count;
}

static struct kobj_attribute type_attr_name = __ATTR_RO(name);
static struct kobj_attribute type_attr_description = __ATTR_RO(description);
static struct kobj_attribute type_attr_device_api = __ATTR_RO(device_api);
static struct kobj_attribute type_attr_available_instances =
	__ATTR_RO(available_instances);
static struct kobj_attribute type_attr_create = __ATTR_WO(create);

static struct attribute *mdev_type_attrs[] = {
	&type_attr_name.attr,
	&type_attr_description.attr,
	&type_attr_device_api.attr,
	&type_attr_available_instances.attr,
	&type_attr_create.attr,
	NULL,
};

static umode_t mdev_type_attr_visible(struct kobject *kobj,
				      struct attribute *attr, int n)
{
	if (attr == &type_attr_description.attr &&
	    !to_type_dir(kobj)->type->description)
		return 0;
	return attr->mode;
}

static const struct attribute_group mdev_type_group = {
	.attrs = mdev_type_attrs,
	.is_visible = mdev_type_attr_visible,
};

static const struct attribute_group *mdev_type_groups[] = {
	&mdev_type_group,
	NULL,
};

/* Directories. */

static void mdev_type_dir_release(struct kobject *kobj)
{
	struct mdev_type_dir *dir = to_type_dir(kobj);

	kfree(dir);
	mdev_object_put();
}

static const struct kobj_type mdev_type_ktype = {
	.sysfs_ops = &kobj_sysfs_ops,
	.release = mdev_type_dir_release,
	.default_groups = mdev_type_groups,
};

static struct mdev_type_dir *mdev_type_dir_add(struct mdev_parent *parent,
					       const struct mdev_type *type,
					       struct kset *kset)
{
	struct mdev_type_dir *dir;
	int err;

	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	mdev_object_get();
	dir->parent = parent;
	dir->type = type;
	dir->kobj.kset = kset;
	err = kobject_init_and_add(&dir->kobj, &mdev_type_ktype, NULL, "%s-%s",
				   dev_driver_string(parent->dev), type->name);
	if (err)
		goto put;
	dir->devices = kobject_create_and_add("devices", &dir->kobj);
	if (!dir->devices) {
		err = -ENOMEM;
		goto del;
	}
	return dir;

del:
	kobject_del(&dir->kobj);
put:
	kobject_put(&dir->kobj);
	return ERR_PTR(err);
}

static void mdev_type_dir_del(struct mdev_type_dir *dir)
{
	kobject_del(dir->devices);
	kobject_put(dir->devices);
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}

static int mdev_types_fill(struct mdev_type_dirs *dirs,
			   struct mdev_parent *parent)
{
	struct mdev_type_dir *dir;
	unsigned int i;

	for (i = 0; i < parent->nr_types; i++) {
		dir = mdev_type_dir_add(parent, &parent->types[i], dirs->kset);
		if (IS_ERR(dir))
			return PTR_ERR(dir);
		dirs->dir[dirs->nr++] = dir;
	}
	return 0;
}

static void mdev_types_free(struct mdev_type_dirs *dirs)
{
	while (dirs->nr)
		mdev_type_dir_del(dirs->dir[--dirs->nr]);
	kset_unregister(dirs->kset);
	kfree(dirs);
}

static bool mdev_types_there(struct device *dev)
{
	struct kernfs_node *kn;

	kn = sysfs_get_dirent(dev->kobj.sd, "mdev_supported_types");
	sysfs_put(kn);
	return kn;
}

/*
 * The class knows names alone. A parent that is not in it works all the same, and as with
 * the kernel's own mediated devices that is no reason to do without it.
 */
static bool mdev_type_link_parent(struct mdev_parent *parent, bool link)
{
	if (!mdev_bus_class)
		return false;
	if (link && !class_compat_create_link(mdev_bus_class, parent->dev, NULL))
		return true;
	dev_warn(parent->dev, "is not in /sys/class/mdev_bus%s\n",
		 link ? "" : ": a device of another bus has the name there");
	return false;
}

/*
 * No slice can be made yet: parent->type_dirs is where their links go. @link: nobody
 * else has the parent's name in the class.
 */
int mdev_types_add(struct mdev_parent *parent, bool link)
{
	struct mdev_type_dirs *dirs;
	int err;

	if (mdev_types_there(parent->dev)) {
		dev_err(parent->dev, "somebody else makes mediated devices of it\n");
		return -EEXIST;
	}
	dirs = kzalloc(struct_size(dirs, dir, parent->nr_types), GFP_KERNEL);
	if (!dirs)
		return -ENOMEM;
	dirs->kset = kset_create_and_add("mdev_supported_types", NULL,
					 &parent->dev->kobj);
	if (!dirs->kset) {
		kfree(dirs);
		return -ENOMEM;
	}
	err = mdev_types_fill(dirs, parent);
	if (err) {
		mdev_types_free(dirs);
		return err;
	}
	dirs->linked = mdev_type_link_parent(parent, link);
	parent->type_dirs = dirs;
	return 0;
}

/* After the last slice has gone. */
void mdev_types_del(struct mdev_parent *parent)
{
	if (parent->type_dirs->linked)
		class_compat_remove_link(mdev_bus_class, parent->dev, NULL);
	mdev_types_free(parent->type_dirs);
	parent->type_dirs = NULL;
}

static struct mdev_type_dir *mdev_slice_type_dir(const struct mdev_slice *slice)
{
	const struct mdev_parent *parent = slice->parent;

	return parent->type_dirs->dir[slice->type - parent->types];
}

/* Directory "devices" has a link to each slice, by its UUID. */
int mdev_type_link(struct mdev_slice *slice)
{
	char uuid[UUID_STRING_LEN + 1];

	snprintf(uuid, sizeof(uuid), "%pUl", &slice->uuid);
	return sysfs_create_link(mdev_slice_type_dir(slice)->devices,
				 &slice->dev.kobj, uuid);
}

void mdev_type_unlink(struct mdev_slice *slice)
{
	char uuid[UUID_STRING_LEN + 1];

	snprintf(uuid, sizeof(uuid), "%pUl", &slice->uuid);
	sysfs_remove_link(mdev_slice_type_dir(slice)->devices, uuid);
}

/* Of the class device on bus mdev, where user space looks for it. */
int mdev_type_link_cdev(const struct mdev_slice *slice, struct device *cdev)
{
	return sysfs_create_link(&cdev->kobj, &mdev_slice_type_dir(slice)->kobj,
				 "mdev_type");
}

void mdev_type_unlink_cdev(struct device *cdev)
{
	sysfs_remove_link(&cdev->kobj, "mdev_type");
}

int mdev_types_init(void)
{
	if (mdev_module_loaded("mdev")) {
		pr_notice("module mdev owns /sys/class/mdev_bus: mdevctl does not see our parents unless it is removed first (modprobe -r mdev)\n");
		return 0;
	}
	mdev_bus_class = class_compat_register("mdev_bus");
	return mdev_bus_class ? 0 : -ENOMEM;
}

void mdev_types_exit(void)
{
	if (mdev_bus_class)
		class_compat_unregister(mdev_bus_class);
}
