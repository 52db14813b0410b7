// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio structures in the second region: common configuration, ISR status, device
 * configuration and notifications (virtio 1.2, sections 4.1.4.3 to 4.1.4.6).
 *
 * A driver accesses each field at once, in its own width. Reading works in any width;
 * what is written in another is ignored.
 */
#include <linux/minmax.h>
#include <linux/pci_regs.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_pci.h>

#include "virtio.h"

/* What this transport cannot do. */
#define FEATURES_NOT	(BIT_ULL(VIRTIO_F_SR_IOV) |		\
			 BIT_ULL(VIRTIO_F_NOTIF_CONFIG_DATA) |	\
			 BIT_ULL(VIRTIO_F_ADMIN_VQ))

static void queue_cb(void *private)
{
	struct vv_queue *q = private;

	vv_irq_queue(q->vv, READ_ONCE(q->vector));
}

static void config_cb(void *private)
{
	vv_irq_config(private);
}

static void attach_queue(struct vv_queue *q)
{
	struct mdev_virtio_cb cb = { .callback = queue_cb, .private = q };

	q->vv->ops->set_vq_cb(q->vv->slice, q->index, &cb);
}

static void attach(struct vfio_virtio *vv)
{
	struct mdev_virtio_cb cb = { .callback = config_cb, .private = vv };
	unsigned int i;

	vv->ops->set_config_cb(vv->slice, &cb);
	for (i = 0; i < vv->nr_queues; i++)
		attach_queue(&vv->queues[i]);
}

/* No callback comes any more. */
void vv_transport_detach(struct vfio_virtio *vv)
{
	struct mdev_virtio_cb none = {};
	unsigned int i;

	vv->ops->set_config_cb(vv->slice, &none);
	for (i = 0; i < vv->nr_queues; i++)
		vv->ops->set_vq_cb(vv->slice, i, &none);
}

static void queue_reset(struct vv_queue *q)
{
	struct vfio_virtio *vv = q->vv;
	const struct mdev_virtio_ops *ops = vv->ops;

	WRITE_ONCE(q->vector, VIRTIO_MSI_NO_VECTOR);
	q->enabled = false;
	q->size = ops->get_vq_num_default ?
		  ops->get_vq_num_default(vv->slice, q->index) :
		  ops->get_vq_num_max(vv->slice, q->index);
	q->desc = 0;
	q->driver = 0;
	q->device = 0;
}

static bool can_suspend(const struct vfio_virtio *vv)
{
	return vv->ops->suspend && vv->ops->resume;
}

/* A change of the bit may have failed: what it is now counts for a new beginning. */
static void hold_update(struct vfio_virtio *vv)
{
	vv->held &= ~VV_HOLD_MASTER;
	if (can_suspend(vv) && !(vv->config[PCI_COMMAND] & PCI_COMMAND_MASTER))
		vv->held |= VV_HOLD_MASTER;
}

/* Back to status 0, which the slice forgets callbacks by. */
int vv_transport_reset(struct vfio_virtio *vv)
{
	unsigned int i;
	int err;

	/* Which waits for whoever works on a queue. */
	if (vv->as)
		vv_as_pause(vv->as, true);
	err = vv->ops->reset(vv->slice);
	if (vv->as)
		vv_as_pause(vv->as, false);
	if (err) {
		/* The device may have forgotten them all the same. */
		attach(vv);
		return err;
	}
	if (vv->as)
		vv_as_forget_areas(vv->as);
	vv->broken = false;
	WRITE_ONCE(vv->pending, 0);
	hold_update(vv);
	vv->device_feature_select = 0;
	vv->driver_feature_select = 0;
	vv->driver_features = 0;
	vv->queue_select = 0;
	WRITE_ONCE(vv->config_vector, VIRTIO_MSI_NO_VECTOR);
	for (i = 0; i < vv->nr_queues; i++)
		queue_reset(&vv->queues[i]);
	vv_irq_reset(vv);
	attach(vv);
	return 0;
}

