/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parents, types and slices: what can be cut, into what, and the pieces.
 *
 * A parent driver fills a struct mdev_parent with its life cycle operations
 * and one operations struct per class that it can serve, and registers it.
 * From then on slices are made on it by netlink or sysfs, and each of them is
 * in one class at a time. The endpoint drivers of the classes (virtio_vdpa,
 * vhost_vdpa, vfio_virtio, ...) drive the slice through the operations.
 *
 * Lock order, outermost first: device_lock(parent), slice state,
 * device_lock(class device), rtnl. Nothing that runs under rtnl, in an
 * attribute of a class device or in the probe or remove of an endpoint driver
 * may create, remove or change the class of a slice.
 *
 * devl_lock of a parent with a devlink instance comes after slice state, as a
 * port is registered when a slice is made, and before rtnl. It is not held
 * together with device_lock(class device). Reload takes it after
 * device_lock(parent). What runs under it, such as a devlink operation, does not
 * wait for slice state: functions that find it taken say so and do not wait.
 */
#ifndef _LINUX_MDEV_CLASS_H
#define _LINUX_MDEV_CLASS_H

#include <linux/completion.h>
#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct cpumask;
struct mdev_class;
struct mdev_config;
struct mdev_parent;
struct mdev_slice;
struct mdev_type_dirs;
struct mdev_vendor_ops;
struct mdev_vfio_ops;
struct mdev_vhost_ops;
struct mdev_virtio_ops;
struct mdev_vq_stats;
struct net_device;
struct netlink_ext_ack;

/* Longest name of a slice, in characters without the final NUL. */
#define MDEV_NAME_MAX	63
/* Longest owner string, in characters without the final NUL. */
#define MDEV_OWNER_MAX	127

/**
 * enum mdev_class_id - what a slice can be
 * @MDEV_CLASS_NONE: parked: provisioned, on no class bus
 * @MDEV_CLASS_VIRTIO: a virtio device of this host
 * @MDEV_CLASS_VHOST: a /dev/vhost-vdpa-N node, virtio datapath in user memory
 * @MDEV_CLASS_VFIO: a vfio device
 * @MDEV_CLASS_VENDOR: given to a vendor driver, without operations from here
 * @MDEV_CLASS_MAX: number of ids
 * @MDEV_CLASS_DEFAULT: for mdev_slice_create() only: choose by what the parent
 *	serves and which endpoint modules are loaded
 *
 * The order is the one in which MDEV_CLASS_DEFAULT falls back.
 */
enum mdev_class_id {
	MDEV_CLASS_NONE,
	MDEV_CLASS_VIRTIO,
	MDEV_CLASS_VHOST,
	MDEV_CLASS_VFIO,
	MDEV_CLASS_VENDOR,
	MDEV_CLASS_MAX,
	MDEV_CLASS_DEFAULT = MDEV_CLASS_MAX,
};

/**
 * struct mdev_type - one kind of slice that a parent offers
 * @name: word for sysfs and netlink, unique within the parent
 * @pretty_name: one line for people, or NULL
 * @description: more text for people, or NULL
 * @device_id: virtio device id (virtio 1.2, section 5), 0 if it has none
 * @vendor_id: virtio subsystem vendor id of its slices
 * @features: every virtio feature bit that a slice of this type can be given
 * @max_vqs: most virtqueues that a slice can have, control queue included
 * @create_mask: MDEV_CONFIG_* bits that mdev_parent_ops.create accepts
 * @configure_mask: MDEV_CONFIG_* bits that mdev_parent_ops.configure accepts
 *
 * Owned by the parent driver; must stay until mdev_parent_unregister()
 * has returned.
 */
struct mdev_type {
	const char *name;
	const char *pretty_name;
	const char *description;
	u32 device_id;
	u32 vendor_id;
	u64 features;
	u32 max_vqs;
	u64 create_mask;
	u64 configure_mask;
};

