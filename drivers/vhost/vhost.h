/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Class vhost: /dev/vhost-vdpa-N.
 *
 * A node lives from the endpoint driver's probe to its remove, and as memory until
 * the last file of it is closed. While its file is open there is a session, which
 * has all that the consumer has set up.
 *
 * vhost_node.lock is held over every use of the slice's operations and of the
 * session, and over nothing that waits for user space: arguments are copied before
 * it is taken and results after it is released. So revocation gets it within the
 * time of one operation, marks the node dead, and nobody uses the slice any
 * more. What runs without the lock (kicks, callbacks, faults of doorbell mappings)
 * is cut off by revocation one by one.
 */
#ifndef _MDEV_VHOST_VHOST_H
#define _MDEV_VHOST_VHOST_H

#include <linux/cdev.h>
#include <linux/irqbypass.h>
#include <linux/mdev_vhost.h>
#include <linux/mdev_virtio.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/vhost.h>

/* Newer than some kernels' headers. */
#ifndef VHOST_SET_FORK_FROM_OWNER
#define VHOST_FORK_OWNER_KTHREAD	0
#define VHOST_FORK_OWNER_TASK		1
#define VHOST_SET_FORK_FROM_OWNER	_IOW(VHOST_VIRTIO, 0x84, __u8)
#define VHOST_GET_FORK_FROM_OWNER	_IOR(VHOST_VIRTIO, 0x85, __u8)
#endif

struct eventfd_ctx;
struct mdev_as;
struct vhost_pins;
struct vhost_session;

/**
 * struct vhost_event - eventfd that is signalled
 * @rcu: for its end: it is signalled from any context
 * @ctx: the eventfd
 */
struct vhost_event {
	struct rcu_head rcu;
	struct eventfd_ctx *ctx;
};

/**
 * struct vhost_kick - eventfd that the consumer signals
 * @file: the eventfd, NULL if there is none
 * @table: how its wait queue becomes known
 * @head: its wait queue
 * @entry: our place there
 * @work: runs the kick where that may not happen at once
 */
struct vhost_kick {
	struct file *file;
	poll_table table;
	wait_queue_head_t *head;
	wait_queue_entry_t entry;
	struct work_struct work;
};

/* Bits of vhost_vring.flags. */
#define VHOST_VRING_ENABLED	0	/* by the consumer */
#define VHOST_VRING_FAILED	1	/* and it has been told */

/**
 * struct vhost_vring - what a session has set up for a virtqueue
 * @session: the session
 * @index: number of the virtqueue
 * @flags: VHOST_VRING_*
 * @kick: buffers are available
 * @call: buffers were used, or NULL
 * @err: the device has stopped the virtqueue for an error, or NULL
 * @producer: its interrupt, with a token while that is offered to others
 * @busyloop_timeout: kept, without effect
 */
struct vhost_vring {
	struct vhost_session *session;
	u16 index;
	unsigned long flags;
	struct vhost_kick kick;
	struct vhost_event __rcu *call;
	struct vhost_event __rcu *err;
	struct irq_bypass_producer producer;
	u32 busyloop_timeout;
};

/**
 * struct vhost_session - an open file
 * @node: the node
 * @mapping: where mappings of doorbells are found
 * @holder: for those who find it busy: process that opened it, from VHOST_SET_OWNER
 *	on the owner
 * @comm: its name
 * @mm: memory of the owner, NULL before VHOST_SET_OWNER; its struct is held
 * @backend_features: VHOST_BACKEND_F_* bits that were acknowledged
 * @config_call: the configuration has changed, or NULL
 * @broken: the device needs a reset
 * @suspended: queues are held
 * @in_batch: between BATCH_BEGIN and BATCH_END
 * @batch_asid: address space of the batch
 * @fork_owner: kept, without effect: there is no worker to fork
 * @as: address spaces, each NULL until it is used; for software
 * @pins: memory that the device reaches by itself, NULL for software
 * @group_asid: address space of each virtqueue group
 * @nr_vrings: entries in @vrings
 * @vrings: virtqueues
 */
struct vhost_session {
	struct vhost_node *node;
	struct address_space *mapping;
	struct pid *holder;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm;
	u64 backend_features;
	struct vhost_event __rcu *config_call;
	bool broken;
	bool suspended;
	bool in_batch;
	u32 batch_asid;
	u8 fork_owner;
	struct mdev_as **as;
	struct vhost_pins *pins;
	u32 *group_asid;
	u16 nr_vrings;
	struct vhost_vring vrings[] __counted_by(nr_vrings);
};