int vv_transport_init(struct vfio_virtio *vv)
{
	unsigned int i;

	vv->nr_queues = vv->ops->get_vq_count(vv->slice);
	vv->queues = kvcalloc(vv->nr_queues, sizeof(*vv->queues), GFP_KERNEL);
	if (!vv->queues)
		return -ENOMEM;
	for (i = 0; i < vv->nr_queues; i++) {
		vv->queues[i].vv = vv;
		vv->queues[i].index = i;
	}
	return 0;
}

/* A driver cannot be told that something was refused: it has to find out. */
static void refuse(struct vfio_virtio *vv, const char *what, int err)
{
	dev_dbg(vv->vdev.dev, "%s: refused: %d\n", what, err);
	vv->broken = true;
	vv_irq_config(vv);
}

u8 vv_transport_status(struct vfio_virtio *vv)
{
	u8 status = vv->ops->get_status(vv->slice) | vv->pending;

	/* Also where a reset has failed: its driver waits until it reads 0. */
	if (vv->broken)
		status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	return status;
}

u64 vv_transport_features(struct vfio_virtio *vv)
{
	return vv->ops->get_features(vv->slice) & ~FEATURES_NOT;
}

static u32 select_half(u64 features, u32 select)
{
	return select < 2 ? features >> (32 * select) : 0;
}

static struct vv_queue *selected(struct vfio_virtio *vv)
{
	return vv->queue_select < vv->nr_queues ?
	       &vv->queues[vv->queue_select] : NULL;
}

static void common_fill(struct vfio_virtio *vv,
			struct virtio_pci_modern_common_cfg *c)
{
	struct virtio_pci_common_cfg *cfg = &c->cfg;
	struct vv_queue *q = selected(vv);

	memset(c, 0, sizeof(*c));
	cfg->device_feature_select = cpu_to_le32(vv->device_feature_select);
	cfg->device_feature = cpu_to_le32(select_half(vv_transport_features(vv),
						      vv->device_feature_select));
	cfg->guest_feature_select = cpu_to_le32(vv->driver_feature_select);
	cfg->guest_feature = cpu_to_le32(select_half(vv->driver_features,
						     vv->driver_feature_select));
	cfg->msix_config = cpu_to_le16(vv->config_vector);
	cfg->num_queues = cpu_to_le16(vv->nr_queues);
	cfg->device_status = vv_transport_status(vv);
	cfg->config_generation = vv->ops->get_generation(vv->slice);
	cfg->queue_select = cpu_to_le16(vv->queue_select);
	if (!q)
		return;
	cfg->queue_size = cpu_to_le16(q->size);
	cfg->queue_msix_vector = cpu_to_le16(q->vector);
	cfg->queue_enable = cpu_to_le16(q->enabled);
	cfg->queue_notify_off = cpu_to_le16(q->index);
	cfg->queue_desc_lo = cpu_to_le32(lower_32_bits(q->desc));
	cfg->queue_desc_hi = cpu_to_le32(upper_32_bits(q->desc));
	cfg->queue_avail_lo = cpu_to_le32(lower_32_bits(q->driver));
	cfg->queue_avail_hi = cpu_to_le32(upper_32_bits(q->driver));
	cfg->queue_used_lo = cpu_to_le32(lower_32_bits(q->device));
	cfg->queue_used_hi = cpu_to_le32(upper_32_bits(q->device));
	c->queue_notify_data = cpu_to_le16(q->index);
}

/*
 * Bits are only added: a driver takes none back but by a reset (section 2.1.1). A device
 * that is suspended must not begin to work, so DRIVER_OK waits.
 */
static int add_status(struct vfio_virtio *vv, u8 status)
{
	u8 old = vv->ops->get_status(vv->slice);

	status |= old;
	status &= ~VIRTIO_CONFIG_S_NEEDS_RESET;
	if (status & ~old & VIRTIO_CONFIG_S_FEATURES_OK &&
	    (vv->driver_features & ~vv_transport_features(vv) ||
	     vv->ops->set_features(vv->slice, vv->driver_features)))
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	if (vv->held && status & ~old & VIRTIO_CONFIG_S_DRIVER_OK) {
		if (!(status & VIRTIO_CONFIG_S_FEATURES_OK))
			return -EINVAL;
		WRITE_ONCE(vv->pending, VIRTIO_CONFIG_S_DRIVER_OK);
		status &= ~VIRTIO_CONFIG_S_DRIVER_OK;
	}
	return vv->ops->set_status(vv->slice, status);
}

