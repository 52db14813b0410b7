// SPDX-License-Identifier: GPL-2.0
/*
 * User address space: the addresses in the rings lead to memory of a process,
 * by a table that it fills in itself.
 *
 * The table is a maple tree of byte ranges. An entry is the distance between
 * address and user address, in pages, and the permissions: so a range can be cut
 * anywhere without touching its entry, and neighbours with equal entries are
 * one range. Look-ups run under RCU.
 *
 * Workers are shared, so they touch the memory with page faults disabled. What
 * turns out to be missing is brought in by a thread of this address space alone,
 * which may take as long as the owner of the memory likes (userfaultfd, FUSE, a
 * dead NFS server). It is made on demand and goes when it has nothing to do.
 *
 * Locks: @gate is held for reading while a worker is between begin and end, and
 * for writing to wait until all of them have seen a change of the table. A worker
 * does not wait for it, so whatever it holds or takes meanwhile has no order.
 * @fetch_lock guards the fetches and the thread's pointer; it is innermost.
 */
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/maple_tree.h>
#include <linux/mdev_as.h>
#include <linux/mdev_ring.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "cpus.h"
#include "owner.h"
#include "worker.h"

/* How long the thread stays when it has nothing to do. */
#define FETCH_IDLE	HZ
/* After how many fetches it is charged to the owner. */
#define FETCH_MANY	8

/**
 * struct mdev_as_fetch - pieces of memory that a ring waits for
 * @node: in user_as.fetches until the thread takes it out
 * @waiter: whom to tell, NULL if nobody cares any more; under fetch_lock
 * @write: the pieces will be written
 * @nr: number of pieces
 * @piece: the pieces
 */
struct mdev_as_fetch {
	struct list_head node;
	struct mdev_as_waiter *waiter;
	bool write;
	unsigned int nr;
	struct iovec piece[] __counted_by(nr);
};

/**
 * struct user_as - an address space of user memory
 * @as: what the rings know
 * @mm: the process's memory; its struct is held, the memory itself is not
 * @maps: the table
 * @map_lock: for those who change the table
 * @gate: see above
 * @fetch_lock: see above
 * @fetches: wait for the thread
 * @thread: brings pieces in, NULL if there is none
 * @dead: nothing is brought in any more
 * @wait: where the thread waits for fetches
 */
struct user_as {
	struct mdev_as as;
	struct mm_struct *mm;
	struct maple_tree maps;
	struct mutex map_lock;		/* the tree's */
	struct rw_semaphore gate;
	spinlock_t fetch_lock;		/* see above */
	struct list_head fetches;
	struct task_struct *thread;
	bool dead;
	wait_queue_head_t wait;
};

static struct user_as *to_user_as(struct mdev_as *as)
{
	return container_of(as, struct user_as, as);
}

/*
 * Entries. Both addresses have the same offset in their page, so the distance
 * is a number of pages, modulo those that a pointer can tell apart: with the
 * permission it fits into an entry on any machine.
 */

#define ENTRY_PERM_BITS	2
#define ENTRY_PERM	(MDEV_AS_READ | MDEV_AS_WRITE)
#define ENTRY_PAGES	(ULONG_MAX >> PAGE_SHIFT)

static void *entry_make(u64 start, u64 va, u32 perm)
{
	unsigned long pages = ((va - start) >> PAGE_SHIFT) & ENTRY_PAGES;

	return xa_mk_value(pages << ENTRY_PERM_BITS | perm);
}

static u32 entry_perm(void *entry)
{
	return xa_to_value(entry) & ENTRY_PERM;
}

static void *entry_va(void *entry, u64 addr)
{
	u64 pages = xa_to_value(entry) >> ENTRY_PERM_BITS;

	return (void *)(unsigned long)(addr + (pages << PAGE_SHIFT));
}

