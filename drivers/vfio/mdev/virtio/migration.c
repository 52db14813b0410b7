// SPDX-License-Identifier: GPL-2.0
/*
 * Migration of a function (see "VFIO device Migration" in linux/vfio.h of user space).
 *
 * The state of the moment says two things: whether the slice is suspended, and whether
 * what a driver writes is ignored. In RUNNING_P2P and PRE_COPY_P2P it is suspended and
 * listens: what it is told counts from when it goes on.
 *
 * A stream is in a buffer of its own, which the file of the stream keeps, so that who has
 * the file open never meets the device: it is cut off under the file's lock, and then has
 * no buffer any more. Locks: that of the device, then that of the file. Who writes to the
 * file looks at what never changes of the device, which outlives the file's buffer.
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
 * @lock: for the rest
 * @vv: the device, or NULL when it was cut off
 * @buf: the stream
 * @size: bytes that fit there
 * @len: bytes that are there
 * @pos: bytes that were read
 * @complete: nothing will be added
 * @given: the user has got the file; under the device's lock
 */
struct vv_stream_file {
	struct file *file;
	struct mutex lock;	/* see above */
	struct vfio_virtio *vv;
	void *buf;
	size_t size;
	size_t len;
	size_t pos;
	bool complete;
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

static int stream_release(struct inode *inode, struct file *file)
{
	struct vv_stream_file *stream = file->private_data;

	kvfree(stream->buf);
	mutex_destroy(&stream->lock);
	kfree(stream);
	return 0;
}

/* Nothing yet is no end while something will come. */
static ssize_t stream_read(struct file *file, char __user *buf, size_t count,
			   loff_t *ppos)
{
	struct vv_stream_file *stream = file->private_data;
	ssize_t ret;

	mutex_lock(&stream->lock);
	ret = min(count, stream->len - stream->pos);
	if (!stream->vv)
		ret = -ENODEV;
	else if (!ret && count && !stream->complete)
		ret = -ENOMSG;
	else if (copy_to_user(buf, stream->buf + stream->pos, ret))
		ret = -EFAULT;
	else
		stream->pos += ret;
	mutex_unlock(&stream->lock);
	return ret;
}

static long stream_precopy_info(struct vv_stream_file *stream,
				void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct vfio_precopy_info info;
	int err = 0;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	mutex_lock(&stream->lock);
	if (!stream->vv)
		err = -ENODEV;
	else if (stream->complete)
		err = -EINVAL;
	info.flags = 0;
	info.initial_bytes = stream->len - stream->pos;
	info.dirty_bytes = 0;
	mutex_unlock(&stream->lock);
	if (err)
		return err;
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

/* A stream of another kind of device is refused as soon as its head is there. */
static int stream_add(struct vv_stream_file *stream, const char __user *buf,
		      size_t count)
{
	size_t head = vv_stream_head_size();
	size_t old = stream->len;

	if (!stream->vv)
		return -ENODEV;
	if (count > stream->size - old)
		return -ENOSPC;
	if (copy_from_user(stream->buf + old, buf, count))
		return -EFAULT;
	if (old < head && old + count >= head &&
	    !vv_stream_head_fits(stream->vv, stream->buf)) {
		stream->len = 0;
		return -EINVAL;
	}
	stream->len += count;
	return 0;
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

/* With the device's reference to its file; or an ERR_PTR. */
static struct vv_stream_file *stream_create(struct vfio_virtio *vv, bool save)
{
	struct vv_stream_file *stream;
	int err = -ENOMEM;

	stream = kzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);
	if (!stream)
		return ERR_PTR(-ENOMEM);
	stream->size = vv_stream_max(vv);
	stream->buf = kvzalloc(stream->size, GFP_KERNEL_ACCOUNT);
	if (!stream->buf)
		goto free;
	mutex_init(&stream->lock);
	stream->vv = vv;
	stream->file = anon_inode_getfile("vfio_virtio-migration",
					  save ? &save_fops : &resume_fops,
					  stream, save ? O_RDONLY : O_WRONLY);
	if (IS_ERR(stream->file)) {
		err = PTR_ERR(stream->file);
		goto free_buf;
	}
	stream_open(stream->file->f_inode, stream->file);
	return stream;

free_buf:
	kvfree(stream->buf);
free:
	kfree(stream);
	return ERR_PTR(err);
}

/* The device does without it; its users get ENODEV. */
static void stream_cut(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = vv->mig_stream;

	if (!stream)
		return;
	vv->mig_stream = NULL;
	mutex_lock(&stream->lock);
	stream->vv = NULL;
	kvfree(stream->buf);
	stream->buf = NULL;
	stream->len = 0;
	stream->pos = 0;
	mutex_unlock(&stream->lock);
	fput(stream->file);
}

/* Steps between two states that are next to each other. */

static int save_begin(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = stream_create(vv, true);

	if (IS_ERR(stream))
		return PTR_ERR(stream);
	vv_stream_put_head(vv, stream->buf);
	stream->len = vv_stream_head_size();
	vv->mig_stream = stream;
	return 0;
}

static int save_rest(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = vv->mig_stream;
	struct mdev_parts parts = { .buf = stream->buf, .size = stream->size };
	int err;

	mutex_lock(&stream->lock);
	parts.pos = stream->len;
	err = vv_stream_put(vv, &parts);
	if (!err) {
		stream->len = parts.pos;
		stream->complete = true;
	}
	mutex_unlock(&stream->lock);
	return err;
}

static int resume_begin(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = stream_create(vv, false);

	if (IS_ERR(stream))
		return PTR_ERR(stream);
	vv->mig_stream = stream;
	return 0;
}

/* A stream that is refused can be written again from its beginning. */
static int resume_load(struct vfio_virtio *vv)
{
	struct vv_stream_file *stream = vv->mig_stream;
	int err;

	mutex_lock(&stream->lock);
	err = vv_stream_load(vv, stream->buf, stream->len);
	stream->len = 0;
	mutex_unlock(&stream->lock);
	if (!err)
		vv->mig_loaded = true;
	return err;
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
	if (err || !vv->mig_loaded)
		return err;
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
		err = resume_load(vv);
	else if (next == VFIO_DEVICE_STATE_RESUMING)
		err = resume_begin(vv);
	else if (suspends(next) && !suspends(old))
		err = vv_transport_hold(vv, VV_HOLD_MIGRATION);
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
}
