// SPDX-License-Identifier: GPL-2.0
/*
 * Address space of an open vfio device: what its user has mapped, reached through the
 * vfio core.
 *
 * Buffers are copied by vfio_dma_rw(), which looks each address up and so never reaches
 * what was unmapped. It may wait for the user, hence the worker of its own.
 *
 * Areas of rings cannot be copied to, for a copy may put the two bytes of an index one
 * after the other. Their pages are pinned, and mapped in one piece. When the user unmaps
 * them the vfio core calls vv_as_unmap(), which waits for the worker's turn to end
 * and gives the pages back. Until it has seen that they are, nothing is pinned: see unmap.c.
 * For a while what was unmapped is not pinned anyway, so that a user who maps other memory
 * in its place does not break the device.
 *
 * @gate is held by the worker between begin and end, and by who takes pages away. @lock
 * is innermost.
 *
 * While the worker waits for its user, others wait for the worker: who resets the device
 * lets it go first. Who suspends it, or maps memory, cannot; should the user be killed,
 * which ends neither, the worker is let go a moment later by @watch.
 */
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mdev_ring.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "virtio.h"

/* How long what was unmapped is not pinned. */
#define QUARANTINE	HZ

/* How often is looked whether a worker that waits still has a user. */
#define WATCH		HZ

/* Most areas that are mapped at a time: three for each queue that there can be. */
#define AREAS_MAX	(3 * 1024)

/**
 * struct vv_area - a part of the user's memory that is mapped here
 * @node: in vv_as.areas
 * @iova: first byte, at a page boundary
 * @nr: pages
 * @perm: MDEV_AS_READ, MDEV_AS_WRITE
 * @va: where it is
 * @pages: the pages, pinned
 */
struct vv_area {
	struct list_head node;
	u64 iova;
	unsigned int nr;
	u32 perm;
	void *va;
	struct page *pages[] __counted_by(nr);
};

/**
 * struct mdev_as_fetch - a ring that waits until an area can be mapped
 * @node: in vv_as.waiting
 * @waiter: the ring
 */
struct mdev_as_fetch {
	struct list_head node;
	struct mdev_as_waiter *waiter;
};

/**
 * struct vv_as - the address space
 * @as: what the rings know
 * @vdev: the vfio device; open until vv_as_kill()
 * @mm: memory of who opened it; its struct is held
 * @user: the process that has used the device last
 * @user_lock: for @user
 * @foreign: the memory that is mapped is not of @mm
 * @closing: nothing is reached any more
 * @paused: nothing is reached at the moment
 * @busy: the worker is between begin and end
 * @watch: looks after a worker that is
 * @gate: see above
 * @areas: what is mapped
 * @nr_areas: how many
 * @first: what must not be pinned: from here
 * @last: to there
 * @until: in jiffies
 * @lock: for @waiting
 * @waiting: rings
 * @retry: tells them
 */
struct vv_as {
	struct mdev_as as;
	struct vfio_device *vdev;
	struct mm_struct *mm;
	struct pid *user;
	spinlock_t user_lock;	/* see above */
	bool foreign;
	bool closing;
	bool paused;
	bool busy;
	struct timer_list watch;
	struct mutex gate;	/* see above */
	struct list_head areas;
	unsigned int nr_areas;
	u64 first;
	u64 last;
	unsigned long until;
	spinlock_t lock;	/* see above */
	struct list_head waiting;
	struct delayed_work retry;
};

static struct vv_as *to_vv_as(struct mdev_as *as)
{
	return container_of(as, struct vv_as, as);
}

/*
 * What let the worker go before is taken back first: who closes or pauses says so, then
 * lets it go, so that the former is seen here or the latter is still to come.
 *
 * The timer is armed here, or finds the worker busy and arms itself again.
 */
static int begin(struct vv_as *vas)
{
	if (signal_pending(current))
		flush_signals(current);
	/* Pairs with let_go(). */
	smp_mb();
	if (READ_ONCE(vas->closing) || READ_ONCE(vas->paused))
		return -EAGAIN;
	WRITE_ONCE(vas->busy, true);
	/* Pairs with the timer, which is not pending when it looks at busy. */
	smp_mb();
	if (!timer_pending(&vas->watch))
		mod_timer(&vas->watch, jiffies + WATCH);
	return 0;
}