static int user_translate(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			  struct mdev_as_range *range)
{
	MA_STATE(mas, &to_user_as(as)->maps, addr, addr);
	void *entry;

	/*
	 * Pairs with the release in user_changed(): with the new sequence
	 * number comes the new table. With the old one, what is found may be
	 * old, but is stale as soon as that has moved on.
	 */
	range->seq = smp_load_acquire(&as->seq);
	if (addr > ULONG_MAX)
		return -EFAULT;
	rcu_read_lock();
	entry = mas_walk(&mas);
	rcu_read_unlock();
	if (!entry)
		return -EFAULT;
	range->start = mas.index;
	range->last = mas.last;
	range->perm = entry_perm(entry);
	range->va = entry_va(entry, mas.index);
	return 0;
}

/* Nobody who has looked before uses what was found when this returns. */
static void user_changed(struct user_as *user)
{
	down_write(&user->gate);
	/* Pairs with the acquire in user_translate(). */
	smp_store_release(&user->as.seq, user->as.seq + 1);
	up_write(&user->gate);
}

/*
 * A table of many pieces is what a consumer makes that maps page by page. Pieces
 * that continue each other become one, so that rings ask less often.
 */
static void user_merge(struct ma_state *mas, void *entry)
{
	unsigned long first = mas->index;
	unsigned long last = mas->last;

	if (first) {
		mas_set(mas, first - 1);
		if (mas_walk(mas) == entry)
			first = mas->index;
	}
	if (last < ULONG_MAX) {
		mas_set(mas, last + 1);
		if (mas_walk(mas) == entry)
			last = mas->last;
	}
	mas_set_range(mas, first, last);
}

/*
 * What limits the table is that its memory is charged to who makes it. An ordinary
 * store would take memory from where it comes without waiting, and charge nobody.
 */
static int user_store(struct ma_state *mas, void *entry)
{
	int err;

	err = mas_preallocate(mas, entry, GFP_KERNEL_ACCOUNT);
	if (!err)
		mas_store_prealloc(mas, entry);
	return err;
}

static int user_insert(struct user_as *user, unsigned long first,
		       unsigned long last, void *entry)
{
	MA_STATE(mas, &user->maps, first, first);
	int err = -EEXIST;

	mutex_lock(&user->map_lock);
	if (!mas_find(&mas, last)) {
		mas_set_range(&mas, first, last);
		user_merge(&mas, entry);
		err = user_store(&mas, entry);
	}
	mutex_unlock(&user->map_lock);
	return err;
}

static bool range_valid(u64 start, u64 size)
{
	return size && size - 1 <= U64_MAX - start &&
	       start + (size - 1) <= ULONG_MAX;
}

/**
 * mdev_as_user_map - make memory of the process reachable
 * @as: from mdev_as_user_create()
 * @start: first address in the address space
 * @size: bytes
 * @va: user address of the first byte, with the same offset in its page
 * @perm: MDEV_AS_READ, MDEV_AS_WRITE or both
 *
 * The memory need not be there: it is looked for when it is used. Nothing is
 * pinned. May sleep; the caller is the process or acts for it, so that the
 * table's memory is charged to the right cgroup.
 *
 * Return: 0, -EINVAL for a size of 0, a range that wraps, a bad @perm or an
 * offset that differs, -EFAULT if the user addresses are not the process's to
 * use, -EEXIST if a part of the range is mapped already, -ENOMEM. On failure the
 * table is as it was.
 */
int mdev_as_user_map(struct mdev_as *as, u64 start, u64 size, u64 va, u32 perm)
{
	if (!range_valid(start, size) || size - 1 > U64_MAX - va)
		return -EINVAL;
	if (!perm || perm & ~ENTRY_PERM || offset_in_page(start ^ va))
		return -EINVAL;
	if (va > ULONG_MAX || size > ULONG_MAX ||
	    !access_ok((void __user *)(unsigned long)va, size))
		return -EFAULT;
	return user_insert(to_user_as(as), start, start + (size - 1),
			   entry_make(start, va, perm));
}
EXPORT_SYMBOL_GPL(mdev_as_user_map);

