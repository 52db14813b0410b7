// SPDX-License-Identifier: GPL-2.0
/*
 * Owners: cgroups that the work for their slices is charged to.
 *
 * An owner has threads in its cgroup, at most one for each CPU number that works
 * prefer. They are bound to no CPU: the scheduler and the cgroup's cpuset say where
 * they run. There is one only while there is much to do: the workers of the CPUs
 * run the works first, and count their turns; when there have been many in a short
 * time, a thread is made and takes over. So a kick makes nothing and waits for
 * nothing, and what cannot be charged (the cgroup is gone, there is no memory for
 * a thread) is done all the same.
 *
 * A cgroup with threads cannot be removed, nor does its manager see it empty. Therefore
 * they go when nobody lives there but they, and none is made before somebody does. They
 * also go when they have had nothing to do for a while, which is long: to make one holds up
 * every fork and exit of the system for a moment (cgroup_threadgroup_rwsem).
 *
 * Threads are made and ended by one work item of the owner, @tend, or when nothing
 * is left of the owner but the caller. So the slots have one writer at a time. They
 * are read under RCU:
 *
 * - A thread is in its slot from when it can run works. It is taken out, then, after
 *   a grace period, stopped: whoever found it there has added to its list
 *   before, and it empties its list before it ends.
 * - The owner is found through works and address spaces, which hold it, or their
 *   holders do, and stop pointing to it before they let go. After a grace period
 *   nobody has it in hand who does not hold it, so @tend is not queued any more,
 *   by anyone but itself; then it is cancelled, which waits for it, and what is in the
 *   slots is stopped.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/mdev_ring.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "cgroup.h"
#include "owner.h"
#include "worker.h"

/* So many turns in such a time are worth a thread. */
#define MANY_TURNS	8
#define MANY_WITHIN	(HZ / 10)
/* How long a thread stays when it has nothing to do. */
#define THREAD_IDLE	(10 * HZ)
/* How often threads are looked after. */
#define THREAD_TEND	HZ
/* After a thread could not be made, or should not. */
#define THREAD_RETRY	(10 * HZ)

/**
 * struct owner_slot - place for a thread
 * @worker: the thread, or NULL
 * @turns: done by workers of CPUs since @since, a hint
 * @since: jiffies
 * @wanted: a thread is worth it
 * @seen: turns of @worker when it was last looked at
 * @active: when they had changed, in jiffies
 */
struct owner_slot {
	struct mdev_ring_worker __rcu *worker;
	atomic_t turns;
	unsigned long since;
	bool wanted;
	unsigned int seen;
	unsigned long active;
};

/**
 * struct mdev_ring_owner - a cgroup in whose name there are works
 * @refs: references
 * @node: in owners
 * @cgroup: number of the cgroup
 * @tend: makes the threads that are wanted, ends those that are idle
 * @resting: no thread is wanted, for a short while ago none could be made, or nobody was
 *	there to be charged
 * @slots: nr_cpu_ids of them
 */
struct mdev_ring_owner {
	struct kref refs;
	struct hlist_node node;
	u64 cgroup;
	struct delayed_work tend;
	bool resting;
	struct owner_slot slots[];
};

/* By number of the cgroup, under the lock. */
static DEFINE_HASHTABLE(owners, 8);
static DEFINE_MUTEX(owners_lock);

static struct owner_slot *owner_slot(struct mdev_ring_owner *owner,
				     unsigned int cpu)
{
	return &owner->slots[cpu < nr_cpu_ids ? cpu : 0];
}

/* The thread for works that prefer a CPU, or NULL. Under RCU. */
struct mdev_ring_worker *owner_worker(struct mdev_ring_owner *owner,
				      unsigned int cpu)
{
	return rcu_dereference(owner_slot(owner, cpu)->worker);
}

/* The worker of a CPU has done a turn for the owner. Under RCU. */
void owner_note_turn(struct mdev_ring_owner *owner, unsigned int cpu)
{
	struct owner_slot *slot = owner_slot(owner, cpu);

	if (READ_ONCE(owner->resting))
		return;
	if (time_after(jiffies, READ_ONCE(slot->since) + MANY_WITHIN)) {
		WRITE_ONCE(slot->since, jiffies);
		atomic_set(&slot->turns, 0);
	}
	if (atomic_inc_return(&slot->turns) < MANY_TURNS)
		return;
	atomic_set(&slot->turns, 0);
	WRITE_ONCE(slot->wanted, true);
	mod_delayed_work(system_unbound_wq, &owner->tend, 0);
}

/* The current thread of the kernel works for the owner from now on. */
int owner_enter(const struct mdev_ring_owner *owner)
{
	return ring_cgroup_enter(owner->cgroup);
}

static struct mdev_ring_worker *slot_worker(const struct owner_slot *slot)
{
	/* The caller is the only one that writes. */
	return rcu_dereference_protected(slot->worker, true);
}

static int slot_start(struct mdev_ring_owner *owner, struct owner_slot *slot)
{
	struct mdev_ring_worker *worker;

	worker = worker_start(owner, slot - owner->slots);
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	slot->seen = worker_turns(worker);
	slot->active = jiffies;
	rcu_assign_pointer(slot->worker, worker);
	return 0;
}

static bool slot_idle(struct owner_slot *slot)
{
	unsigned int turns = worker_turns(slot_worker(slot));

	if (slot->seen == turns)
		return time_after_eq(jiffies, slot->active + THREAD_IDLE);
	slot->seen = turns;
	slot->active = jiffies;
	return false;
}