static void write_status(struct vfio_virtio *vv, u8 status)
{
	int err;

	if (!status) {
		err = vv_transport_reset(vv);
		if (err)
			refuse(vv, "reset", err);
		return;
	}
	err = add_status(vv, status);
	if (err)
		refuse(vv, "status", err);
	/* What has changed before DRIVER_OK. */
	vv_irq_recheck(vv);
}

static void write_features(struct vfio_virtio *vv, u32 half)
{
	unsigned int shift = 32 * vv->driver_feature_select;

	if (vv->driver_feature_select > 1 ||
	    vv->ops->get_status(vv->slice) & VIRTIO_CONFIG_S_FEATURES_OK)
		return;
	vv->driver_features &= ~((u64)U32_MAX << shift);
	vv->driver_features |= (u64)half << shift;
}

u16 vv_transport_vector(const struct vfio_virtio *vv, u16 vector)
{
	return vector < vv->nr_vectors ? vector : VIRTIO_MSI_NO_VECTOR;
}

bool vv_transport_packed(const struct vfio_virtio *vv)
{
	return vv->ops->get_driver_features(vv->slice) &
	       BIT_ULL(VIRTIO_F_RING_PACKED);
}

/*
 * Give it to the slice as the driver has described it, to go on from @state; or to stay
 * there if it is not @ready, until it is reset.
 */
int vv_queue_start(struct vv_queue *q, const struct mdev_vq_state *state,
		   bool ready)
{
	const struct mdev_virtio_ops *ops = q->vv->ops;
	struct mdev_slice *slice = q->vv->slice;
	int err;

	err = ops->set_vq_num(slice, q->index, q->size) ?:
	      ops->set_vq_address(slice, q->index, q->desc, q->driver,
				  q->device) ?:
	      ops->set_vq_state(slice, q->index, state);
	if (!err && ready)
		err = ops->set_vq_ready(slice, q->index, true);
	q->enabled = !err;
	return err;
}

static void enable_queue(struct vv_queue *q)
{
	struct mdev_vq_state state = {};
	int err;

	if (q->enabled)
		return;
	if (vv_transport_packed(q->vv)) {
		state.packed.last_avail_counter = 1;
		state.packed.last_used_counter = 1;
	}
	err = vv_queue_start(q, &state, true);
	if (err)
		refuse(q->vv, "queue", err);
}

/*
 * Section 2.6.1. What it was given is forgotten, but for its vector.
 *
 * Who waits for the user is not let go, because it may be on another queue, which would
 * break of it: so this waits, too. What is mapped for the rings of others is mapped
 * anew when they use it; what was for this one does not stay behind.
 */
static void reset_queue(struct vv_queue *q)
{
	const struct mdev_virtio_ops *ops = q->vv->ops;
	struct mdev_slice *slice = q->vv->slice;
	u16 vector = q->vector;
	int err;

	if (!q->enabled || !ops->reset_vq ||
	    !(ops->get_driver_features(slice) & BIT_ULL(VIRTIO_F_RING_RESET)))
		return;
	err = ops->reset_vq(slice, q->index);
	if (err) {
		refuse(q->vv, "queue reset", err);
		return;
	}
	if (q->vv->as)
		vv_as_forget_areas(q->vv->as);
	queue_reset(q);
	WRITE_ONCE(q->vector, vector);
	attach_queue(q);
}

static void set_half(u64 *addr, unsigned int shift, u32 half)
{
	*addr &= ~((u64)U32_MAX << shift);
	*addr |= (u64)half << shift;
}