/**
 * mdev_as_user_unmap - take memory away
 * @as: from mdev_as_user_create()
 * @start: first address
 * @size: bytes; what is mapped around the range stays
 *
 * When it returns nothing in the range is touched through this address space
 * any more. Waits for workers that are touching it, which is bounded; they do not
 * wait for memory. May sleep.
 *
 * Return: 0, also when nothing was mapped there, -EINVAL for a size of 0 or a
 * range that wraps, -ENOMEM. On failure the table is as it was.
 */
int mdev_as_user_unmap(struct mdev_as *as, u64 start, u64 size)
{
	MA_STATE(mas, &to_user_as(as)->maps, start, start + (size - 1));
	struct user_as *user = to_user_as(as);
	int err;

	if (!range_valid(start, size))
		return -EINVAL;
	mutex_lock(&user->map_lock);
	err = user_store(&mas, NULL);
	mutex_unlock(&user->map_lock);
	if (!err)
		user_changed(user);
	return err;
}
EXPORT_SYMBOL_GPL(mdev_as_user_unmap);

static int user_begin(struct mdev_as *as)
{
	struct user_as *user = to_user_as(as);
	int err;

	err = worker_use_mm(user->mm);
	if (err)
		return err;
	/*
	 * Never waits: behind a writer that waits for another worker, which
	 * may want the lock that the caller holds.
	 */
	if (!down_read_trylock(&user->gate))
		return -EAGAIN;
	pagefault_disable();
	return 0;
}

static void user_end(struct mdev_as *as)
{
	pagefault_enable();
	up_read(&to_user_as(as)->gate);
}

/* Bringing memory in. */

/*
 * By the access that was missed, as near as can be: what is read is read here
 * too. What is written must not change, so its pages are only made writable.
 */
static int fetch_piece(const struct iovec *piece, bool write)
{
	size_t missing;

	if (write)
		missing = fault_in_safe_writeable(piece->iov_base,
						  piece->iov_len);
	else
		missing = fault_in_readable(piece->iov_base, piece->iov_len);
	return missing ? -EFAULT : 0;
}

static int fetch_pieces(struct user_as *user, const struct mdev_as_fetch *fetch)
{
	unsigned int i;
	int err = 0;

	if (!mmget_not_zero(user->mm))
		return -EFAULT;
	kthread_use_mm(user->mm);
	for (i = 0; i < fetch->nr && !err; i++)
		err = fetch_piece(&fetch->piece[i], fetch->write);
	kthread_unuse_mm(user->mm);
	mmput_async(user->mm);
	return err;
}

static void fetch_done(struct user_as *user, struct mdev_as_fetch *fetch,
		       int err)
{
	struct mdev_as_waiter *waiter;

	spin_lock(&user->fetch_lock);
	waiter = fetch->waiter;
	if (waiter) {
		waiter->fetch = NULL;
		waiter->done(waiter, err);
	}
	spin_unlock(&user->fetch_lock);
	kfree(fetch);
}

static struct mdev_as_fetch *fetch_take(struct user_as *user)
{
	struct mdev_as_fetch *fetch;

	fetch = list_first_entry_or_null(&user->fetches, struct mdev_as_fetch,
					 node);
	if (fetch)
		list_del_init(&fetch->node);
	return fetch;
}

/* The next fetch, or NULL if there was none for a while: then the thread ends. */
static struct mdev_as_fetch *fetch_wait(struct user_as *user)
{
	struct mdev_as_fetch *fetch;

	wait_event_idle_timeout(user->wait,
				!list_empty_careful(&user->fetches) ||
				READ_ONCE(user->dead), FETCH_IDLE);
	spin_lock(&user->fetch_lock);
	fetch = fetch_take(user);
	if (!fetch)
		user->thread = NULL;
	spin_unlock(&user->fetch_lock);
	return fetch;
}

/*
 * Entering a cgroup takes longer than most fetches, so there must be some first. Where
 * it fails nobody is charged.
 */
static void fetch_charge(struct user_as *user, unsigned int fetches)
{
	if (user->as.owner && fetches == FETCH_MANY)
		owner_enter(user->as.owner);
}