static int vv_as_begin(struct mdev_as *as)
{
	struct vv_as *vas = to_vv_as(as);
	int err;

	err = mdev_ring_worker_use_mm(as->worker, vas->foreign ? NULL : vas->mm);
	/* Who opened the device has ended, and somebody else has mapped memory. */
	if (err == -EFAULT) {
		vas->foreign = true;
		err = 0;
	}
	if (err)
		return err;
	mutex_lock(&vas->gate);
	if (!begin(vas))
		return 0;
	mutex_unlock(&vas->gate);
	return -EAGAIN;
}

static void vv_as_end(struct mdev_as *as)
{
	struct vv_as *vas = to_vv_as(as);

	WRITE_ONCE(vas->busy, false);
	mutex_unlock(&vas->gate);
}

/* The core wants to be in the memory that is mapped, or in none and go there itself. */
static int vv_as_access(struct mdev_as *as, u64 addr, void *copy, u32 len,
			bool write)
{
	struct vv_as *vas = to_vv_as(as);
	int err;

	err = vfio_dma_rw(vas->vdev, addr, copy, len, write);
	if (err && !vas->foreign && !fatal_signal_pending(current)) {
		mdev_ring_worker_use_mm(as->worker, NULL);
		err = vfio_dma_rw(vas->vdev, addr, copy, len, write);
		/* If that has not helped the next begin is there again. */
		vas->foreign = !err;
	}
	return err ? -EFAULT : 0;
}

/* Where it waits for the user it meets an error, after the flag that was set. */
static void let_go(struct vv_as *vas)
{
	/* Pairs with begin(). */
	smp_mb();
	mdev_ring_worker_kill(vas->as.worker);
}

/* A process that was killed lives on while it waits for the worker. */
static bool user_ends(struct vv_as *vas)
{
	struct task_struct *task;
	bool ends;

	rcu_read_lock();
	spin_lock(&vas->user_lock);
	task = pid_task(vas->user, PIDTYPE_TGID);
	ends = task && READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT;
	spin_unlock(&vas->user_lock);
	rcu_read_unlock();
	return ends;
}

/* By who uses the device, which somebody else may have opened. */
void vv_as_used(struct mdev_as *as)
{
	struct vv_as *vas = to_vv_as(as);
	struct pid *pid = task_tgid(current);

	if (READ_ONCE(vas->user) == pid)
		return;
	get_pid(pid);
	spin_lock_bh(&vas->user_lock);
	swap(vas->user, pid);
	spin_unlock_bh(&vas->user_lock);
	put_pid(pid);
}

static void vv_as_watch(struct timer_list *timer)
{
	struct vv_as *vas = from_timer(vas, timer, watch);

	/* Pairs with begin(). */
	smp_mb();
	if (!READ_ONCE(vas->busy))
		return;
	if (user_ends(vas))
		let_go(vas);
	mod_timer(timer, jiffies + WATCH);
}

static u64 area_last(const struct vv_area *area)
{
	return area->iova + (u64)area->nr * PAGE_SIZE - 1;
}

static void area_unpin(struct vv_as *vas, struct vv_area *area, unsigned int nr)
{
	unsigned int part, done;

	for (done = 0; done < nr; done += part) {
		part = min_t(unsigned int, nr - done,
			     VFIO_PIN_PAGES_MAX_ENTRIES);
		vfio_unpin_pages(vas->vdev,
				 area->iova + (u64)done * PAGE_SIZE, part);
	}
}

static int area_pin(struct vv_as *vas, struct vv_area *area)
{
	int prot = IOMMU_READ | (area->perm & MDEV_AS_WRITE ? IOMMU_WRITE : 0);
	unsigned int part, done;
	int ret;

	for (done = 0; done < area->nr; done += part) {
		part = min_t(unsigned int, area->nr - done,
			     VFIO_PIN_PAGES_MAX_ENTRIES);
		ret = vfio_pin_pages(vas->vdev,
				     area->iova + (u64)done * PAGE_SIZE, part,
				     prot, area->pages + done);
		if (ret != part) {
			if (ret > 0)
				vfio_unpin_pages(vas->vdev, area->iova +
						 (u64)done * PAGE_SIZE, ret);
			area_unpin(vas, area, done);
			return -EFAULT;
		}
	}
	return 0;
}