/**
 * struct mdev_parent_ops - life cycle of the slices of a parent
 * @owner: THIS_MODULE of the parent driver
 * @create: make the slice: reserve what it needs of the hardware and keep the
 *	provisioning in @config (never NULL; fields that are not in its mask
 *	have no meaning). Everything in the mask was tested against
 *	&mdev_type.create_mask. May sleep. On failure nothing stays, and the
 *	reason is told in extack. No class device exists yet.
 * @remove: undo @create. The slice is in no class, no other operation runs or
 *	will run. May sleep; must not wait for user space.
 * @remove_many: the same for several slices at once, where that costs less than one
 *	after the other. Optional.
 * @configure: change the provisioning of a living slice, in any class; the
 *	mask was tested against &mdev_type.configure_mask. All or nothing.
 *	May sleep. Optional.
 * @get_available: how many more slices of this type can be made. Must not
 *	sleep. Optional: NULL means that nothing but memory limits it.
 * @get_config: what the slice is provisioned with: fill in members and their bits
 *	of the mask, which is empty before. Must not sleep for long. Optional.
 * @get_cpus: where its workers run, if that was said, or NULL. Called under
 *	rcu_read_lock(), and used until that ends. Optional.
 * @get_representor: the network device that stands for the slice on the host, in
 *	whatever network namespace, or NULL. It stays until @remove. Must not sleep
 *	for long. Optional.
 * @get_stats: counters of the slice as a whole, besides those of its virtqueues: add
 *	them. Must not sleep for long. Optional.
 *
 * Operations of different slices may run at the same time; @create, @remove
 * and @configure of one slice never do. All calls are bounded in time, by seconds:
 * netlink requests make them, and until those end no generic netlink family can be
 * registered, which other requests wait behind. The operations that get something of
 * a slice come at any time between its @create and its @remove.
 */
struct mdev_parent_ops {
	struct module *owner;
	int (*create)(struct mdev_slice *slice,
		      const struct mdev_config *config,
		      struct netlink_ext_ack *extack);
	void (*remove)(struct mdev_slice *slice);
	void (*remove_many)(struct mdev_slice **slices, unsigned int nr);
	int (*configure)(struct mdev_slice *slice,
			 const struct mdev_config *config,
			 struct netlink_ext_ack *extack);
	unsigned int (*get_available)(struct mdev_parent *parent,
				      const struct mdev_type *type);
	void (*get_config)(struct mdev_slice *slice,
			   struct mdev_config *config);
	const struct cpumask *(*get_cpus)(struct mdev_slice *slice);
	struct net_device *(*get_representor)(struct mdev_slice *slice);
	void (*get_stats)(struct mdev_slice *slice,
			  struct mdev_vq_stats *stats);
};

/**
 * struct mdev_parent - a device that can be sliced
 * @dev: the device, on a bus; set by mdev_parent_alloc()
 * @ops: life cycle of slices, mandatory
 * @virtio_ops: virtio device model, or NULL
 * @vhost_ops: additions for user-space consumers, or NULL; needs @virtio_ops
 * @vfio_ops: names the parent's own vfio driver, or NULL
 * @vendor_ops: names the vendor driver, or NULL
 * @types: what can be made, at least one
 * @nr_types: entries in @types
 * @dma_dev: device that does the DMA, NULL for @dev itself
 *
 * The members above are set by the parent driver between mdev_parent_alloc()
 * and mdev_parent_register() and are constant afterwards. A class whose
 * operations are NULL is not served, except that virtio operations with set_as
 * alone are enough for class vfio.
 */
struct mdev_parent {
	struct device *dev;
	const struct mdev_parent_ops *ops;
	const struct mdev_virtio_ops *virtio_ops;
	const struct mdev_vhost_ops *vhost_ops;
	const struct mdev_vfio_ops *vfio_ops;
	const struct mdev_vendor_ops *vendor_ops;
	const struct mdev_type *types;
	unsigned int nr_types;
	struct device *dma_dev;

	/* private: */
	u32 id;
	const char *name;
	refcount_t refs;	/* memory */
	refcount_t active;	/* users that unregistration waits for */
	bool going;		/* it waits, or has: no more of them */
	struct completion inactive;
	struct completion told;	/* that there is the parent; slices come after it */
	struct mdev_type_dirs *type_dirs;
	spinlock_t lock;	/* slices, nr_slices, dma_users */
	struct list_head slices;
	unsigned int nr_slices;
	wait_queue_head_t empty;
	int dma_users;		/* -1: one of user space, who has it alone */
	struct rhlist_head name_node;
	struct rcu_head rcu;
};