static void fetch_confine(const struct user_as *user)
{
	const struct cpumask *cpus = mdev_ring_owner_cpus(user->as.owner);

	if (cpus)
		ring_confine(cpus);
}

/*
 * Holds a reference to the address space, and to the module until its last
 * instruction. Nobody else touches the task once its pointer is NULL.
 */
static int fetch_thread(void *data)
{
	struct user_as *user = data;
	struct mdev_as_fetch *fetch;
	unsigned int fetches = 0;

	/* See mdev_as_user_kill(). */
	allow_signal(SIGKILL);
	while ((fetch = fetch_wait(user))) {
		fetch_confine(user);
		fetch_done(user, fetch, fetch_pieces(user, fetch));
		fetch_charge(user, ++fetches);
	}
	mdev_as_put(&user->as);
	module_put_and_kthread_exit(0);
}

static int fetch_start(struct user_as *user)
{
	struct task_struct *thread;

	thread = kthread_create(fetch_thread, user, "mdev_fetch");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	spin_lock(&user->fetch_lock);
	if (user->thread || user->dead) {
		spin_unlock(&user->fetch_lock);
		/* It has not run, so it ends without calling its function. */
		kthread_stop(thread);
		return 0;
	}
	__module_get(THIS_MODULE);
	mdev_as_get(&user->as);
	user->thread = thread;
	spin_unlock(&user->fetch_lock);
	wake_up_process(thread);
	return 0;
}

static struct mdev_as_fetch *fetch_alloc(struct user_as *user,
					 const struct iovec *pieces,
					 unsigned int nr, bool write)
{
	struct mem_cgroup *memcg, *old;
	struct mdev_as_fetch *fetch;

	/*
	 * The process pays, not the worker that needs its memory. If it has none left
	 * the worker does not wait for it: there is one of these for each ring.
	 */
	memcg = get_mem_cgroup_from_mm(user->mm);
	old = set_active_memcg(memcg);
	fetch = kmalloc(struct_size(fetch, piece, nr),
			GFP_NOWAIT | __GFP_ACCOUNT | __GFP_NOWARN);
	set_active_memcg(old);
	mem_cgroup_put(memcg);
	if (!fetch)
		fetch = kmalloc(struct_size(fetch, piece, nr), GFP_KERNEL);
	if (!fetch)
		return NULL;
	fetch->nr = nr;
	fetch->write = write;
	memcpy(fetch->piece, pieces, nr * sizeof(*pieces));
	return fetch;
}

/* Returns false if there is no thread that would see it. */
static bool fetch_add(struct user_as *user, struct mdev_as_fetch *fetch,
		      struct mdev_as_waiter *waiter)
{
	bool thread;

	spin_lock(&user->fetch_lock);
	fetch->waiter = waiter;
	waiter->fetch = fetch;
	list_add_tail(&fetch->node, &user->fetches);
	thread = user->thread || user->dead;
	spin_unlock(&user->fetch_lock);
	wake_up(&user->wait);
	return thread;
}

/* No thread could be made. One that another ring has made sees to it all the same. */
static void fetch_fail(struct user_as *user, struct mdev_as_waiter *waiter,
		       int err)
{
	struct mdev_as_fetch *fetch;

	spin_lock(&user->fetch_lock);
	fetch = user->thread ? NULL : waiter->fetch;
	if (fetch)
		list_del_init(&fetch->node);
	spin_unlock(&user->fetch_lock);
	if (fetch)
		fetch_done(user, fetch, err);
}

static void user_fetch(struct mdev_as *as, struct mdev_as_waiter *waiter,
		       const struct iovec *pieces, unsigned int nr, bool write)
{
	struct user_as *user = to_user_as(as);
	struct mdev_as_fetch *fetch;
	int err;

	fetch = fetch_alloc(user, pieces, nr, write);
	if (!fetch) {
		waiter->done(waiter, -ENOMEM);
		return;
	}
	if (fetch_add(user, fetch, waiter))
		return;
	err = fetch_start(user);
	if (err)
		fetch_fail(user, waiter, err);
}