/* Taken out, and yet to be stopped after a grace period. */
static void slot_clear(struct owner_slot *slot, struct llist_head *ending)
{
	struct mdev_ring_worker *worker = slot_worker(slot);

	RCU_INIT_POINTER(slot->worker, NULL);
	worker_leave(worker, ending);
}

/* Returns whether there is a thread, or the errno of making it. */
static int slot_tend(struct mdev_ring_owner *owner, struct owner_slot *slot,
		     bool deserted, struct llist_head *ending)
{
	bool wanted = xchg(&slot->wanted, false);

	if (!slot_worker(slot)) {
		if (!wanted)
			return 0;
		return deserted ? -ESRCH : slot_start(owner, slot) ?: 1;
	}
	if (!deserted && !slot_idle(slot))
		return 1;
	slot_clear(slot, ending);
	return 0;
}

/* Nobody lives in the cgroup but our threads. If that cannot be said they stay. */
static bool owner_deserted(const struct mdev_ring_owner *owner)
{
	unsigned int i, nr = 0;

	for (i = 0; i < nr_cpu_ids; i++)
		nr += !!slot_worker(&owner->slots[i]);
	return !ring_cgroup_has_more(owner->cgroup, nr);
}

static void stop_workers(struct llist_head *ending)
{
	if (llist_empty(ending))
		return;
	synchronize_rcu();
	workers_stop(ending);
}

static void owner_tend(struct work_struct *work)
{
	struct mdev_ring_owner *owner = container_of(to_delayed_work(work),
						     struct mdev_ring_owner,
						     tend);
	bool deserted = owner_deserted(owner);
	LLIST_HEAD(ending);
	bool failed = false;
	bool some = false;
	unsigned int i;
	int ret;

	for (i = 0; i < nr_cpu_ids; i++) {
		ret = slot_tend(owner, &owner->slots[i], deserted, &ending);
		failed |= ret < 0;
		some |= ret > 0;
	}
	WRITE_ONCE(owner->resting, failed);
	stop_workers(&ending);
	if (failed || some)
		queue_delayed_work(system_unbound_wq, &owner->tend,
				   failed ? THREAD_RETRY : THREAD_TEND);
}

/* With a reference, or NULL. */
static struct mdev_ring_owner *owner_find(u64 cgroup)
{
	struct mdev_ring_owner *owner;

	lockdep_assert_held(&owners_lock);
	hash_for_each_possible(owners, owner, node, cgroup) {
		if (owner->cgroup == cgroup) {
			kref_get(&owner->refs);
			return owner;
		}
	}
	return NULL;
}

/* The one that was first: somebody may have been meanwhile. */
static struct mdev_ring_owner *owner_add(struct mdev_ring_owner *owner)
{
	struct mdev_ring_owner *other;

	mutex_lock(&owners_lock);
	other = owner_find(owner->cgroup);
	if (!other)
		hash_add(owners, &owner->node, owner->cgroup);
	mutex_unlock(&owners_lock);
	if (!other)
		return owner;
	kfree(owner);
	return other;
}

static struct mdev_ring_owner *owner_alloc(u64 cgroup)
{
	struct mdev_ring_owner *owner;

	owner = kzalloc(struct_size(owner, slots, nr_cpu_ids),
			GFP_KERNEL_ACCOUNT);
	if (!owner)
		return NULL;
	kref_init(&owner->refs);
	owner->cgroup = cgroup;
	INIT_DELAYED_WORK(&owner->tend, owner_tend);
	return owner;
}

/**
 * mdev_ring_owner_get - whom work for the current process is charged to
 *
 * That is the cgroup (version 2) of the process at this moment. It is not followed to
 * another one, and stays the one that is charged when it has ended, as long as anybody
 * lives in the cgroup; after that nobody is charged, and nothing keeps the cgroup from being
 * removed. Process context, may sleep.
 *
 * Return: the owner with a reference, which the caller drops by mdev_ring_owner_put();
 * NULL if it is the root cgroup, or there are no cgroups; ERR_PTR(-ENOMEM).
 */
struct mdev_ring_owner *mdev_ring_owner_get(void)
{
	struct mdev_ring_owner *owner;
	u64 cgroup = ring_cgroup_id();

	if (!cgroup)
		return NULL;
	mutex_lock(&owners_lock);
	owner = owner_find(cgroup);
	mutex_unlock(&owners_lock);
	if (owner)
		return owner;
	/* Without the lock: who is at the limit of its memory may have to wait. */
	owner = owner_alloc(cgroup);
	return owner ? owner_add(owner) : ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(mdev_ring_owner_get);

static void owner_release(struct kref *refs)
{
	struct mdev_ring_owner *owner = container_of(refs,
						     struct mdev_ring_owner,
						     refs);
	LLIST_HEAD(ending);
	unsigned int i;

	hash_del(&owner->node);
	mutex_unlock(&owners_lock);
	synchronize_rcu();
	cancel_delayed_work_sync(&owner->tend);
	for (i = 0; i < nr_cpu_ids; i++) {
		if (slot_worker(&owner->slots[i]))
			slot_clear(&owner->slots[i], &ending);
	}
	stop_workers(&ending);
	kfree(owner);
}

/**
 * mdev_ring_owner_put - drop a reference
 * @owner: the owner, or NULL; no work is charged to it by the caller any more
 *
 * The last one ends its threads, and waits for what they do just now; that takes longer
 * if the cgroup's CPU time is limited and used up. Process context, may sleep.
 */
void mdev_ring_owner_put(struct mdev_ring_owner *owner)
{
	if (owner)
		kref_put_mutex(&owner->refs, owner_release, &owners_lock);
}
EXPORT_SYMBOL_GPL(mdev_ring_owner_put);
