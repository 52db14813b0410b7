// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts: INTx or MSI-X, whichever the user has set up, and the request to let go of
 * the device. Each is an eventfd that the user gives by VFIO_DEVICE_SET_IRQS.
 *
 * INTx is a level: asserted while the ISR status is not 0 and MSI-X is not in use. It is
 * signalled when it becomes so, or when the mask goes while it is so, and masks itself then.
 */
#include <linux/bitops.h>
#include <linux/eventfd.h>
#include <linux/pci_regs.h>
#include <linux/slab.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_pci.h>

#include "virtio.h"

static void trigger_init(struct vv_trigger *trigger)
{
	spin_lock_init(&trigger->lock);
	trigger->ctx = NULL;
}

/* Takes over the reference. When it returns the former eventfd is not signalled. */
static void trigger_replace(struct vv_trigger *trigger, struct eventfd_ctx *ctx)
{
	spin_lock_irq(&trigger->lock);
	swap(trigger->ctx, ctx);
	spin_unlock_irq(&trigger->lock);
	if (ctx)
		eventfd_ctx_put(ctx);
}

/* Any context. */
static void trigger_signal(struct vv_trigger *trigger)
{
	unsigned long flags;

	spin_lock_irqsave(&trigger->lock, flags);
	if (trigger->ctx)
		eventfd_signal(trigger->ctx);
	spin_unlock_irqrestore(&trigger->lock, flags);
}

/* With a reference. NULL for -1, which takes an eventfd away; or an ERR_PTR. */
static struct eventfd_ctx *trigger_find(s32 fd)
{
	if (fd < -1)
		return ERR_PTR(-EINVAL);
	return fd < 0 ? NULL : eventfd_ctx_fdget(fd);
}

static int trigger_set(struct vv_trigger *trigger, s32 fd)
{
	struct eventfd_ctx *ctx = trigger_find(fd);

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	trigger_replace(trigger, ctx);
	return 0;
}

int vv_irq_init(struct vfio_virtio *vv)
{
	unsigned int i;

	trigger_init(&vv->intx);
	trigger_init(&vv->req);
	vv->vectors = kvcalloc(vv->nr_vectors, sizeof(*vv->vectors),
			       GFP_KERNEL);
	if (!vv->vectors)
		return -ENOMEM;
	for (i = 0; i < vv->nr_vectors; i++)
		trigger_init(&vv->vectors[i]);
	return 0;
}

void vv_irq_end(struct vfio_virtio *vv)
{
	kvfree(vv->vectors);
}

/*
 * The user has set up vectors, or the driver has enabled it, which it may have done in the
 * device that it comes from. There is no INTx then (PCI 3.0, section 6.8.2.3).
 */
static bool msix_used(const struct vfio_virtio *vv)
{
	return READ_ONCE(vv->nr_msix) ||
	       READ_ONCE(vv->config[vv->msix + PCI_MSIX_FLAGS + 1]) &
	       PCI_MSIX_FLAGS_ENABLE >> 8;
}

/* INTx. */

static bool intx_disabled(const struct vfio_virtio *vv)
{
	return READ_ONCE(vv->config[PCI_COMMAND + 1]) &
	       PCI_COMMAND_INTX_DISABLE >> 8;
}

/* Under its lock: tell the user, unless it is masked. */
static void intx_tell(struct vfio_virtio *vv)
{
	if (!vv->isr || msix_used(vv) || vv->intx_masked || intx_disabled(vv) ||
	    !vv->intx.ctx)
		return;
	vv->intx_masked = true;
	eventfd_signal(vv->intx.ctx);
}

static void intx_assert(struct vfio_virtio *vv, u8 isr)
{
	unsigned long flags;

	spin_lock_irqsave(&vv->intx.lock, flags);
	vv->isr |= isr;
	intx_tell(vv);
	spin_unlock_irqrestore(&vv->intx.lock, flags);
}

static void intx_mask(struct vfio_virtio *vv, bool mask)
{
	unsigned long flags;

	spin_lock_irqsave(&vv->intx.lock, flags);
	vv->intx_masked = mask;
	intx_tell(vv);
	spin_unlock_irqrestore(&vv->intx.lock, flags);
}

/* The driver reads the ISR status, which takes the interrupt away. */
u8 vv_irq_take_isr(struct vfio_virtio *vv)
{
	u8 isr;

	spin_lock_irq(&vv->intx.lock);
	isr = vv->isr;
	vv->isr = 0;
	spin_unlock_irq(&vv->intx.lock);
	return isr;
}

/* The device is reset: what it wanted to tell is nothing any more. */
void vv_irq_reset(struct vfio_virtio *vv)
{
	spin_lock_irq(&vv->intx.lock);
	vv->isr = 0;
	vv->irq_missed = false;
	spin_unlock_irq(&vv->intx.lock);
}

/* As it was in the device that the driver comes from. */
void vv_irq_load(struct vfio_virtio *vv, u8 isr)
{
	spin_lock_irq(&vv->intx.lock);
	vv->isr = isr;
	intx_tell(vv);
	spin_unlock_irq(&vv->intx.lock);
}