/* What the thread works on is left to it, without the waiter. */
static void user_forget(struct mdev_as *as, struct mdev_as_waiter *waiter)
{
	struct user_as *user = to_user_as(as);
	struct mdev_as_fetch *fetch;

	spin_lock(&user->fetch_lock);
	fetch = waiter->fetch;
	waiter->fetch = NULL;
	if (fetch) {
		fetch->waiter = NULL;
		if (list_empty(&fetch->node))
			fetch = NULL;
		else
			list_del(&fetch->node);
	}
	spin_unlock(&user->fetch_lock);
	kfree(fetch);
}

/**
 * mdev_as_user_kill - no memory is wanted any more
 * @as: from mdev_as_user_create()
 *
 * Rings have been taken off the address space, or will be before they run again.
 * If its thread is waiting for memory, it is told to give up. Where the wait cannot
 * be ended (a FUSE server that has the request), the thread keeps the address space
 * and this module until it is; nobody waits for it. Process context, does not
 * sleep.
 */
void mdev_as_user_kill(struct mdev_as *as)
{
	struct user_as *user = to_user_as(as);

	spin_lock(&user->fetch_lock);
	WRITE_ONCE(user->dead, true);
	/* It is there until it has cleared the pointer under the lock. */
	if (user->thread)
		send_sig(SIGKILL, user->thread, 1);
	spin_unlock(&user->fetch_lock);
	wake_up(&user->wait);
}
EXPORT_SYMBOL_GPL(mdev_as_user_kill);

/* No ring is left, and none of the thread: both hold references. */
static void user_release(struct mdev_as *as)
{
	struct user_as *user = to_user_as(as);

	WARN_ON_ONCE(!list_empty(&user->fetches));
	mutex_lock(&user->map_lock);
	__mt_destroy(&user->maps);
	mutex_unlock(&user->map_lock);
	mmdrop(user->mm);
	mdev_ring_owner_put(user->as.owner);
	mutex_destroy(&user->map_lock);
	kfree(user);
}

static const struct mdev_as_ops user_ops = {
	.translate = user_translate,
	.begin = user_begin,
	.end = user_end,
	.fetch = user_fetch,
	.forget = user_forget,
	.release = user_release,
};

/**
 * mdev_as_user_create - address space of user memory
 * @mm: memory of the process; its struct is held until the address space is
 *	released, the memory itself goes with the process
 *
 * Nothing is mapped in it. What is done for its rings is charged to the cgroup of the
 * current process. Process context, may sleep.
 *
 * Return: the address space with one reference, which the caller drops by
 * mdev_as_put() after mdev_as_user_kill(), or ERR_PTR(-ENOMEM).
 */
struct mdev_as *mdev_as_user_create(struct mm_struct *mm)
{
	struct mdev_ring_owner *owner = mdev_ring_owner_get(NULL);
	struct user_as *user;

	if (IS_ERR(owner))
		return ERR_CAST(owner);
	user = kzalloc(sizeof(*user), GFP_KERNEL_ACCOUNT);
	if (!user) {
		mdev_ring_owner_put(owner);
		return ERR_PTR(-ENOMEM);
	}
	mdev_as_init(&user->as, &user_ops);
	user->as.user = true;
	user->as.owner = owner;
	mmgrab(mm);
	user->mm = mm;
	/*
	 * Of the two kinds of nodes those for allocation, although nothing is
	 * allocated: of the others the kernel takes what stands in the last slot,
	 * when it frees a large table, for a node, even if that is none.
	 */
	mutex_init(&user->map_lock);
	mt_init_flags(&user->maps, MT_FLAGS_USE_RCU | MT_FLAGS_ALLOC_RANGE |
				   MT_FLAGS_LOCK_EXTERN);
	mt_set_external_lock(&user->maps, &user->map_lock);
	init_rwsem(&user->gate);
	spin_lock_init(&user->fetch_lock);
	INIT_LIST_HEAD(&user->fetches);
	init_waitqueue_head(&user->wait);
	return &user->as;
}
EXPORT_SYMBOL_GPL(mdev_as_user_create);
