// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt of a card, INTx or MSI, whichever the user has set up, and the request to
 * let go of the device. Each is an eventfd that the user gives by VFIO_DEVICE_SET_IRQS.
 *
 * All UARTs share one level. INTx is that level: it is signalled when it is asserted and not
 * masked, and masks itself then; the user takes the mask away when the guest is through
 * with it, and if the level is still there then it is signalled again. MSI is an edge,
 * sent when the level rises. Nothing is signalled while the device is stopped, and what
 * was asserted meanwhile is when it starts.
 */
#include <linux/bitops.h>
#include <linux/eventfd.h>

#include "mtty.h"

void mtty_irq_init(struct mtty_irq *irq)
{
	spin_lock_init(&irq->lock);
}

/* Under the lock: tell the user what has to be told. */
static void tell(struct mtty_irq *irq)
{
	lockdep_assert_held(&irq->lock);

	if (irq->frozen)
		return;
	if (irq->msi) {
		if (irq->level && !irq->told)
			eventfd_signal(irq->msi);
		irq->told = irq->level;
	} else if (irq->intx && irq->level && !irq->masked && !irq->pin_off) {
		irq->masked = true;
		eventfd_signal(irq->intx);
	}
}

/* What the device wants, and whether the driver lets it use the pin. */
void mtty_irq_update(struct mtty_irq *irq, bool level, bool pin_off)
{
	spin_lock_irq(&irq->lock);
	irq->level = level;
	irq->pin_off = pin_off;
	tell(irq);
	spin_unlock_irq(&irq->lock);
}

/* INTx, as the status register shows it. */
bool mtty_irq_asserted(struct mtty_irq *irq)
{
	bool asserted;

	spin_lock_irq(&irq->lock);
	asserted = irq->level && !irq->msi;
	spin_unlock_irq(&irq->lock);
	return asserted;
}

/* A message that nobody has got is sent once more, rather than none. */
void mtty_irq_freeze(struct mtty_irq *irq, bool frozen)
{
	spin_lock_irq(&irq->lock);
	irq->frozen = frozen;
	irq->told = false;
	tell(irq);
	spin_unlock_irq(&irq->lock);
}

static void set_mask(struct mtty_irq *irq, bool masked)
{
	spin_lock_irq(&irq->lock);
	irq->masked = masked;
	tell(irq);
	spin_unlock_irq(&irq->lock);
}

/* A new eventfd knows of nothing that the former one was told. Takes over the reference. */
static void replace(struct mtty_irq *irq, struct eventfd_ctx **where,
		    struct eventfd_ctx *ctx)
{
	spin_lock_irq(&irq->lock);
	swap(*where, ctx);
	if (where == &irq->msi)
		irq->told = false;
	if (where == &irq->intx)
		irq->masked = false;
	tell(irq);
	spin_unlock_irq(&irq->lock);
	if (ctx)
		eventfd_ctx_put(ctx);
}

/* Whatever the state of the device; false if there is no eventfd. */
static bool signal(struct mtty_irq *irq, struct eventfd_ctx **which)
{
	bool there;

	spin_lock_irq(&irq->lock);
	there = *which;
	if (there)
		eventfd_signal(*which);
	spin_unlock_irq(&irq->lock);
	return there;
}

void mtty_irq_request(struct mtty_irq *irq)
{
	signal(irq, &irq->req);
}

/* The user. */

unsigned int mtty_irq_count(u32 index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
	case VFIO_PCI_MSI_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

u32 mtty_irq_flags(u32 index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
		       VFIO_IRQ_INFO_AUTOMASKED;
	case VFIO_PCI_MSI_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
	default:
		return 0;
	}
}

static struct eventfd_ctx **ctx_of(struct mtty_irq *irq, u32 index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return &irq->intx;
	case VFIO_PCI_MSI_IRQ_INDEX:
		return &irq->msi;
	default:
		return &irq->req;
	}
}

/* -1 takes the eventfd away. */
static int set_eventfd(struct mtty_irq *irq, struct eventfd_ctx **which, s32 fd)
{
	struct eventfd_ctx *ctx = NULL;

	if (fd < -1)
		return -EINVAL;
	if (fd >= 0)
		ctx = eventfd_ctx_fdget(fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	replace(irq, which, ctx);
	return 0;
}

static void disable(struct mtty_irq *irq, struct eventfd_ctx **which)
{
	replace(irq, which, NULL);
	if (which == &irq->intx)
		vfio_virqfd_disable(&irq->unmask);
}

/* Does the user mean it? Data without an eventfd or a yes means: do nothing. */
static bool wanted(const struct vfio_irq_set *set, const void *data)
{
	return set->flags & VFIO_IRQ_SET_DATA_NONE || *(const u8 *)data;
}

static int set_trigger(struct mtty_irq *irq, const struct vfio_irq_set *set,
		       const void *data)
{
	struct eventfd_ctx **which = ctx_of(irq, set->index);

	if (!set->count) {
		disable(irq, which);
		return 0;
	}
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return set_eventfd(irq, which, *(const s32 *)data);
	if (!wanted(set, data))
		return 0;
	return signal(irq, which) ? 0 : -EINVAL;
}

/* In a thread, because an eventfd cannot be signalled where another one is. */
static void unmask_thread(void *opaque, void *data)
{
	set_mask(opaque, false);
}

static int set_unmask_eventfd(struct mtty_irq *irq, s32 fd)
{
	if (fd < -1)
		return -EINVAL;
	if (fd >= 0)
		return vfio_virqfd_enable(irq, NULL, unmask_thread, NULL,
					  &irq->unmask, fd);
	vfio_virqfd_disable(&irq->unmask);
	return 0;
}

static int change_mask(struct mtty_irq *irq, const struct vfio_irq_set *set,
		       const void *data)
{
	bool mask = set->flags & VFIO_IRQ_SET_ACTION_MASK;

	if (set->index != VFIO_PCI_INTX_IRQ_INDEX)
		return -ENOTTY;
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		/* An interrupt that masks itself needs no eventfd for that. */
		return mask ? -ENOTTY :
			      set_unmask_eventfd(irq, *(const s32 *)data);
	}
	if (wanted(set, data))
		set_mask(irq, mask);
	return 0;
}

/*
 * @set was checked by the core, so @data has the type that it says and start and count
 * are within those that there are. What the core lets pass: no action or several of
 * them, and none of an interrupt, which only means something without data.
 */
int mtty_irq_set(struct mtty_irq *irq, const struct vfio_irq_set *set,
		 const void *data)
{
	u32 action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;

	if (hweight32(action) != 1)
		return -EINVAL;
	if (!set->count && (action != VFIO_IRQ_SET_ACTION_TRIGGER ||
			    !(set->flags & VFIO_IRQ_SET_DATA_NONE)))
		return -EINVAL;
	if (!mtty_irq_count(set->index))
		return -EINVAL;
	if (action == VFIO_IRQ_SET_ACTION_TRIGGER)
		return set_trigger(irq, set, data);
	return change_mask(irq, set, data);
}

/* What a user has set up goes. */
void mtty_irq_forget_user(struct mtty_irq *irq)
{
	disable(irq, &irq->intx);
	disable(irq, &irq->msi);
	disable(irq, &irq->req);
}
