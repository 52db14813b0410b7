/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_CORE_H
#define _MDEV_CORE_H

#include <linux/mdev_class.h>

/*
 * Counts the parents and slices whose memory is still there, so that the module
 * can wait for the last release before its code goes.
 */
void mdev_object_get(void);
void mdev_object_put(void);

/* name.c */
int mdev_name_check(const char *name, struct netlink_ext_ack *extack);
int mdev_name_free_below(struct device *dev, const char *name,
			 struct netlink_ext_ack *extack);

/* parent.c */
bool mdev_parent_get_active(struct mdev_parent *parent);
void mdev_parent_hold(struct mdev_parent *parent);
int mdev_parents_init(void);
void mdev_parents_exit(void);

/* type.c */
int mdev_types_add(struct mdev_parent *parent, bool link);
void mdev_types_del(struct mdev_parent *parent);
int mdev_type_link(struct mdev_slice *slice);
void mdev_type_unlink(struct mdev_slice *slice);
int mdev_type_link_cdev(const struct mdev_slice *slice, struct device *cdev);
void mdev_type_unlink_cdev(struct device *cdev);
int mdev_types_init(void);
void mdev_types_exit(void);

/* class.c */
const struct mdev_class *mdev_class_get(enum mdev_class_id id);
void mdev_class_put(const struct mdev_class *class);
void mdev_class_device_allocated(enum mdev_class_id id);
void mdev_class_request(const struct mdev_parent *parent);

/* change.c */
int mdev_slice_enter_class(struct mdev_slice *slice, enum mdev_class_id id,
			   struct netlink_ext_ack *extack);
bool mdev_slice_leave_class(struct mdev_slice *slice);
void mdev_slice_exit_class(struct mdev_slice *slice);
enum mdev_class_id mdev_slice_default_class(const struct mdev_parent *parent,
					    enum mdev_class_id first);

/* slice.c */
extern const struct class mdev_slice_class;
int mdev_slice_take(struct mdev_slice *slice, enum mdev_slice_state state,
		    struct netlink_ext_ack *extack);
void mdev_slice_release(struct mdev_slice *slice);
void mdev_slice_remove_all(struct mdev_parent *parent);
int mdev_slices_init(void);
void mdev_slices_exit(void);

/* sysfs.c */
extern const struct attribute_group *mdev_slice_groups[];
int mdev_slice_uevent(const struct device *dev, struct kobj_uevent_env *env);
void mdev_slice_notify_change(struct mdev_slice *slice, int err);
void mdev_slice_notify_config(struct mdev_slice *slice);

#endif /* _MDEV_CORE_H */