static struct vv_area *area_map(struct vv_as *vas, u64 addr, u32 len, u32 perm)
{
	u64 first = round_down(addr, PAGE_SIZE);
	unsigned int nr = PFN_UP(addr + len - first);
	struct vv_area *area;
	int err;

	area = kvzalloc(struct_size(area, pages, nr), GFP_KERNEL_ACCOUNT);
	if (!area)
		return ERR_PTR(-ENOMEM);
	area->nr = nr;
	area->iova = first;
	area->perm = perm;
	err = area_pin(vas, area);
	if (err)
		goto free;
	area->va = vmap(area->pages, nr, VM_MAP, PAGE_KERNEL);
	if (!area->va) {
		err = -ENOMEM;
		goto unpin;
	}
	return area;

unpin:
	area_unpin(vas, area, nr);
free:
	kvfree(area);
	return ERR_PTR(err);
}

/* Nobody is using it any more. */
static void area_free(struct vv_as *vas, struct vv_area *area)
{
	list_del(&area->node);
	vas->nr_areas--;
	vunmap(area->va);
	area_unpin(vas, area, area->nr);
	kvfree(area);
}

/* What the rings have looked up is not valid any more. */
static void vv_as_moved(struct vv_as *vas)
{
	/* Pairs with the acquire of who maps an area. */
	smp_store_release(&vas->as.seq, vas->as.seq + 1);
}

static bool quarantined(const struct vv_as *vas, u64 addr, u32 len)
{
	return time_before(jiffies, vas->until) && addr <= vas->last &&
	       addr + (len - 1) >= vas->first;
}

static struct vv_area *area_find(const struct vv_as *vas, u64 addr, u32 len,
				 u32 perm)
{
	struct vv_area *area;

	list_for_each_entry(area, &vas->areas, node) {
		if (addr >= area->iova && addr + (len - 1) <= area_last(area) &&
		    (area->perm & perm) == perm)
			return area;
	}
	return NULL;
}

static int vv_as_map_area(struct mdev_as *as, u64 addr, u32 len, u32 perm,
			  void **va)
{
	struct vv_as *vas = to_vv_as(as);
	struct vv_area *area;

	area = area_find(vas, addr, len, perm);
	if (!area) {
		if (quarantined(vas, addr, len) ||
		    vv_unmap_active(to_vv(vas->vdev)))
			return -EAGAIN;
		if (vas->nr_areas == AREAS_MAX)
			return -ENOSPC;
		area = area_map(vas, addr, len, perm);
		if (IS_ERR(area))
			return PTR_ERR(area);
		list_add(&area->node, &vas->areas);
		vas->nr_areas++;
	}
	*va = area->va + (addr - area->iova);
	return 0;
}

/* Rings that wait. */

static void vv_as_retry(struct work_struct *work)
{
	struct vv_as *vas = container_of(to_delayed_work(work), struct vv_as,
					 retry);
	struct mdev_as_fetch *fetch, *next;

	spin_lock(&vas->lock);
	list_for_each_entry_safe(fetch, next, &vas->waiting, node) {
		list_del(&fetch->node);
		fetch->waiter->fetch = NULL;
		fetch->waiter->done(fetch->waiter, 0);
		kfree(fetch);
	}
	spin_unlock(&vas->lock);
}

static void vv_as_fetch(struct mdev_as *as, struct mdev_as_waiter *waiter,
			const struct iovec *pieces, unsigned int nr, bool write)
{
	struct vv_as *vas = to_vv_as(as);
	struct mdev_as_fetch *fetch;

	fetch = kmalloc(sizeof(*fetch), GFP_KERNEL_ACCOUNT);
	if (!fetch) {
		waiter->done(waiter, -ENOMEM);
		return;
	}
	fetch->waiter = waiter;
	spin_lock(&vas->lock);
	waiter->fetch = fetch;
	list_add_tail(&fetch->node, &vas->waiting);
	spin_unlock(&vas->lock);
	queue_delayed_work(system_wq, &vas->retry, QUARANTINE);
}

