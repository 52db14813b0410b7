// SPDX-License-Identifier: GPL-2.0
/*
 * Migration of a function (see "VFIO device Migration" in linux/vfio.h of user space).
 *
 * The state of the moment says two things: whether the slice is suspended, and whether
 * what a driver writes is ignored. In RUNNING_P2P and PRE_COPY_P2P it is suspended and
 * listens: what it is told counts from when it goes on.
 *
 * A stream is in a buffer of its own, which its file keeps until it is closed, and so does
 * the memory of the device: the device cuts it off and goes on without it, whatever those
 * do who have the file. They copy with @lock of the stream held, which the device never
 * takes; @vv and @len, by which both are kept apart, are under @state_lock. Who has written
 * the end of a stream takes it over under the device's lock, inside of @lock.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mdev_parts.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <uapi/linux/virtio_config.h>

#include "virtio.h"

/**
 * struct vv_stream_file - a stream
 * @file: its file
 * @lock: for those who read and write, see above
 * @device: where it comes from or goes to; its memory is held
 * @state_lock: for what is between here and @buf; innermost
 * @vv: the device, or NULL when it was cut off; changed under its lock
 * @len: bytes that are there
 * @complete: nothing will be added; it was taken over
 * @buf: the stream. Bytes below @len are read, others written
 * @head: what one that is loaded begins with
 * @size: bytes that fit in @buf
 * @pos: bytes that were read; under @lock
 * @given: the user has got the file; under the device's lock
 */
struct vv_stream_file {
	struct file *file;
	struct mutex lock;	/* see above */
	struct vfio_virtio *device;
	spinlock_t state_lock;	/* see above */
	struct vfio_virtio *vv;
	size_t len;
	bool complete;
	void *buf;
	void *head;
	size_t size;
	size_t pos;
	bool given;
};

static bool suspends(enum vfio_device_mig_state state)
{
	return state != VFIO_DEVICE_STATE_RUNNING &&
	       state != VFIO_DEVICE_STATE_PRE_COPY;
}

static bool stops(enum vfio_device_mig_state state)
{
	return suspends(state) && state != VFIO_DEVICE_STATE_RUNNING_P2P &&
	       state != VFIO_DEVICE_STATE_PRE_COPY_P2P;
}

static bool copies(enum vfio_device_mig_state state)
{
	return state == VFIO_DEVICE_STATE_PRE_COPY ||
	       state == VFIO_DEVICE_STATE_PRE_COPY_P2P ||
	       state == VFIO_DEVICE_STATE_STOP_COPY;
}

/* Under the lock: is what a driver writes ignored? */
bool vv_mig_stopped(const struct vfio_virtio *vv)
{
	return stops(vv->mig_state);
}

/* Files. */

/* Returns how many bytes there are, or -ENODEV. */
static ssize_t stream_len(struct vv_stream_file *stream, bool *complete)
{
	ssize_t len;

	spin_lock(&stream->state_lock);
	len = stream->vv ? stream->len : -ENODEV;
	*complete = stream->complete;
	spin_unlock(&stream->state_lock);
	return len;
}

static int stream_set_len(struct vv_stream_file *stream, size_t len)
{
	int err = 0;

	spin_lock(&stream->state_lock);
	if (stream->vv)
		stream->len = len;
	else
		err = -ENODEV;
	spin_unlock(&stream->state_lock);
	return err;
}

static int stream_release(struct inode *inode, struct file *file)
{
	struct vv_stream_file *stream = file->private_data;

	kvfree(stream->buf);
	put_device(&stream->device->vdev.device);
	mutex_destroy(&stream->lock);
	kfree(stream);
	return 0;
}

/* Nothing yet is no end while something will come. */
static ssize_t stream_read_some(struct vv_stream_file *stream, char __user *buf,
				size_t count)
{
	bool complete;
	ssize_t len;

	len = stream_len(stream, &complete);
	if (len < 0)
		return len;
	count = min(count, len - stream->pos);
	if (!count && !complete)
		return -ENOMSG;
	if (copy_to_user(buf, stream->buf + stream->pos, count))
		return -EFAULT;
	stream->pos += count;
	return count;
}

static ssize_t stream_read(struct file *file, char __user *buf, size_t count,
			   loff_t *ppos)
{
	struct vv_stream_file *stream = file->private_data;
	ssize_t ret;

	if (!count)
		return 0;
	mutex_lock(&stream->lock);
	ret = stream_read_some(stream, buf, count);
	mutex_unlock(&stream->lock);
	return ret;
}

static long stream_precopy_info(struct vv_stream_file *stream,
				void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct vfio_precopy_info info;
	bool complete;
	ssize_t len;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	mutex_lock(&stream->lock);
	len = stream_len(stream, &complete);
	info.flags = 0;
	info.initial_bytes = len - stream->pos;
	info.dirty_bytes = 0;
	mutex_unlock(&stream->lock);
	if (len < 0)
		return len;
	if (complete)
		return -EINVAL;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long stream_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	return stream_precopy_info(file->private_data, (void __user *)arg);
}