bool vv_irq_asserted(struct vfio_virtio *vv)
{
	return READ_ONCE(vv->isr) && !msix_used(vv);
}

/* The device. */

static void msix_signal(struct vfio_virtio *vv, u16 vector)
{
	if (vector < READ_ONCE(vv->nr_msix))
		trigger_signal(&vv->vectors[vector]);
}

/* Used buffers, which the ISR status tells of by INTx only. Any context. */
void vv_irq_queue(struct vfio_virtio *vv, u16 vector)
{
	if (msix_used(vv))
		msix_signal(vv, vector);
	else
		intx_assert(vv, VV_ISR_QUEUE);
}

/* Or it is as soon as the device goes on, of which the driver knows nothing. */
static bool driver_ok(const struct vfio_virtio *vv)
{
	return (vv->ops->get_status(vv->slice) | READ_ONCE(vv->pending)) &
	       VIRTIO_CONFIG_S_DRIVER_OK;
}

/*
 * Before its driver is there, nobody would take INTx away, on a line that others may
 * share. Under the lock of INTx, so that what is missed is found when the status has
 * changed.
 *
 * A device that is stopped does not interrupt. Nor does a function that is no bus master by
 * MSI-X, which is a write to memory (PCI 3.0, section 6.2.2); INTx is none. MSI-X that is
 * enabled has no vectors for as long as the user is about to set them up.
 */
static bool config_waits(const struct vfio_virtio *vv)
{
	return vv->irq_held || !driver_ok(vv) ||
	       (msix_used(vv) &&
		(!READ_ONCE(vv->nr_msix) ||
		 !(READ_ONCE(vv->config[PCI_COMMAND]) & PCI_COMMAND_MASTER)));
}

/*
 * Another configuration. Any context. A driver may look for it in the ISR status when it
 * has got the message (section 4.1.4.5.1). What it does not take is INTx when MSI-X
 * ends.
 */
void vv_irq_config(struct vfio_virtio *vv)
{
	unsigned long flags;
	bool waits;

	spin_lock_irqsave(&vv->intx.lock, flags);
	waits = config_waits(vv);
	vv->irq_missed |= waits;
	if (!waits) {
		vv->isr |= VIRTIO_PCI_ISR_CONFIG;
		intx_tell(vv);
	}
	spin_unlock_irqrestore(&vv->intx.lock, flags);
	if (!waits)
		msix_signal(vv, READ_ONCE(vv->config_vector));
}

/* What came while it could not be told comes now, if it can. */
void vv_irq_recheck(struct vfio_virtio *vv)
{
	bool missed;

	spin_lock_irq(&vv->intx.lock);
	intx_tell(vv);
	missed = vv->irq_missed && !config_waits(vv);
	if (missed)
		vv->irq_missed = false;
	spin_unlock_irq(&vv->intx.lock);
	if (missed)
		vv_irq_config(vv);
}

void vv_irq_hold(struct vfio_virtio *vv, bool hold)
{
	spin_lock_irq(&vv->intx.lock);
	vv->irq_held = hold;
	spin_unlock_irq(&vv->intx.lock);
	vv_irq_recheck(vv);
}

/* Not of the virtio device: the user is asked to let go of it. */
void vv_irq_request(struct vfio_virtio *vv, unsigned int count)
{
	if (!count)
		dev_dbg(vv->vdev.dev, "its user is asked to let go of it\n");
	trigger_signal(&vv->req);
}

/* The user. */

unsigned int vv_irq_count(const struct vfio_virtio *vv, unsigned int index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return vv->nr_vectors;
	default:
		return 0;
	}
}

u32 vv_irq_flags(unsigned int index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
		       VFIO_IRQ_INFO_AUTOMASKED;
	case VFIO_PCI_REQ_IRQ_INDEX:
		return VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
	default:
		return VFIO_IRQ_INFO_EVENTFD;
	}
}

/* By a thread: an eventfd cannot be signalled while another one is. */
static void unmask_thread(void *opaque, void *data)
{
	intx_mask(opaque, false);
}

static int intx_set_mask(struct vfio_virtio *vv, const struct vfio_irq_set *set,
			 void *data, bool mask)
{
	s32 fd;

	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		break;
	case VFIO_IRQ_SET_DATA_BOOL:
		if (!*(u8 *)data)
			return 0;
		break;
	default:
		/* Only an interrupt that masks itself needs one. */
		if (mask)
			return -ENOTTY;
		fd = *(s32 *)data;
		if (fd < 0) {
			vfio_virqfd_disable(&vv->unmask);
			return 0;
		}
		return vfio_virqfd_enable(vv, NULL, unmask_thread, NULL,
					  &vv->unmask, fd);
	}
	intx_mask(vv, mask);
	return 0;
}

static void intx_disable(struct vfio_virtio *vv)
{
	trigger_replace(&vv->intx, NULL);
	vfio_virqfd_disable(&vv->unmask);
	intx_mask(vv, false);
}

