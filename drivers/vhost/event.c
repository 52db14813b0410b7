// SPDX-License-Identifier: GPL-2.0
/*
 * Eventfds, in both directions.
 */
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/slab.h>

#include "vhost.h"

/* The eventfd of a file descriptor, NULL for VHOST_FILE_UNBIND, or ERR_PTR. */
struct vhost_event *vhost_event_get(int fd)
{
	struct vhost_event *event;

	if (fd == VHOST_FILE_UNBIND)
		return NULL;
	event = kmalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
	if (!event)
		return ERR_PTR(-ENOMEM);
	event->ctx = eventfd_ctx_fdget(fd);
	if (IS_ERR(event->ctx)) {
		int err = PTR_ERR(event->ctx);

		kfree(event);
		return ERR_PTR(err);
	}
	return event;
}

static void vhost_event_free(struct rcu_head *rcu)
{
	struct vhost_event *event = container_of(rcu, struct vhost_event, rcu);

	eventfd_ctx_put(event->ctx);
	kfree(event);
}

/* Under the node's lock. Whoever is signalling the former one may finish. */
void vhost_event_replace(struct vhost_event __rcu **place,
			 struct vhost_event *event)
{
	struct vhost_event *old = rcu_dereference_protected(*place, true);

	rcu_assign_pointer(*place, event);
	if (old)
		call_rcu(&old->rcu, vhost_event_free);
}

/* Any context. */
void vhost_event_signal(struct vhost_event __rcu **place)
{
	struct vhost_event *event;

	rcu_read_lock();
	event = rcu_dereference(*place);
	if (event)
		eventfd_signal(event->ctx);
	rcu_read_unlock();
}

static void vhost_kick(struct vhost_kick *kick)
{
	struct vhost_vring *vring = container_of(kick, struct vhost_vring, kick);
	struct vhost_node *node = vring->session->node;

	node->ops->kick_vq(node->slice, vring->index);
}

static void vhost_kick_work(struct work_struct *work)
{
	vhost_kick(container_of(work, struct vhost_kick, work));
}

static void vhost_kick_now(struct vhost_kick *kick)
{
	struct vhost_vring *vring = container_of(kick, struct vhost_vring, kick);

	if (vring->session->node->vhost_ops->atomic_kick)
		vhost_kick(kick);
	else
		queue_work(system_highpri_wq, &kick->work);
}

/* Interrupts are off, the lock of the wait queue is held. */
static int vhost_kick_wake(wait_queue_entry_t *entry, unsigned int mode,
			   int sync, void *key)
{
	if (key_to_poll(key) & EPOLLIN)
		vhost_kick_now(container_of(entry, struct vhost_kick, entry));
	return 0;
}

static void vhost_kick_queue(struct file *file, wait_queue_head_t *head,
			     poll_table *table)
{
	struct vhost_kick *kick = container_of(table, struct vhost_kick, table);

	kick->head = head;
	add_wait_queue(head, &kick->entry);
}

void vhost_kick_init(struct vhost_kick *kick)
{
	init_waitqueue_func_entry(&kick->entry, vhost_kick_wake);
	init_poll_funcptr(&kick->table, vhost_kick_queue);
	INIT_WORK(&kick->work, vhost_kick_work);
}

/*
 * Listen to another eventfd, or to none. Kicks that came before are not lost: the
 * counter tells. On failure all is as before.
 */
int vhost_kick_bind(struct vhost_kick *kick, int fd)
{
	struct file *file = NULL;

	if (fd != VHOST_FILE_UNBIND) {
		file = eventfd_fget(fd);
		if (IS_ERR(file))
			return PTR_ERR(file);
	}
	vhost_kick_unbind(kick);
	if (!file)
		return 0;
	kick->file = file;
	if (vfs_poll(file, &kick->table) & EPOLLIN)
		vhost_kick_now(kick);
	return 0;
}

/* When it returns no kick is running and none will run. */
void vhost_kick_unbind(struct vhost_kick *kick)
{
	if (!kick->file)
		return;
	/* Waits for a wake-up in progress, which holds the queue's lock. */
	remove_wait_queue(kick->head, &kick->entry);
	cancel_work_sync(&kick->work);
	fput(kick->file);
	kick->file = NULL;
}