static void common_write32(struct vfio_virtio *vv, u32 pos, u32 val)
{
	struct vv_queue *q = selected(vv);

	switch (pos) {
	case VIRTIO_PCI_COMMON_DFSELECT:
		vv->device_feature_select = val;
		return;
	case VIRTIO_PCI_COMMON_GFSELECT:
		vv->driver_feature_select = val;
		return;
	case VIRTIO_PCI_COMMON_GF:
		write_features(vv, val);
		return;
	}
	if (!q || q->enabled)
		return;
	switch (pos) {
	case VIRTIO_PCI_COMMON_Q_DESCLO:
		set_half(&q->desc, 0, val);
		break;
	case VIRTIO_PCI_COMMON_Q_DESCHI:
		set_half(&q->desc, 32, val);
		break;
	case VIRTIO_PCI_COMMON_Q_AVAILLO:
		set_half(&q->driver, 0, val);
		break;
	case VIRTIO_PCI_COMMON_Q_AVAILHI:
		set_half(&q->driver, 32, val);
		break;
	case VIRTIO_PCI_COMMON_Q_USEDLO:
		set_half(&q->device, 0, val);
		break;
	case VIRTIO_PCI_COMMON_Q_USEDHI:
		set_half(&q->device, 32, val);
		break;
	}
}

static void common_write16(struct vfio_virtio *vv, u32 pos, u16 val)
{
	struct vv_queue *q = selected(vv);

	switch (pos) {
	case VIRTIO_PCI_COMMON_MSIX:
		WRITE_ONCE(vv->config_vector, vv_transport_vector(vv, val));
		return;
	case VIRTIO_PCI_COMMON_Q_SELECT:
		vv->queue_select = val;
		return;
	}
	if (!q)
		return;
	switch (pos) {
	case VIRTIO_PCI_COMMON_Q_SIZE:
		if (!q->enabled)
			q->size = val;
		break;
	case VIRTIO_PCI_COMMON_Q_MSIX:
		WRITE_ONCE(q->vector, vv_transport_vector(vv, val));
		break;
	case VIRTIO_PCI_COMMON_Q_ENABLE:
		if (val == 1)
			enable_queue(q);
		break;
	case VIRTIO_PCI_COMMON_Q_RESET:
		if (val == 1)
			reset_queue(q);
		break;
	}
}

static void common_write(struct vfio_virtio *vv, u32 pos, const u8 *buf,
			 u32 len)
{
	if (pos == VIRTIO_PCI_COMMON_STATUS && len == 1)
		write_status(vv, *buf);
	else if (len == sizeof(u16))
		common_write16(vv, pos, get_unaligned_le16(buf));
	else if (len == sizeof(u32))
		common_write32(vv, pos, get_unaligned_le32(buf));
}

static void common_read(struct vfio_virtio *vv, u32 pos, u8 *buf, u32 len)
{
	struct virtio_pci_modern_common_cfg c;

	if (pos >= sizeof(c))
		return;
	common_fill(vv, &c);
	memcpy(buf, (u8 *)&c + pos, min_t(u32, len, sizeof(c) - pos));
}

static void device_read(struct vfio_virtio *vv, u32 pos, u8 *buf, u32 len)
{
	size_t size = vv->ops->get_config_size(vv->slice);

	if (pos < size)
		vv->ops->get_config(vv->slice, pos, buf,
				    min_t(size_t, len, size - pos));
}

static void device_write(struct vfio_virtio *vv, u32 pos, const u8 *buf,
			 u32 len)
{
	size_t size = vv->ops->get_config_size(vv->slice);
	int err;

	if (pos >= size || len > size - pos)
		return;
	err = vv->ops->set_config(vv->slice, pos, buf, len);
	if (err)
		dev_dbg(vv->vdev.dev, "configuration at %u: refused: %d\n",
			pos, err);
}

/*
 * The slice is suspended while there is a reason to. No queue works and no buffer is
 * touched until the last reason has gone, or it is reset. Under the lock.
 */

static int suspend(struct vfio_virtio *vv)
{
	int err;

	if (!(vv->ops->get_status(vv->slice) & VIRTIO_CONFIG_S_DRIVER_OK))
		return 0;
	err = vv->ops->suspend(vv->slice);
	if (err && vv->ops->resume(vv->slice))
		refuse(vv, "resume", err);
	return err;
}

/*
 * What a driver has begun meanwhile, or in the device that it comes from, begins. That
 * what needs a reset anyway does not, is no reason not to go on.
 */
static int resume(struct vfio_virtio *vv)
{
	u8 status = vv->ops->get_status(vv->slice);
	int err = 0;

	if (status & VIRTIO_CONFIG_S_DRIVER_OK)
		return vv->ops->resume(vv->slice);
	if (vv->pending)
		err = vv->ops->set_status(vv->slice, status | vv->pending);
	if (!err)
		WRITE_ONCE(vv->pending, 0);
	return vv->broken ? 0 : err;
}