static int intx_set_trigger(struct vfio_virtio *vv,
			    const struct vfio_irq_set *set, void *data)
{
	int err;

	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_EVENTFD:
		err = trigger_set(&vv->intx, *(s32 *)data);
		if (!err)
			intx_mask(vv, false);
		return err;
	case VFIO_IRQ_SET_DATA_BOOL:
		if (!*(u8 *)data)
			return 0;
		break;
	}
	if (!set->count)
		intx_disable(vv);
	else
		trigger_signal(&vv->intx);
	return 0;
}

static int intx_set(struct vfio_virtio *vv, const struct vfio_irq_set *set,
		    void *data)
{
	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return intx_set_trigger(vv, set, data);
	case VFIO_IRQ_SET_ACTION_MASK:
		return intx_set_mask(vv, set, data, true);
	default:
		return intx_set_mask(vv, set, data, false);
	}
}

static void msix_disable(struct vfio_virtio *vv)
{
	unsigned int i;

	WRITE_ONCE(vv->nr_msix, 0);
	for (i = 0; i < vv->nr_vectors; i++)
		trigger_replace(&vv->vectors[i], NULL);
}

static int msix_find_fds(struct eventfd_ctx **ctxs, const s32 *fds, u32 nr)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		ctxs[i] = trigger_find(fds[i]);
		if (IS_ERR(ctxs[i]))
			goto put;
	}
	return 0;

put:
	err = PTR_ERR(ctxs[i]);
	while (i--) {
		if (ctxs[i])
			eventfd_ctx_put(ctxs[i]);
	}
	return err;
}

/* All or none: when one of them is no eventfd, the former ones stay. */
static int msix_set_fds(struct vfio_virtio *vv, const struct vfio_irq_set *set,
			const s32 *fds)
{
	struct eventfd_ctx **ctxs;
	unsigned int i;
	int err;

	ctxs = kvcalloc(set->count, sizeof(*ctxs), GFP_KERNEL);
	if (!ctxs)
		return -ENOMEM;
	err = msix_find_fds(ctxs, fds, set->count);
	if (err)
		goto free;
	for (i = 0; i < set->count; i++)
		trigger_replace(&vv->vectors[set->start + i], ctxs[i]);
	WRITE_ONCE(vv->nr_msix, max_t(u32, vv->nr_msix,
				      set->start + set->count));
free:
	kvfree(ctxs);
	return err;
}

static int msix_set(struct vfio_virtio *vv, const struct vfio_irq_set *set,
		    void *data)
{
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	unsigned int i;
	int err;

	if (!(set->flags & VFIO_IRQ_SET_ACTION_TRIGGER))
		return -ENOTTY;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD) {
		err = msix_set_fds(vv, set, data);
		/* What waits for vectors. */
		vv_irq_recheck(vv);
		return err;
	}
	if (type == VFIO_IRQ_SET_DATA_NONE && !set->count) {
		msix_disable(vv);
		/* What waits for a bus master can be told by INTx. */
		vv_irq_recheck(vv);
		return 0;
	}
	if (set->start + set->count > vv->nr_msix)
		return -EINVAL;
	for (i = 0; i < set->count; i++) {
		if (type == VFIO_IRQ_SET_DATA_NONE || ((u8 *)data)[i])
			trigger_signal(&vv->vectors[set->start + i]);
	}
	return 0;
}

static int req_set(struct vfio_virtio *vv, const struct vfio_irq_set *set,
		   void *data)
{
	if (!(set->flags & VFIO_IRQ_SET_ACTION_TRIGGER))
		return -ENOTTY;
	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return trigger_set(&vv->req, *(s32 *)data);
	case VFIO_IRQ_SET_DATA_BOOL:
		if (!*(u8 *)data)
			return 0;
		break;
	}
	if (!set->count)
		trigger_replace(&vv->req, NULL);
	else
		trigger_signal(&vv->req);
	return 0;
}

/*
 * What the core lets pass: several actions at a time or none, and no interrupts that it
 * would be done with, for which there is no data. Only to do without them all is said
 * in that way.
 */
static bool set_valid(const struct vfio_irq_set *set)
{
	u32 action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;

	if (hweight32(action) != 1)
		return false;
	return set->count || (action == VFIO_IRQ_SET_ACTION_TRIGGER &&
			      set->flags & VFIO_IRQ_SET_DATA_NONE);
}

/* @set was checked by the core: start and count are within those that there are. */
int vv_irq_set(struct vfio_virtio *vv, const struct vfio_irq_set *set,
	       void *data)
{
	if (!set_valid(set))
		return -EINVAL;
	switch (set->index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return intx_set(vv, set, data);
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return msix_set(vv, set, data);
	case VFIO_PCI_REQ_IRQ_INDEX:
		return req_set(vv, set, data);
	default:
		return -EINVAL;
	}
}

/* The device is closed. */
void vv_irq_release(struct vfio_virtio *vv)
{
	/* Also when the reset has failed. */
	vv_irq_reset(vv);
	msix_disable(vv);
	intx_disable(vv);
	trigger_replace(&vv->req, NULL);
}
