/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_CORE_H
#define _MDEV_CORE_H

#include <linux/mdev_class.h>

struct mdev_nl_filter;

/*
 * Counts the parents and slices whose memory is still there, so that the module
 * can wait for the last release before its code goes.
 */
void mdev_object_get(void);
void mdev_object_put(void);

/* name.c */
int mdev_name_check(const char *name, struct netlink_ext_ack *extack);
bool mdev_name_is_uuid(const char *name, guid_t *uuid);
int mdev_name_check_uuid(const char *name, const guid_t *own,
			 struct netlink_ext_ack *extack);
int mdev_name_free_below(struct device *dev, const char *name,
			 struct netlink_ext_ack *extack);

/* names.c */
struct mdev_name *mdev_name_alloc(struct mdev_slice *slice, const char *text);
void mdev_name_free(struct mdev_name *name);
int mdev_name_reserve(struct mdev_name *name, struct netlink_ext_ack *extack);
void mdev_name_unreserve(struct mdev_name *name);
struct mdev_slice *mdev_name_find(const char *text);
struct mdev_slice *mdev_name_find_current(const char *text);
int mdev_names_init(void);
void mdev_names_exit(void);

/* For whoever alone may change it. */
static inline struct mdev_name *mdev_slice_held_name(struct mdev_slice *slice)
{
	return rcu_dereference_protected(slice->name, true);
}

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
bool mdev_slice_take_over(struct mdev_slice *slice);
enum mdev_class_id mdev_slice_default_class(const struct mdev_parent *parent,
					    enum mdev_class_id first);
int mdev_changes_init(void);
void mdev_changes_exit(void);

/* slice.c */

/*
 * How long the end of a slice is waited for, and that of its class device in a change of class.
 * Parents take much less, also when many slices are removed at once.
 */
#define MDEV_SLICE_END_TIME	(5 * HZ)

extern const struct class mdev_slice_class;
int mdev_slice_take(struct mdev_slice *slice, enum mdev_slice_state state,
		    struct netlink_ext_ack *extack);
bool mdev_slice_take_wait(struct mdev_slice *slice);
void mdev_slice_release(struct mdev_slice *slice);
void mdev_slice_wake(struct mdev_slice *slice);
void mdev_slice_doom(struct mdev_slice *slice);
int mdev_owner_copy(const char *owner, char **copy,
		    struct netlink_ext_ack *extack);
int mdev_slice_swap_owner(struct mdev_slice *slice, char **copy,
			  struct netlink_ext_ack *extack);
void mdev_slice_hide(struct mdev_slice *slice);
void mdev_slice_unreserve(struct mdev_slice *slice);
int mdev_slice_wait_former(const char *name, const guid_t *uuid);
void mdev_slice_waits_for_user(struct mdev_slice *slice);
void mdev_slice_over(struct mdev_slice *slice);
void mdev_slice_wait_over(struct mdev_slice *slice, unsigned long end);
#ifdef CONFIG_LOCKDEP
void mdev_slice_state_acquired(struct mdev_slice *slice, bool waited);
void mdev_slice_state_released(struct mdev_slice *slice);
#else
static inline void mdev_slice_state_acquired(struct mdev_slice *slice,
					     bool waited) {}
static inline void mdev_slice_state_released(struct mdev_slice *slice) {}
#endif
int mdev_slices_init(void);
void mdev_slices_exit(void);

/* removal.c */

/**
 * struct mdev_batch - slices that are removed together
 * @cause: why
 * @is_meant: shall this slice be removed? NULL: each that is given
 * @filter: for @is_meant
 * @nr: entries in @slices
 * @nr_elsewhere: entries in @elsewhere
 * @slices: of one parent, which has nothing left to do but forget them
 * @elsewhere: those that a work item takes apart
 */
struct mdev_batch {
	enum mdev_event_cause cause;
	bool (*is_meant)(const struct mdev_nl_filter *filter,
			 struct mdev_slice *slice);
	const struct mdev_nl_filter *filter;
	unsigned int nr;
	unsigned int nr_elsewhere;
	struct mdev_slice *slices[64];
	struct mdev_slice *elsewhere[32];
};

int mdev_batch_remove(struct mdev_batch *batch, struct mdev_slice *slice);
void mdev_batch_end(struct mdev_batch *batch);
void mdev_slice_removal_init(struct mdev_slice *slice);
void mdev_slice_remove_all(struct mdev_parent *parent);
int mdev_removals_init(void);
void mdev_removals_exit(void);

/* endpoint.c */
void mdev_endpoint_init(struct mdev_slice *slice);
void mdev_endpoint_clear(struct mdev_slice *slice);
void mdev_endpoint_set_driver(struct mdev_slice *slice,
			      const struct device_driver *drv);
void mdev_endpoint_tell(struct mdev_slice *slice);
bool mdev_endpoint_untold(struct mdev_slice *slice, struct mdev_event *event);
int mdev_endpoints_init(void);
void mdev_endpoints_exit(void);

/* netlink.c */
int mdev_netlink_init(void);
void mdev_netlink_exit(void);

/* notify.c */
bool mdev_nl_listened(void);
void mdev_event_init(struct mdev_event *event, enum mdev_event_cause cause);
void mdev_slice_notify_add(struct mdev_slice *slice);
void mdev_slice_notify_change(struct mdev_slice *slice,
			      const struct mdev_event *event);
void mdev_slice_notify_config(struct mdev_slice *slice);
void mdev_slice_notify_owner(struct mdev_slice *slice);
void mdev_slice_notify_rename(struct mdev_slice *slice, const char *former);
void mdev_slice_notify_endpoint(struct mdev_slice *slice);
void mdev_slice_notify_leave(struct mdev_slice *slice);
void mdev_slice_notify_del(struct mdev_slice *slice);
void mdev_parent_notify_ready(struct mdev_parent *parent);
void mdev_parent_notify_gone(struct mdev_parent *parent);

/* sysfs.c */
extern const struct attribute_group *mdev_slice_groups[];
int mdev_slice_uevent(const struct device *dev, struct kobj_uevent_env *env);

#endif /* _MDEV_CORE_H */