/**
 * enum mdev_slice_state - who may touch the life of a slice
 * @MDEV_SLICE_READY: nobody does; whoever wants to takes it
 * @MDEV_SLICE_CHANGING: someone creates it, changes its class or configures it
 * @MDEV_SLICE_DYING: being removed, for ever
 */
enum mdev_slice_state {
	MDEV_SLICE_READY,
	MDEV_SLICE_CHANGING,
	MDEV_SLICE_DYING,
};

/**
 * enum mdev_slice_end - how far the removal of a slice has come
 * @MDEV_END_SOON: as far as is known nobody in user space is waited for
 * @MDEV_END_USER: its user is waited for
 * @MDEV_END_LEFT: its user has let go of it
 * @MDEV_END_OVER: nothing of it is left, name and UUID are free
 */
enum mdev_slice_end {
	MDEV_END_SOON,
	MDEV_END_USER,
	MDEV_END_LEFT,
	MDEV_END_OVER,
};

/**
 * enum mdev_slice_exit - who has a slice while a work item leaves its class
 * @MDEV_EXIT_NONE: no work does
 * @MDEV_EXIT_ASKED: whoever asked for the change of class, and waits for the work
 * @MDEV_EXIT_ALONE: the work, since they have given up; a removal may come and take it
 * @MDEV_EXIT_TAKEN: a removal has, and the work has the class device still
 * @MDEV_EXIT_PASSED: either that work or what comes before the end of that removal is done
 */
enum mdev_slice_exit {
	MDEV_EXIT_NONE,
	MDEV_EXIT_ASKED,
	MDEV_EXIT_ALONE,
	MDEV_EXIT_TAKEN,
	MDEV_EXIT_PASSED,
};

/* Longest name of a node in /dev, and of a driver, that is kept of an endpoint. */
#define MDEV_NODE_MAX	31
#define MDEV_DRIVER_MAX	31

/**
 * struct mdev_endpoint - what a slice appears as
 * @driver: name of the driver of the class device, empty while none is bound
 * @node: name of its node in /dev, or empty
 * @iommu_group: number of its iommu group, or -1
 * @holder: the process that has opened it, or NULL
 * @comm: name of @holder when it did
 */
struct mdev_endpoint {
	char driver[MDEV_DRIVER_MAX + 1];
	char node[MDEV_NODE_MAX + 1];
	int iommu_group;
	struct pid *holder;
	char comm[TASK_COMM_LEN];
};

/**
 * enum mdev_event_cause - why something happens to a slice
 * @MDEV_EVENT_USER: a process asked for it
 * @MDEV_EVENT_PARENT: the parent comes or goes
 */
enum mdev_event_cause {
	MDEV_EVENT_USER = 1,
	MDEV_EVENT_PARENT,
};

/**
 * struct mdev_event - what listeners are told about a change
 * @cause: why
 * @pid: the process that did it, in the initial pid namespace
 * @comm: its name
 * @err: what a class change ended with, or 0
 * @from: class that the slice was in, MDEV_CLASS_MAX where that says nothing
 * @former: name that it had, or NULL where that says nothing
 */
struct mdev_event {
	enum mdev_event_cause cause;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	int err;
	enum mdev_class_id from;
	const char *former;
};

/**
 * struct mdev_name - a name that a slice has, or had
 *
 * Memory of its own, which stays for a grace period after it is not the slice's any more.
 */
struct mdev_name {
	/* private: */
	struct rhash_head node;	/* in the table of all names, while it is reserved */
	struct mdev_slice *slice;
	struct rcu_head rcu;
	char text[];
};

/**
 * struct mdev_slice - one made thing
 * @dev: device of sysfs class mdev_slice, /sys/class/mdev_slice/NAME
 * @parent: what it was cut from; the slice holds its memory
 * @type: its type; not to be touched after mdev_parent_ops.remove
 * @uuid: its UUID, given or generated
 * @drvdata: for the parent driver
 */