static const struct file_operations save_fops = {
	.owner = THIS_MODULE,
	.read = stream_read,
	.unlocked_ioctl = stream_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = stream_release,
};

/* Its end is there. One that is refused can be written again from its beginning. */
static int stream_load(struct vv_stream_file *stream, size_t len)
{
	struct vfio_virtio *vv = stream->device;
	int err = -ENODEV;

	mutex_lock(&vv->lock);
	if (stream->vv) {
		err = vv_stream_load(vv, stream->buf, len);
		stream_set_len(stream, 0);
		stream->complete = !err;
		vv->mig_loaded |= !err;
	}
	mutex_unlock(&vv->lock);
	return err;
}

/*
 * A stream of another kind of device is refused as soon as its head is there, and what
 * does not fit this one as soon as all is: by the write, because who migrates hears of
 * that in time, and the guest goes on where it was.
 */
static int stream_add(struct vv_stream_file *stream, const char __user *buf,
		      size_t count)
{
	size_t head = vv_stream_head_size();
	bool complete;
	ssize_t old;
	size_t len;

	old = stream_len(stream, &complete);
	if (old < 0)
		return old;
	if (complete)
		return -EINVAL;
	if (count > stream->size - old)
		return -ENOSPC;
	if (copy_from_user(stream->buf + old, buf, count))
		return -EFAULT;
	len = old + count;
	if (old < head && len >= head &&
	    memcmp(stream->buf, stream->head, head)) {
		stream_set_len(stream, 0);
		return -EINVAL;
	}
	if (vv_stream_ends(stream->buf, len))
		return stream_load(stream, len);
	return stream_set_len(stream, len);
}

static ssize_t stream_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	struct vv_stream_file *stream = file->private_data;
	int err;

	mutex_lock(&stream->lock);
	err = stream_add(stream, buf, count);
	mutex_unlock(&stream->lock);
	return err ?: count;
}

static const struct file_operations resume_fops = {
	.owner = THIS_MODULE,
	.write = stream_write,
	.release = stream_release,
};

/* With the device's reference to its file; or an ERR_PTR. Under the device's lock. */
static struct vv_stream_file *stream_create(struct vfio_virtio *vv, bool save)
{
	size_t head = vv_stream_head_size();
	struct vv_stream_file *stream;
	int err = -ENOMEM;

	stream = kzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);
	if (!stream)
		return ERR_PTR(-ENOMEM);
	stream->size = vv_stream_max(vv);
	stream->buf = kvzalloc(stream->size + head, GFP_KERNEL_ACCOUNT);
	if (!stream->buf)
		goto free;
	stream->head = stream->buf + stream->size;
	vv_stream_put_head(vv, stream->head);
	mutex_init(&stream->lock);
	spin_lock_init(&stream->state_lock);
	stream->vv = vv;
	stream->device = vv;
	stream->file = anon_inode_getfile("vfio_virtio-migration",
					  save ? &save_fops : &resume_fops,
					  stream, save ? O_RDONLY : O_WRONLY);
	if (IS_ERR(stream->file)) {
		err = PTR_ERR(stream->file);
		goto free_buf;
	}
	get_device(&vv->vdev.device);
	stream_open(stream->file->f_inode, stream->file);
	return stream;

free_buf:
	kvfree(stream->buf);
free:
	kfree(stream);
	return ERR_PTR(err);
}

/* The device does without it; its users get ENODEV. Under the device's lock. */
static void stream_cut(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = vv->mig_stream;

	if (!stream)
		return;
	vv->mig_stream = NULL;
	spin_lock(&stream->state_lock);
	stream->vv = NULL;
	spin_unlock(&stream->state_lock);
	fput(stream->file);
}

/* Steps between two states that are next to each other. */

static int save_begin(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = stream_create(vv, true);
	size_t head = vv_stream_head_size();

	if (IS_ERR(stream))
		return PTR_ERR(stream);
	memcpy(stream->buf, stream->head, head);
	stream_set_len(stream, head);
	vv->mig_stream = stream;
	return 0;
}

static int save_rest(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = vv->mig_stream;
	struct mdev_parts parts = {
		.buf = stream->buf,
		.size = stream->size,
		.pos = stream->len,
	};
	int err;

	err = vv_stream_put(vv, &parts);
	if (err)
		return err;
	spin_lock(&stream->state_lock);
	stream->len = parts.pos;
	stream->complete = true;
	spin_unlock(&stream->state_lock);
	return 0;
}

static int resume_begin(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = stream_create(vv, false);

	if (IS_ERR(stream))
		return PTR_ERR(stream);
	vv->mig_stream = stream;
	return 0;
}

/*
 * Interrupts that were on their way did not come along. One too many does no harm, so all
 * that there are come once.
 */
