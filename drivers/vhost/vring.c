// SPDX-License-Identifier: GPL-2.0
/*
 * What is about one virtqueue. All of it runs under the node's lock, and the index
 * of the virtqueue was checked.
 */
#include <linux/log2.h>

#include "vhost.h"

static bool vhost_vring_packed(const struct vhost_vring *vring)
{
	struct vhost_node *node = vring->session->node;

	return node->ops->get_driver_features(node->slice) &
	       BIT_ULL(VIRTIO_F_RING_PACKED);
}

/* Does the device work on its virtqueues now? */
static bool vhost_vring_live(const struct vhost_vring *vring)
{
	struct vhost_node *node = vring->session->node;

	return node->ops->get_status(node->slice) & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !vring->session->suspended;
}

/* Used buffers. Any context. */
static void vhost_vring_cb(void *private)
{
	struct vhost_vring *vring = private;

	vhost_event_signal(&vring->call);
}

void vhost_vring_init(struct vhost_vring *vring, struct vhost_session *session,
		      u16 index)
{
	vring->session = session;
	vring->index = index;
	vhost_kick_init(&vring->kick);
}

/*
 * Interrupts that nobody listens to are not wanted: the device remembers one. When
 * this returns the former callback has ended.
 */
static void vhost_vring_listen(struct vhost_vring *vring, bool listen)
{
	struct vhost_node *node = vring->session->node;
	struct mdev_virtio_cb cb = {};

	if (listen) {
		cb.callback = vhost_vring_cb;
		cb.private = vring;
	}
	node->ops->set_vq_cb(node->slice, vring->index, &cb);
}

void vhost_vring_attach_call(struct vhost_vring *vring)
{
	vhost_vring_listen(vring, rcu_access_pointer(vring->call));
}

/* The device has met an error: was it here? Told once. Any context. */
void vhost_vring_check(struct vhost_vring *vring)
{
	struct vhost_node *node = vring->session->node;

	if (!test_bit(VHOST_VRING_ENABLED, &vring->flags) ||
	    node->ops->get_vq_ready(node->slice, vring->index))
		return;
	if (!test_and_set_bit(VHOST_VRING_FAILED, &vring->flags))
		vhost_event_signal(&vring->err);
}

/* The device does not use the virtqueue any more. */
void vhost_vring_unbind(struct vhost_vring *vring)
{
	vhost_vring_listen(vring, false);
	vhost_event_replace(&vring->call, NULL);
	vhost_event_replace(&vring->err, NULL);
}

long vhost_vring_set_num(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_node *node = vring->session->node;
	u32 num = arg->state.num;

	if (!num || num > node->ops->get_vq_num_max(node->slice, vring->index))
		return -EINVAL;
	/* A packed ring may have any size (section 2.8.10.1). */
	if (!is_power_of_2(num) && !vhost_vring_packed(vring))
		return -EINVAL;
	return node->ops->set_vq_num(node->slice, vring->index, num);
}

/* Nothing may be mapped there yet. A log is not kept, whatever the flag says. */
long vhost_vring_set_addr(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_node *node = vring->session->node;
	const struct vhost_vring_addr *addr = &arg->addr;

	if (addr->flags & ~BIT(VHOST_VRING_F_LOG))
		return -EOPNOTSUPP;
	if (addr->desc_user_addr % VRING_DESC_ALIGN_SIZE ||
	    addr->avail_user_addr % VRING_AVAIL_ALIGN_SIZE ||
	    addr->used_user_addr % VRING_USED_ALIGN_SIZE ||
	    addr->log_guest_addr % VRING_USED_ALIGN_SIZE)
		return -EINVAL;
	if (vhost_vring_live(vring))
		return -EINVAL;
	return node->ops->set_vq_address(node->slice, vring->index,
					 addr->desc_user_addr,
					 addr->avail_user_addr,
					 addr->used_user_addr);
}

long vhost_vring_set_base(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_node *node = vring->session->node;
	struct mdev_vq_state state;
	int err;

	err = mdev_vq_state_decode(&state, vhost_vring_packed(vring),
				   arg->state.num);
	if (err)
		return err;
	if (vhost_vring_live(vring))
		return -EINVAL;
	return node->ops->set_vq_state(node->slice, vring->index, &state);
}