struct mdev_slice {
	struct device dev;
	struct mdev_parent *parent;
	const struct mdev_type *type;
	guid_t uuid;
	void *drvdata;

	/* private: */
	u32 id;
	struct mdev_name __rcu *name;	/* changes parked, with the state and live_sem */
	u64 said;		/* MDEV_CONFIG_* that were given; by state holder */
	bool live;	/* published and not removed; unset before live_sem is taken */
	enum mdev_slice_state state;
	enum mdev_slice_exit exit;
	enum mdev_slice_end end;	/* only grows */
	bool held;	/* when dying: its user is waited for, or was */
	enum mdev_class_id class_id;
	int probe_err;		/* last result of the endpoint driver's probe */
	int link_err;		/* of the links made when @cdev appeared */
	u64 changes;		/* of class; by holder of the state */
	u64 failures;		/* those that did not come about */
	const struct mdev_class *in_class;	/* module held; by state holder */
	struct device *cdev;	/* class device; written by holder of the state */
	struct rw_semaphore live_sem;
	spinlock_t lock;	/* cdev, class_id, owner, endpoint and what is told of it */
	struct mutex tell_lock;		/* what is told of it is told in order; owner */
	char *owner;
	struct mdev_endpoint endpoint;
	u32 endpoint_changes;		/* how often it did, besides with the class */
	u32 endpoint_told;		/* with the last message: as often as that */
	struct mdev_event endpoint_event;	/* the last one */
	struct delayed_work endpoint_work;
	struct mdev_event removal;	/* by holder of the state, when dying */
	struct list_head node;	/* in parent->slices */
	struct work_struct drain_work;
	struct work_struct left_work;
	struct rhash_head uuid_node;
	struct rcu_head rcu;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map state_map;
#endif
};

/* Parents, for the driver of the device. */
struct mdev_parent *mdev_parent_alloc(struct device *dev);
void mdev_parent_free(struct mdev_parent *parent);
int mdev_parent_register(struct mdev_parent *parent);
void mdev_parent_unregister(struct mdev_parent *parent);

static inline struct device *mdev_parent_dma_dev(const struct mdev_parent *parent)
{
	return parent->dma_dev ? parent->dma_dev : parent->dev;
}

/*
 * The device that does the DMA, and the IOMMU before it, serve the kernel, for any number
 * of slices, or one consumer in user space. For class drivers of slices whose parent
 * does DMA.
 */
int mdev_parent_claim_dma(struct mdev_parent *parent, bool user);
void mdev_parent_release_dma(struct mdev_parent *parent);

/*
 * Parents, for those who manage slices. The references delay the parent's
 * unregistration: put them before returning to user space.
 */
struct mdev_parent *mdev_parent_get_by_name(const char *bus, const char *name);
struct mdev_parent *mdev_parent_get_next(u32 *cursor);
unsigned int mdev_parent_generation(void);
void mdev_parent_put(struct mdev_parent *parent);
bool mdev_parent_serves(const struct mdev_parent *parent, enum mdev_class_id id);

/**
 * enum mdev_slice_param - what of a new slice was refused
 * @MDEV_PARAM_NONE: nothing that was given, or the provisioning
 * @MDEV_PARAM_NAME: its name
 * @MDEV_PARAM_UUID: its UUID
 * @MDEV_PARAM_CLASS: its class
 * @MDEV_PARAM_OWNER: its owner
 */
enum mdev_slice_param {
	MDEV_PARAM_NONE,
	MDEV_PARAM_NAME,
	MDEV_PARAM_UUID,
	MDEV_PARAM_CLASS,
	MDEV_PARAM_OWNER,
};

/**
 * struct mdev_slice_params - what a new slice is made from
 * @type: one of the parent's types; NULL for its first
 * @name: its name; NULL to be named by its UUID
 * @uuid: its UUID, or NULL to have one generated
 * @class_id: class to enter, or MDEV_CLASS_DEFAULT
 * @owner: who makes it, or NULL
 * @config: provisioning, or NULL for the parent's defaults
 * @refused: told which of these an error is about; may be NULL
 */
