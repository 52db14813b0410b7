// SPDX-License-Identifier: GPL-2.0
/*
 * States of migration, version 2 of the protocol: STOP_COPY, P2P and PRE_COPY.
 *
 * The vfio core knows the way from each state to each other; here is what each of its
 * single steps does. Only two things happen in them: interrupts stop and start, and a
 * stream begins, is completed or loaded, and ends. A card neither does nor is the target
 * of any DMA, so P2P is as good as running. Configuration space and eventfds are the
 * user's to bring along, as for any vfio device.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>

#include "mtty.h"

/* From and to in one number, for switch. */
#define STEP(from, to) \
	(VFIO_DEVICE_STATE_##from << 8 | VFIO_DEVICE_STATE_##to)

static void stream_end(struct mtty *mtty)
{
	if (mtty->stream)
		mtty_stream_end(mtty->stream);
	mtty->stream = NULL;
}

/* The device keeps a reference, the user gets the other. */
static struct file *stream_begin(struct mtty *mtty, struct file *file)
{
	if (!IS_ERR(file))
		mtty->stream = get_file(file);
	return file;
}

static struct file *save_begin(struct mtty *mtty)
{
	return stream_begin(mtty, mtty_stream_save(mtty->nr_ports));
}

static void save_rest(struct mtty *mtty)
{
	mutex_lock(&mtty->sv.lock);
	mtty_stream_fill(mtty->stream, mtty->uarts);
	mutex_unlock(&mtty->sv.lock);
}

static struct file *save_all(struct mtty *mtty)
{
	struct file *file = save_begin(mtty);

	if (!IS_ERR(file))
		save_rest(mtty);
	return file;
}

/* The device stays as it is if it is not to load what is in the stream. */
static struct file *load(struct mtty *mtty)
{
	struct mtty_uart uarts[MTTY_PORTS_MAX];
	int err;

	err = mtty_stream_load(mtty->stream, uarts);
	if (err)
		return ERR_PTR(err);
	mutex_lock(&mtty->sv.lock);
	memcpy(mtty->uarts, uarts, mtty->nr_ports * sizeof(*uarts));
	mtty_update_irq(mtty);
	mutex_unlock(&mtty->sv.lock);
	stream_end(mtty);
	return NULL;
}

/* Returns a new stream, NULL, or an ERR_PTR; the state has not changed then. */
static struct file *step(struct mtty *mtty, enum vfio_device_mig_state next)
{
	switch (mtty->state << 8 | next) {
	case STEP(RUNNING, RUNNING_P2P):
	case STEP(RUNNING_P2P, RUNNING):
	case STEP(PRE_COPY, PRE_COPY_P2P):
	case STEP(PRE_COPY_P2P, PRE_COPY):
		return NULL;
	case STEP(RUNNING_P2P, STOP):
		mtty_irq_freeze(&mtty->irq, true);
		return NULL;
	case STEP(STOP, RUNNING_P2P):
		mtty_irq_freeze(&mtty->irq, false);
		return NULL;
	case STEP(RUNNING, PRE_COPY):
	case STEP(RUNNING_P2P, PRE_COPY_P2P):
		return save_begin(mtty);
	case STEP(PRE_COPY_P2P, STOP_COPY):
		mtty_irq_freeze(&mtty->irq, true);
		save_rest(mtty);
		return NULL;
	case STEP(STOP, STOP_COPY):
		return save_all(mtty);
	case STEP(PRE_COPY, RUNNING):
	case STEP(PRE_COPY_P2P, RUNNING_P2P):
	case STEP(STOP_COPY, STOP):
		stream_end(mtty);
		return NULL;
	case STEP(STOP, RESUMING):
		return stream_begin(mtty, mtty_stream_resume(mtty->nr_ports));
	case STEP(RESUMING, STOP):
		return load(mtty);
	default:
		WARN_ON_ONCE(1);
		return ERR_PTR(-EINVAL);
	}
}

/* Only the last step of a way makes a stream: the core sees to it. */
static struct file *walk(struct mtty *mtty, enum vfio_device_mig_state to)
{
	enum vfio_device_mig_state next;
	struct file *file = NULL;
	int err;

	while (mtty->state != to) {
		err = vfio_mig_get_next_state(&mtty->sv.vdev, mtty->state, to,
					      &next);
		if (err)
			return ERR_PTR(err);
		file = step(mtty, next);
		if (IS_ERR(file))
			return file;
		mtty->state = next;
	}
	return file;
}

static struct file *set_state(struct vfio_device *vdev,
			      enum vfio_device_mig_state state)
{
	struct mtty *mtty = to_mtty(vdev);
	struct file *file;

	mutex_lock(&mtty->state_lock);
	file = walk(mtty, state);
	mutex_unlock(&mtty->state_lock);
	return file;
}

static int get_state(struct vfio_device *vdev,
		     enum vfio_device_mig_state *state)
{
	struct mtty *mtty = to_mtty(vdev);

	mutex_lock(&mtty->state_lock);
	*state = mtty->state;
	mutex_unlock(&mtty->state_lock);
	return 0;
}

static int get_data_size(struct vfio_device *vdev, unsigned long *size)
{
	*size = mtty_stream_size(to_mtty(vdev)->nr_ports);
	return 0;
}

const struct vfio_migration_ops mtty_migration_ops = {
	.migration_set_state = set_state,
	.migration_get_state = get_state,
	.migration_get_data_size = get_data_size,
};

/* From whatever state to running. Interrupts stay stopped if they were. */
void mtty_migration_reset(struct mtty *mtty)
{
	lockdep_assert_held(&mtty->state_lock);

	stream_end(mtty);
	mtty->state = VFIO_DEVICE_STATE_RUNNING;
}
