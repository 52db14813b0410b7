// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a vfio device open, and how a slice leaves class vfio.
 *
 * A slice that is removed while its vfio device is open stays in the class until the
 * user lets go of it. First the class device is marked as leaving, so that nobody can
 * open it again; then the user is asked, at once and every few seconds; the last close
 * goes on with the removal. No lock is held meanwhile, so nothing else waits.
 *
 * @lock orders these three: whoever opens is counted before the mark, or finds it.
 * Whoever marks finds no user, and the class device goes at once; or finds some, and
 * the last of them finds the mark. Users do not come back, so that is once.
 */
#include <linux/mdev_vfio.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/vfio.h>

#include "vfio.h"

/* How often the user is asked, as in the vfio core. */
#define REQUEST_INTERVAL	(10 * HZ)

/**
 * mdev_vfio_open - the vfio device is about to be opened
 * @mvdev: the class device
 *
 * Called by open_device, in the process that opens it. Until mdev_vfio_close() the slice
 * does not leave the class, and the parent's module stays. May sleep.
 *
 * Return: 0, or -ENODEV if the slice is leaving or the module is.
 */
int mdev_vfio_open(struct mdev_vfio_device *mvdev)
{
	struct module *owner = mvdev->slice->parent->ops->owner;
	int err = 0;

	if (!try_module_get(owner))
		return -ENODEV;
	spin_lock(&mvdev->lock);
	if (mvdev->leaving) {
		err = -ENODEV;
	} else if (!mvdev->users++) {
		mvdev->opener = get_task_pid(current, PIDTYPE_TGID);
		get_task_comm(mvdev->comm, current->group_leader);
		mdev_slice_set_holder(mvdev->slice, true);
	}
	spin_unlock(&mvdev->lock);
	if (err)
		module_put(owner);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_vfio_open);

/**
 * mdev_vfio_close - undo mdev_vfio_open()
 * @mvdev: the class device
 *
 * Called by close_device, when the device does nothing for its user any more. If the
 * slice is being removed that goes on now, elsewhere. Does not sleep.
 */
void mdev_vfio_close(struct mdev_vfio_device *mvdev)
{
	struct mdev_slice *slice = mvdev->slice;
	struct module *owner = slice->parent->ops->owner;
	struct pid *opener = NULL;
	bool last;

	spin_lock(&mvdev->lock);
	if (!--mvdev->users) {
		swap(opener, mvdev->opener);
		mdev_slice_set_holder(slice, false);
	}
	last = !mvdev->users && mvdev->leaving;
	spin_unlock(&mvdev->lock);
	put_pid(opener);
	/* The driver of the class device is bound, whose remove waits for our caller. */
	if (last)
		mdev_slice_left(slice);
	module_put(owner);
}
EXPORT_SYMBOL_GPL(mdev_vfio_close);

/*
 * Who opens the vfio device's own node (/dev/vfio/devices) has not opened the device until
 * it is bound to an iommufd, but the vfio core waits for them too: for everybody who
 * is counted in there besides the registration. That one goes first when the driver is
 * unbound by hand, which may then have to wait with the lock of the class device. At its
 * beginning the registration is still counted, and taken for somebody: once too often is
 * right, since that lock is held by then.
 */
static bool vfio_node_open(const struct mdev_vfio_device *mvdev)
{
	unsigned int registered = mvdev->unregistering ? 0 : 1;

	return mvdev->vdev && refcount_read(&mvdev->vdev->refcount) > registered;
}

static int vfio_holder(struct mdev_vfio_device *mvdev,
		       struct netlink_ext_ack *extack)
{
	pid_t pid = pid_vnr(mvdev->opener);

	if (!mvdev->users)
		NL_SET_ERR_MSG(extack, "the vfio device's node is open");
	/* It has been passed on, and the number may be another one's. */
	else if (!pid_has_task(mvdev->opener, PIDTYPE_TGID))
		NL_SET_ERR_MSG_FMT(extack,
				   "the vfio device is open, by %s, which has ended",
				   mvdev->comm);
	else if (pid)
		NL_SET_ERR_MSG_FMT(extack, "the vfio device is open in %s (pid %d)",
				   mvdev->comm, pid);
	else
		NL_SET_ERR_MSG_FMT(extack,
				   "the vfio device is open in %s, in another pid namespace",
				   mvdev->comm);
	return -EBUSY;
}

/* See struct mdev_class.busy. A guest cannot be made to do without its device. */
int vfio_use_busy(struct device *cdev, bool force,
		  struct netlink_ext_ack *extack)
{
	struct mdev_vfio_device *mvdev = to_mdev_vfio_device(cdev);
	int err = 0;

	spin_lock(&mvdev->lock);
	if (mvdev->users || vfio_node_open(mvdev))
		err = vfio_holder(mvdev, extack);
	else
		mvdev->leaving = true;
	spin_unlock(&mvdev->lock);
	return err;
}

/* See struct mdev_class.leave. */
bool vfio_use_leave(struct device *cdev)
{
	struct mdev_vfio_device *mvdev = to_mdev_vfio_device(cdev);
	bool used, open;

	spin_lock(&mvdev->lock);
	mvdev->leaving = true;
	used = mvdev->users;
	open = vfio_node_open(mvdev);
	/* Before the last user finds the mark, so before vfio_use_end(). */
	if (used)
		queue_delayed_work(system_unbound_wq, &mvdev->request_work, 0);
	spin_unlock(&mvdev->lock);
	/* Nobody tells when the node is closed, so the removal waits, elsewhere. */
	if (!used && open)
		mdev_slice_left(mvdev->slice);
	return !used && !open;
}

/* What is registered with the vfio core, or NULL. */
void vfio_use_set_device(struct mdev_vfio_device *mvdev,
			 struct vfio_device *vdev)
{
	spin_lock(&mvdev->lock);
	mvdev->vdev = vdev;
	mvdev->unregistering = false;
	spin_unlock(&mvdev->lock);
}

/* The vfio core drops its registration, and waits for who has it open. */
void vfio_use_unregister(struct mdev_vfio_device *mvdev)
{
	spin_lock(&mvdev->lock);
	mvdev->unregistering = true;
	spin_unlock(&mvdev->lock);
}

/* A driver that is bound may be told to ask its user. NULL: not any more. */
void vfio_use_set_requester(struct mdev_vfio_device *mvdev,
			    struct mdev_vfio_driver *drv)
{
	mutex_lock(&mvdev->request_lock);
	mvdev->requester = drv;
	mutex_unlock(&mvdev->request_lock);
}

static void vfio_use_request(struct work_struct *work)
{
	struct mdev_vfio_device *mvdev =
		container_of(to_delayed_work(work), struct mdev_vfio_device,
			     request_work);

	mutex_lock(&mvdev->request_lock);
	if (mvdev->requester && mvdev->requester->request)
		mvdev->requester->request(mvdev, mvdev->requests++);
	mutex_unlock(&mvdev->request_lock);
	queue_delayed_work(system_unbound_wq, &mvdev->request_work,
			   REQUEST_INTERVAL);
}

void vfio_use_init(struct mdev_vfio_device *mvdev)
{
	spin_lock_init(&mvdev->lock);
	mutex_init(&mvdev->request_lock);
	INIT_DELAYED_WORK(&mvdev->request_work, vfio_use_request);
}

/* The class device has gone: nobody is asked any more. May sleep. */
void vfio_use_end(struct mdev_vfio_device *mvdev)
{
	cancel_delayed_work_sync(&mvdev->request_work);
}