struct mdev_slice_params {
	const struct mdev_type *type;
	const char *name;
	const guid_t *uuid;
	enum mdev_class_id class_id;
	const char *owner;
	const struct mdev_config *config;
	enum mdev_slice_param *refused;
};

/* Slices: life. */
struct mdev_slice *mdev_slice_create(struct mdev_parent *parent,
				     const struct mdev_slice_params *params,
				     struct netlink_ext_ack *extack);
int mdev_slice_remove(struct mdev_slice *slice, struct netlink_ext_ack *extack);
int mdev_slice_remove_bounded(struct mdev_slice *slice,
			      struct netlink_ext_ack *extack);
int mdev_slice_set_class(struct mdev_slice *slice, enum mdev_class_id id,
			 bool force, struct netlink_ext_ack *extack);
int mdev_slice_configure(struct mdev_slice *slice,
			 const struct mdev_config *config,
			 struct netlink_ext_ack *extack);
int mdev_slice_set_owner(struct mdev_slice *slice, const char *owner,
			 struct netlink_ext_ack *extack);
int mdev_slice_rename(struct mdev_slice *slice, const char *name,
		      struct netlink_ext_ack *extack);

/* Slices: look-up and access. */
struct mdev_slice *mdev_slice_get_by_id(u32 id);
struct mdev_slice *mdev_slice_get_by_name(const char *name);
struct mdev_slice *mdev_slice_get_by_uuid(const guid_t *uuid);
struct mdev_slice *mdev_slice_get_next(u32 *cursor);
unsigned int mdev_slice_generation(void);
bool __must_check mdev_slice_enter(struct mdev_slice *slice);
void mdev_slice_leave(struct mdev_slice *slice);

static inline struct mdev_slice *to_mdev_slice(struct device *dev)
{
	return container_of(dev, struct mdev_slice, dev);
}

static inline void mdev_slice_put(struct mdev_slice *slice)
{
	put_device(&slice->dev);
}

/*
 * Its name, which stays the same while the slice is in a class, while it is entered, and
 * for the holder of its state, as in the parent's create, configure and remove. So it does
 * in code that runs on behalf of the class device. Others hold rcu_read_lock() for as long
 * as they read what is returned, or copy it.
 */
static inline const char *mdev_slice_name(const struct mdev_slice *slice)
{
	return rcu_dereference_raw(slice->name)->text;
}

/* For those who have nothing that keeps the name. Any context. */
static inline void mdev_slice_copy_name(const struct mdev_slice *slice,
					char name[MDEV_NAME_MAX + 1])
{
	rcu_read_lock();
	strscpy(name, mdev_slice_name(slice), MDEV_NAME_MAX + 1);
	rcu_read_unlock();
}

/* The class it is in; that may change at any time. Any context. */
static inline enum mdev_class_id mdev_slice_class_id(const struct mdev_slice *slice)
{
	return READ_ONCE(slice->class_id);
}

/*
 * Is it in no class? That stays so for the holder of its state, as in
 * mdev_parent_ops.configure, and may change at any time for others. Any context.
 */
static inline bool mdev_slice_parked(const struct mdev_slice *slice)
{
	return mdev_slice_class_id(slice) == MDEV_CLASS_NONE;
}

/*
 * Was this (MDEV_CONFIG_*) said when it was made or later, and is no default? Any
 * context.
 */
static inline bool mdev_slice_said(const struct mdev_slice *slice, u64 config)
{
	return READ_ONCE(slice->said) & config;
}

static inline void mdev_slice_set_drvdata(struct mdev_slice *slice, void *data)
{
	slice->drvdata = data;
}

static inline void *mdev_slice_drvdata(const struct mdev_slice *slice)
{
	return slice->drvdata;
}

/*
 * Typed getters: the operations of the slice's parent for one class, or NULL
 * where the parent does not have them. Valid while the slice is entered, or
 * in code that runs on behalf of its class device.
 */
static inline const struct mdev_virtio_ops *
mdev_virtio_ops(const struct mdev_slice *slice)
{
	return slice->parent->virtio_ops;
}

static inline const struct mdev_vhost_ops *
mdev_vhost_ops(const struct mdev_slice *slice)
{
	return slice->parent->vhost_ops;
}