int vv_transport_hold(struct vfio_virtio *vv, u8 reason)
{
	int err = vv->held ? 0 : suspend(vv);

	if (!err)
		vv->held |= reason;
	return err;
}

int vv_transport_release(struct vfio_virtio *vv, u8 reason)
{
	int err = vv->held == reason ? resume(vv) : 0;

	if (!err)
		vv->held &= ~reason;
	return err;
}

/* A function that is no bus master does not go to memory (PCI 3.0, section 6.2.2). */
void vv_transport_set_master(struct vfio_virtio *vv, bool master)
{
	int err;

	if (!can_suspend(vv))
		return;
	err = master ? vv_transport_release(vv, VV_HOLD_MASTER) :
		       vv_transport_hold(vv, VV_HOLD_MASTER);
	if (err)
		refuse(vv, "bus master", err);
}

/*
 * The state comes from a stream: everything but the queues and what depends on the type
 * of device. @status was told to the driver by the device that it comes from.
 */
int vv_transport_load(struct vfio_virtio *vv, u8 status)
{
	u8 bits = status & ~(VIRTIO_CONFIG_S_DRIVER_OK |
			     VIRTIO_CONFIG_S_NEEDS_RESET);
	int err;

	if (status & VIRTIO_CONFIG_S_DRIVER_OK &&
	    !(status & VIRTIO_CONFIG_S_FEATURES_OK))
		return -EINVAL;
	err = bits ? add_status(vv, bits) : 0;
	if (err)
		return err;
	/* Features that this device does not have. */
	if (vv->ops->get_status(vv->slice) != bits)
		return -EINVAL;
	WRITE_ONCE(vv->pending, status & VIRTIO_CONFIG_S_DRIVER_OK);
	vv->broken = status & VIRTIO_CONFIG_S_NEEDS_RESET;
	return 0;
}

/* Which queue is said by the address, which spares a look at what was written. */
static void notify(struct vfio_virtio *vv, u32 pos, const u8 *buf, u32 len)
{
	u32 index = pos / VV_NOTIFY_STEP;

	if (pos % VV_NOTIFY_STEP || index >= vv->nr_queues)
		return;
	if (len == sizeof(u32) && vv->ops->kick_vq_with_data &&
	    vv->ops->get_driver_features(vv->slice) &
	    BIT_ULL(VIRTIO_F_NOTIFICATION_DATA) &&
	    get_unaligned_le16(buf) == index)
		vv->ops->kick_vq_with_data(vv->slice, get_unaligned_le32(buf));
	else
		vv->ops->kick_vq(vv->slice, index);
}

/* Nothing is at other places: zeros are read there. At most 4 bytes, aligned. */
void vv_transport_read(struct vfio_virtio *vv, u32 pos, u8 *buf, u32 len)
{
	memset(buf, 0, len);
	if (pos >= VV_NOTIFY)
		return;
	mutex_lock(&vv->lock);
	if (pos >= VV_DEVICE)
		device_read(vv, pos - VV_DEVICE, buf, len);
	else if (pos == VV_ISR)
		*buf = vv_irq_take_isr(vv);
	else if (pos < VV_ISR)
		common_read(vv, pos - VV_COMMON, buf, len);
	mutex_unlock(&vv->lock);
}

/* At most 4 bytes, aligned. */
void vv_transport_write(struct vfio_virtio *vv, u32 pos, const u8 *buf,
			u32 len)
{
	if (pos >= VV_NOTIFY) {
		notify(vv, pos - VV_NOTIFY, buf, len);
		return;
	}
	mutex_lock(&vv->lock);
	if (vv_mig_stopped(vv))
		dev_dbg(vv->vdev.dev, "written while it is stopped\n");
	else if (pos >= VV_DEVICE)
		device_write(vv, pos - VV_DEVICE, buf, len);
	else if (pos < VV_ISR)
		common_write(vv, pos - VV_COMMON, buf, len);
	mutex_unlock(&vv->lock);
}