static int go_on(struct vfio_virtio *vv)
{
	unsigned int i;
	int err;

	err = vv_transport_release(vv, VV_HOLD_MIGRATION);
	if (err)
		return err;
	vv_irq_hold(vv, false);
	if (!vv->mig_loaded)
		return 0;
	vv->mig_loaded = false;
	if (!(vv_transport_status(vv) & VIRTIO_CONFIG_S_DRIVER_OK))
		return 0;
	vv_irq_config(vv);
	for (i = 0; i < vv->nr_queues; i++) {
		if (vv->queues[i].enabled)
			vv_irq_queue(vv, vv->queues[i].vector);
	}
	return 0;
}

static int hold(struct vfio_virtio *vv)
{
	int err = vv_transport_hold(vv, VV_HOLD_MIGRATION);

	if (!err)
		vv_irq_hold(vv, true);
	return err;
}

/* Saving begins from a state without a stream, and with the device stopped it ends. */
static int save_step(struct vfio_virtio *vv, enum vfio_device_mig_state next)
{
	int err = 0;

	if (!vv->mig_stream)
		err = save_begin(vv);
	if (!err && next == VFIO_DEVICE_STATE_STOP_COPY) {
		err = save_rest(vv);
		if (err && !copies(vv->mig_state))
			stream_cut(vv);
	}
	return err;
}

static int step(struct vfio_virtio *vv, enum vfio_device_mig_state next)
{
	enum vfio_device_mig_state old = vv->mig_state;
	int err = 0;

	if (old == VFIO_DEVICE_STATE_RESUMING)
		err = vv->mig_stream->complete ? 0 : -EINVAL;
	else if (next == VFIO_DEVICE_STATE_RESUMING)
		err = resume_begin(vv);
	else if (suspends(next) && !suspends(old))
		err = hold(vv);
	else if (!suspends(next) && suspends(old))
		err = go_on(vv);
	if (!err && copies(next))
		err = save_step(vv, next);
	if (err)
		return err;
	if (!copies(next) && next != VFIO_DEVICE_STATE_RESUMING)
		stream_cut(vv);
	vv->mig_state = next;
	return 0;
}

/* Towards @state, by states that are next to each other. */
static int walk(struct vfio_virtio *vv, enum vfio_device_mig_state state)
{
	enum vfio_device_mig_state next;
	int err = 0;

	while (!err && vv->mig_state != state) {
		err = vfio_mig_get_next_state(&vv->vdev, vv->mig_state, state,
					      &next);
		if (!err)
			err = step(vv, next);
	}
	return err;
}

/* The last step may have brought a stream. */
static struct file *vv_mig_set_state(struct vfio_device *vdev,
				     enum vfio_device_mig_state state)
{
	struct vfio_virtio *vv = to_vv(vdev);
	struct vv_stream_file *stream;
	struct file *file = NULL;
	int err;

	vv_as_used(vv->as);
	mutex_lock(&vv->lock);
	err = walk(vv, state);
	stream = vv->mig_stream;
	if (!err && stream && !stream->given) {
		stream->given = true;
		file = get_file(stream->file);
	}
	mutex_unlock(&vv->lock);
	return err ? ERR_PTR(err) : file;
}

static int vv_mig_get_state(struct vfio_device *vdev,
			    enum vfio_device_mig_state *state)
{
	struct vfio_virtio *vv = to_vv(vdev);

	mutex_lock(&vv->lock);
	*state = vv->mig_state;
	mutex_unlock(&vv->lock);
	return 0;
}

static int vv_mig_get_data_size(struct vfio_device *vdev, unsigned long *size)
{
	*size = vv_stream_max(to_vv(vdev));
	return 0;
}

static const struct vfio_migration_ops vv_mig_ops = {
	.migration_set_state = vv_mig_set_state,
	.migration_get_state = vv_mig_get_state,
	.migration_get_data_size = vv_mig_get_data_size,
};

void vv_mig_init(struct vfio_virtio *vv)
{
	const struct mdev_virtio_ops *ops = vv->ops;

	vv->mig_state = VFIO_DEVICE_STATE_RUNNING;
	if (!ops->suspend || !ops->resume || !ops->get_parts || !ops->set_part)
		return;
	vv->vdev.migration_flags = VFIO_MIGRATION_STOP_COPY |
				   VFIO_MIGRATION_P2P | VFIO_MIGRATION_PRE_COPY;
	vv->vdev.mig_ops = &vv_mig_ops;
}

/* The slice has been reset, which ends every state of migration. Under the lock. */
void vv_mig_reset(struct vfio_virtio *vv)
{
	stream_cut(vv);
	vv->mig_state = VFIO_DEVICE_STATE_RUNNING;
	vv->mig_loaded = false;
	vv->held &= ~VV_HOLD_MIGRATION;
	vv_irq_hold(vv, false);
}