static inline const struct mdev_vfio_ops *
mdev_vfio_ops(const struct mdev_slice *slice)
{
	return slice->parent->vfio_ops;
}

static inline const struct mdev_vendor_ops *
mdev_vendor_ops(const struct mdev_slice *slice)
{
	return slice->parent->vendor_ops;
}

/**
 * struct mdev_class - a class bus, registered by its module
 * @id: which class
 * @owner: THIS_MODULE; held while a slice is in the class
 * @bus: the class bus, registered by the module itself
 * @alloc: allocate the class device of a slice: device_initialize()d, with bus
 *	and release set, not yet visible. Name and parent are set by the core.
 *	May sleep. Returns an ERR_PTR and says why in extack.
 * @to_slice: slice of a class device
 * @find_driver: is there the driver that the slices of a parent are for? If not,
 *	-EOPNOTSUPP and in extack which one that is. Asked before a slice enters the
 *	class, not when it is led back there. Optional: there always is.
 * @busy: may the slice leave the class now? -EBUSY and in extack who holds it,
 *	unless it is told to @force and can take it away. After 0 nobody can begin
 *	to use the class device: it goes. Called with slice state held. Not
 *	called when the slice is removed. Optional. With @leave there may be users whom
 *	the class does not see coming, and whom the end of the class device waits for.
 * @leave: the slice is being removed: nobody can begin to use the class device any
 *	more. Returns true if it can go at once. False if somebody uses it, who is
 *	then asked to let go of it for as long as it takes; when nobody uses it any
 *	more, mdev_slice_left() is called, once. Must not sleep for long nor take
 *	the lock of the class device. Optional: it can always go at once.
 * @keep: a class change has failed and the slice goes back into the class: @cdev, which
 *	is not yet visible, takes over what user space has told @old, which is not
 *	visible any more. Must not fail. Optional: there is nothing.
 *
 * The release of a class device calls mdev_class_device_released() last.
 */
struct mdev_class {
	enum mdev_class_id id;
	struct module *owner;
	const struct bus_type *bus;
	struct device *(*alloc)(struct mdev_slice *slice,
				struct netlink_ext_ack *extack);
	struct mdev_slice *(*to_slice)(struct device *cdev);
	int (*find_driver)(const struct mdev_parent *parent,
			   struct netlink_ext_ack *extack);
	int (*busy)(struct device *cdev, bool force,
		    struct netlink_ext_ack *extack);
	bool (*leave)(struct device *cdev);
	void (*keep)(struct device *cdev, struct device *old);
};

/* Classes, for the modules that implement one. */
int mdev_class_register(const struct mdev_class *class);
void mdev_class_unregister(const struct mdev_class *class);
void mdev_class_device_released(enum mdev_class_id id);
void mdev_slice_probed(struct mdev_slice *slice, int err);
void mdev_slice_set_node(struct mdev_slice *slice, const char *node);
void mdev_slice_set_iommu_group(struct mdev_slice *slice, int group);
void mdev_slice_set_holder(struct mdev_slice *slice, bool held);
void mdev_slice_left(struct mdev_slice *slice);
ssize_t mdev_slice_remove_store(struct mdev_slice *slice, struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count);

bool mdev_module_loaded(const char *name);

/**
 * struct mdev_override - the driver that user space wants for a class device
 *
 * For classes whose driver is named by the parent.
 */
struct mdev_override {
	/* private: */
	spinlock_t lock;	/* name */
	const char *name;
	const char *wanted;
};

int __must_check mdev_override_init(struct mdev_override *override,
				    const char *wanted);
void mdev_override_free(struct mdev_override *override);
void mdev_override_keep(struct mdev_override *override, struct mdev_override *old);
bool mdev_override_match(struct mdev_override *override,
			 const struct device_driver *drv);
ssize_t mdev_override_show(struct mdev_override *override, char *buf);
ssize_t mdev_override_store(struct mdev_override *override, const char *buf,
			    size_t count);

const char *mdev_class_name(enum mdev_class_id id);
int mdev_class_by_name(const char *name);

#endif /* _LINUX_MDEV_CLASS_H */
