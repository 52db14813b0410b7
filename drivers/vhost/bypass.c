// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts that pass by the kernel. Where the device has one for a virtqueue, it is
 * offered to whoever consumes the call eventfd, while the driver has set DRIVER_OK.
 * KVM may then have it delivered to the guest at once. If nobody does, or that is not
 * possible, the callback signals the eventfd as ever.
 *
 * All of it runs under the node's lock.
 */
#include <linux/eventfd.h>

#include "vhost.h"

#if IS_REACHABLE(CONFIG_IRQ_BYPASS_MANAGER)

static struct eventfd_ctx *vring_call_ctx(struct vhost_vring *vring)
{
	struct vhost_node *node = vring->session->node;
	struct vhost_event *call;

	call = rcu_dereference_protected(vring->call,
					 lockdep_is_held(&node->lock));
	return call ? call->ctx : NULL;
}

/* Two virtqueues that share an eventfd cannot both: the second one goes without. */
void vhost_bypass_start(struct vhost_vring *vring)
{
	struct vhost_node *node = vring->session->node;
	struct eventfd_ctx *ctx = vring_call_ctx(vring);
	int irq;

	if (vring->producer.token || !ctx || !node->vhost_ops->get_vq_irq ||
	    !(node->ops->get_status(node->slice) & VIRTIO_CONFIG_S_DRIVER_OK))
		return;
	irq = node->vhost_ops->get_vq_irq(node->slice, vring->index);
	if (irq < 0)
		return;
	vring->producer.token = ctx;
	vring->producer.irq = irq;
	if (irq_bypass_register_producer(&vring->producer))
		vring->producer.token = NULL;
}

/* Before the eventfd or the interrupt go. */
void vhost_bypass_stop(struct vhost_vring *vring)
{
	if (!vring->producer.token)
		return;
	irq_bypass_unregister_producer(&vring->producer);
	vring->producer.token = NULL;
}

#else

void vhost_bypass_start(struct vhost_vring *vring)
{
}

void vhost_bypass_stop(struct vhost_vring *vring)
{
}

#endif