/**
 * struct vhost_node - /dev/vhost-vdpa-N
 * @dev: its device, below the class device
 * @cdev: its character device
 * @mvdev: the class device; held
 * @slice: its slice, which the class device holds
 * @ops: operations of the slice; not to be used once @dead
 * @vhost_ops: likewise
 * @pins: the device reaches memory by itself; software is given an address space
 * @lock: see above
 * @leaving: the slice is about to leave the class: nobody may open
 * @dead: revoked; written under @lock and @doorbell_lock
 * @session: the open file, or NULL
 * @wait: for poll()
 * @doorbell_lock: held while a doorbell is mapped; taken by page faults, so it
 *	is not held over anything that could fault
 */
struct vhost_node {
	struct device dev;
	struct cdev cdev;
	struct mdev_vhost_device *mvdev;
	struct mdev_slice *slice;
	const struct mdev_virtio_ops *ops;
	const struct mdev_vhost_ops *vhost_ops;
	bool pins;
	struct mutex lock;		/* see above */
	bool leaving;
	bool dead;
	struct vhost_session *session;
	wait_queue_head_t wait;
	struct mutex doorbell_lock;	/* see above */
};

static inline struct vhost_node *to_vhost_node(struct device *dev)
{
	return container_of(dev, struct vhost_node, dev);
}

/* node.c */
int vhost_node_probe(struct mdev_vhost_device *mvdev);
void vhost_node_remove(struct mdev_vhost_device *mvdev);
int vhost_nodes_init(void);
void vhost_nodes_exit(void);

/* session.c */
struct vhost_session *vhost_session_create(struct vhost_node *node,
					   struct file *file);
void vhost_session_end(struct vhost_session *session);
void vhost_session_free(struct vhost_session *session);
int vhost_session_reset(struct vhost_session *session);
int vhost_session_set_owner(struct vhost_session *session);
void vhost_session_attach_config(struct vhost_session *session);
int vhost_session_set_asid(struct vhost_session *session, u32 group, u32 asid);
struct mdev_as *vhost_session_as(struct vhost_session *session, u32 asid);
void vhost_session_iova_range(struct vhost_session *session, u64 *first,
			      u64 *last);
struct vhost_pins *vhost_session_take_pins(struct vhost_session *session);

/* ioctl.c */
long vhost_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* vring.c */
union vhost_arg;
long vhost_vring_set_num(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_addr(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_base(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_get_base(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_enable(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_get_group(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_get_desc_group(struct vhost_vring *vring,
				union vhost_arg *arg);
long vhost_vring_get_size(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_busyloop(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_get_busyloop(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_kick(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_call(struct vhost_vring *vring, union vhost_arg *arg);
long vhost_vring_set_err(struct vhost_vring *vring, union vhost_arg *arg);
void vhost_vring_init(struct vhost_vring *vring, struct vhost_session *session,
		      u16 index);
void vhost_vring_attach_call(struct vhost_vring *vring);
void vhost_vring_check(struct vhost_vring *vring);
void vhost_vring_unbind(struct vhost_vring *vring);

/* event.c */
struct vhost_event *vhost_event_get(int fd);
void vhost_event_replace(struct vhost_event __rcu **place,
			 struct vhost_event *event);
void vhost_event_signal(struct vhost_event __rcu **place);
int vhost_kick_bind(struct vhost_kick *kick, int fd);
void vhost_kick_unbind(struct vhost_kick *kick);
void vhost_kick_init(struct vhost_kick *kick);

/* bypass.c */
void vhost_bypass_start(struct vhost_vring *vring);
void vhost_bypass_stop(struct vhost_vring *vring);

/* iotlb.c */
ssize_t vhost_iotlb_write(struct kiocb *iocb, struct iov_iter *from);

/* doorbell.c */
int vhost_doorbell_mmap(struct file *file, struct vm_area_struct *vma);
void vhost_doorbell_revoke(struct vhost_node *node);

/**
 * union vhost_arg - argument of an ioctl, a private copy
 */
union vhost_arg {
	u8 byte;
	u16 half;
	u32 word;
	u64 bits;
	s32 fd;
	struct vhost_vring_state state;
	struct vhost_vring_addr addr;
	struct vhost_vring_file file;
	struct vhost_vdpa_iova_range range;
	u32 index;		/* of all that are about a virtqueue */
};

#endif /* _MDEV_VHOST_VHOST_H */
