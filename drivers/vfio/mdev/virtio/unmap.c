// SPDX-License-Identifier: GPL-2.0
/*
 * Who is taking memory away: threads in an ioctl of type1 that have called dma_unmap of a
 * device. Until such a thread has left the ioctl, the device pins nothing.
 *
 * For type1 calls all devices of a container, one after the other, then looks whether pages
 * of the mapping are still pinned. If they are it calls again, and when it has found some in
 * the same mapping eleven times, it brings the kernel down. How long that takes is up to the
 * users of the devices, so no time is long enough. (iommufd lets nobody pin meanwhile.)
 *
 * Type1 is left when the thread is back in user mode, or ends: then it releases the file that
 * it has put here. A file, because that holds this module until the release has returned.
 *
 * That type1 does not look eleven times:
 *
 * - It calls with the lock of the list of devices held, to which it comes from the lock of
 *   the container, under which it has looked; opening and closing takes both as well. So
 *   who has pages pinned when it looks is called next.
 * - Who was called pins nothing from then on, whatever it is, as type1 may take another
 *   mapping that lies in the memory of a former one for the same. It is noted here before the
 *   lock is taken that those who pin hold; they look here first. That it is closed
 *   and opened again does not matter.
 * - So what is found after a round of calls was pinned by who was not called in it: it has
 *   been opened since, and it is called in the next one. There it is counted as late.
 * - Or it was pinned just before the first call, which was for a mapping that another thread
 *   has replaced meanwhile. That can be found once after the first round, and once for each
 *   that was late.
 * - When LATE_MAX were late, nobody does pin who has been opened since the first call. Who is
 *   opened after that sees it: it has to get the lock of the list first.
 *
 * So pages are found 2 * LATE_MAX + 1 times at most. Who of those opened later is in the same
 * container cannot be known; but that somebody opens as many devices in time is an attack.
 */
#include <linux/anon_inodes.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "virtio.h"

/* Devices that can be opened during an unmap, and pin. Type1 bears to find pages 10 times. */
#define LATE_MAX	4

/* How long is waited for memory. */
#define RETRY_MS	20

/**
 * struct unmapper - a thread has called a device
 * @node: in unmappers
 * @task: the thread, which is here no longer than it lives
 * @device: number of the device
 * @since: when the thread has called its first one
 * @late: the device was opened after that
 * @stop: no other one that was pins anything
 */
struct unmapper {
	struct list_head node;
	const struct task_struct *task;
	u64 device;
	u64 since;
	bool late;
	bool stop;
};

static LIST_HEAD(unmappers);
/* For the list and the clock, which only tells what came first. Innermost. */
static DEFINE_SPINLOCK(unmap_lock);
static u64 unmap_clock;

static int unmapper_release(struct inode *inode, struct file *file)
{
	struct unmapper *unmapper = file->private_data;

	spin_lock(&unmap_lock);
	list_del(&unmapper->node);
	spin_unlock(&unmap_lock);
	kfree(unmapper);
	return 0;
}

static const struct file_operations unmapper_fops = {
	.owner = THIS_MODULE,
	.release = unmapper_release,
};

/* A device, before anybody opens it. */
void vv_unmap_init(struct vfio_virtio *vv)
{
	spin_lock(&unmap_lock);
	vv->number = ++unmap_clock;
	spin_unlock(&unmap_lock);
}

/* It is being opened, and in the list of its container. */
void vv_unmap_open(struct vfio_virtio *vv)
{
	spin_lock(&unmap_lock);
	vv->opened = ++unmap_clock;
	spin_unlock(&unmap_lock);
}

static bool called_before(const struct vfio_virtio *vv)
{
	struct unmapper *unmapper;
	bool found = false;

	spin_lock(&unmap_lock);
	list_for_each_entry(unmapper, &unmappers, node)
		found |= unmapper->task == current &&
			 unmapper->device == vv->number;
	spin_unlock(&unmap_lock);
	return found;
}

/* Nobody else adds those of this thread. */
static void unmapper_add(struct unmapper *unmapper, struct vfio_virtio *vv)
{
	unsigned int nr_late = 0;
	struct unmapper *other;

	unmapper->task = current;
	unmapper->device = vv->number;
	spin_lock(&unmap_lock);
	unmapper->since = ++unmap_clock;
	list_for_each_entry(other, &unmappers, node) {
		if (other->task != current)
			continue;
		unmapper->since = other->since;
		nr_late += other->late;
	}
	unmapper->late = vv->opened > unmapper->since;
	unmapper->stop = nr_late + unmapper->late >= LATE_MAX;
	list_add(&unmapper->node, &unmappers);
	spin_unlock(&unmap_lock);
}

static bool call(struct vfio_virtio *vv)
{
	struct unmapper *unmapper;
	struct file *file;

	unmapper = kzalloc(sizeof(*unmapper), GFP_KERNEL_ACCOUNT);
	if (!unmapper)
		return false;
	file = anon_inode_getfile("[vfio_virtio]", &unmapper_fops, unmapper, 0);
	if (IS_ERR(file)) {
		kfree(unmapper);
		return false;
	}
	unmapper_add(unmapper, vv);
	/* The last reference: it is released on the way to user mode. */
	fput(file);
	return true;
}

/*
 * The current thread takes memory away. There is no way to tell it that this cannot be
 * noted, so it waits until it can. A kernel thread, which is iommufd's, is not noted for
 * long.
 */
void vv_unmap_call(struct vfio_virtio *vv)
{
	if (called_before(vv))
		return;
	while (!call(vv))
		msleep(RETRY_MS);
}

/* Whether the device must not pin. By who has its gate. */
bool vv_unmap_active(const struct vfio_virtio *vv)
{
	struct unmapper *unmapper;
	bool active = false;

	spin_lock(&unmap_lock);
	list_for_each_entry(unmapper, &unmappers, node)
		active |= unmapper->device == vv->number ||
			  (unmapper->stop && vv->opened > unmapper->since);
	spin_unlock(&unmap_lock);
	return active;
}