long vhost_vring_get_base(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_node *node = vring->session->node;
	struct mdev_vq_state state = {};
	int err;

	err = node->ops->get_vq_state(node->slice, vring->index, &state);
	if (err)
		return err;
	arg->state.num = mdev_vq_state_encode(&state, vhost_vring_packed(vring));
	return 0;
}

/* May come before or after DRIVER_OK. */
long vhost_vring_set_enable(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_node *node = vring->session->node;
	bool enable = arg->state.num;
	int err;

	if (!enable)
		clear_bit(VHOST_VRING_ENABLED, &vring->flags);
	err = node->ops->set_vq_ready(node->slice, vring->index, enable);
	if (err || !enable)
		return err;
	clear_bit(VHOST_VRING_FAILED, &vring->flags);
	set_bit(VHOST_VRING_ENABLED, &vring->flags);
	/* An error that came before the bit is seen here; later ones see the bit. */
	smp_mb__after_atomic();
	if (READ_ONCE(vring->session->broken))
		vhost_vring_check(vring);
	return 0;
}

static long vhost_vring_group(struct vhost_vring *vring, union vhost_arg *arg,
			      u32 (*get)(struct mdev_slice *slice, u16 vq))
{
	struct vhost_node *node = vring->session->node;

	if (!get)
		return -EOPNOTSUPP;
	arg->state.num = get(node->slice, vring->index);
	return arg->state.num < node->vhost_ops->nr_groups ? 0 : -EIO;
}

long vhost_vring_get_group(struct vhost_vring *vring, union vhost_arg *arg)
{
	const struct mdev_vhost_ops *ops = vring->session->node->vhost_ops;

	if (!ops->get_vq_group && ops->nr_groups == 1) {
		arg->state.num = 0;
		return 0;
	}
	return vhost_vring_group(vring, arg, ops->get_vq_group);
}

long vhost_vring_get_desc_group(struct vhost_vring *vring,
				union vhost_arg *arg)
{
	return vhost_vring_group(vring, arg,
				 vring->session->node->vhost_ops->get_vq_desc_group);
}

/* The largest one that the virtqueue can have. */
long vhost_vring_get_size(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_node *node = vring->session->node;

	arg->state.num = node->ops->get_vq_num_max(node->slice, vring->index);
	return 0;
}

long vhost_vring_set_busyloop(struct vhost_vring *vring, union vhost_arg *arg)
{
	vring->busyloop_timeout = arg->state.num;
	return 0;
}

long vhost_vring_get_busyloop(struct vhost_vring *vring, union vhost_arg *arg)
{
	arg->state.num = vring->busyloop_timeout;
	return 0;
}

long vhost_vring_set_kick(struct vhost_vring *vring, union vhost_arg *arg)
{
	return vhost_kick_bind(&vring->kick, arg->file.fd);
}

/*
 * No interrupt is lost: it goes to the former eventfd before this returns, or to the
 * new one. Who replaces one looks at the former for what has come meanwhile (so does
 * QEMU, when its guest unmasks an interrupt), and nobody would look there again.
 *
 * Therefore the callback is set last, even to what it was, which waits for one that is
 * signalling the former eventfd. Without a new one it goes first: what comes from then
 * on is remembered by the device, and told when there is one again.
 */
long vhost_vring_set_call(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_event *event;

	event = vhost_event_get(arg->file.fd);
	if (IS_ERR(event))
		return PTR_ERR(event);
	vhost_bypass_stop(vring);
	if (!event)
		vhost_vring_listen(vring, false);
	vhost_event_replace(&vring->call, event);
	if (event)
		vhost_vring_listen(vring, true);
	vhost_bypass_start(vring);
	return 0;
}

long vhost_vring_set_err(struct vhost_vring *vring, union vhost_arg *arg)
{
	struct vhost_event *event;

	event = vhost_event_get(arg->file.fd);
	if (IS_ERR(event))
		return PTR_ERR(event);
	vhost_event_replace(&vring->err, event);
	vhost_session_attach_config(vring->session);
	return 0;
}