static void vv_as_forget(struct mdev_as *as, struct mdev_as_waiter *waiter)
{
	struct vv_as *vas = to_vv_as(as);
	struct mdev_as_fetch *fetch;

	spin_lock(&vas->lock);
	fetch = waiter->fetch;
	waiter->fetch = NULL;
	if (fetch)
		list_del(&fetch->node);
	spin_unlock(&vas->lock);
	kfree(fetch);
}

static void vv_as_release(struct mdev_as *as)
{
	struct vv_as *vas = to_vv_as(as);

	WARN_ON_ONCE(!list_empty(&vas->areas));
	cancel_delayed_work_sync(&vas->retry);
	timer_shutdown_sync(&vas->watch);
	mdev_ring_worker_end(as->worker);
	put_pid(vas->user);
	mmdrop(vas->mm);
	mutex_destroy(&vas->gate);
	kfree(vas);
}

static const struct mdev_as_ops vv_as_ops = {
	.begin = vv_as_begin,
	.end = vv_as_end,
	.map_area = vv_as_map_area,
	.access = vv_as_access,
	.fetch = vv_as_fetch,
	.forget = vv_as_forget,
	.release = vv_as_release,
};

/* Of a device that is being opened, by the process that does. Or an ERR_PTR. */
struct mdev_as *vv_as_create(struct vfio_device *vdev)
{
	struct mdev_ring_worker *worker;
	struct vv_as *vas;

	vas = kzalloc(sizeof(*vas), GFP_KERNEL_ACCOUNT);
	if (!vas)
		return ERR_PTR(-ENOMEM);
	worker = mdev_ring_worker_create("vfio_virtio");
	if (IS_ERR(worker)) {
		kfree(vas);
		return ERR_CAST(worker);
	}
	mdev_as_init(&vas->as, &vv_as_ops);
	vas->as.remote = true;
	vas->as.worker = worker;
	vas->vdev = vdev;
	vas->mm = current->mm;
	mmgrab(vas->mm);
	vas->user = get_task_pid(current, PIDTYPE_TGID);
	spin_lock_init(&vas->user_lock);
	timer_setup(&vas->watch, vv_as_watch, 0);
	mutex_init(&vas->gate);
	INIT_LIST_HEAD(&vas->areas);
	vas->until = jiffies;
	spin_lock_init(&vas->lock);
	INIT_LIST_HEAD(&vas->waiting);
	INIT_DELAYED_WORK(&vas->retry, vv_as_retry);
	return &vas->as;
}

/* Rings have been reset: what is mapped is mapped anew when one that runs needs it. */
void vv_as_forget_areas(struct mdev_as *as)
{
	struct vv_as *vas = to_vv_as(as);
	struct vv_area *area, *next;

	mutex_lock(&vas->gate);
	vv_as_moved(vas);
	list_for_each_entry_safe(area, next, &vas->areas, node)
		area_free(vas, area);
	mutex_unlock(&vas->gate);
}

/* The user takes memory away, and waits here until it is not touched any more. */
void vv_as_unmap(struct mdev_as *as, u64 iova, u64 len)
{
	struct vv_as *vas = to_vv_as(as);
	struct vv_area *area, *next;
	u64 last = iova + (len - 1);

	mutex_lock(&vas->gate);
	if (time_after_eq(jiffies, vas->until)) {
		vas->first = iova;
		vas->last = last;
	} else {
		vas->first = min(vas->first, iova);
		vas->last = max(vas->last, last);
	}
	vas->until = jiffies + QUARANTINE;
	vv_as_moved(vas);
	list_for_each_entry_safe(area, next, &vas->areas, node) {
		if (area->iova <= last && area_last(area) >= iova)
			area_free(vas, area);
	}
	mutex_unlock(&vas->gate);
}

/* Until this is taken back nobody waits for the user, and no queue gets on. */
void vv_as_pause(struct mdev_as *as, bool pause)
{
	struct vv_as *vas = to_vv_as(as);

	WRITE_ONCE(vas->paused, pause);
	if (pause)
		let_go(vas);
}

/*
 * The device is being closed. Who waits for the user gives up, and nobody begins again:
 * the rings are reset next.
 */
void vv_as_kill(struct mdev_as *as)
{
	struct vv_as *vas = to_vv_as(as);

	WRITE_ONCE(vas->closing, true);
	let_go(vas);
}
