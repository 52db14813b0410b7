// SPDX-License-Identifier: GPL-2.0
/*
 * Owners: cgroups that the work for their slices is charged to, and CPUs that it is
 * confined to. A slice may want either: there are owners without a cgroup, for whom the
 * workers of the CPUs do everything, and owners without CPUs, for whom any will do.
 * Slices that want the same have the same owner.
 *
 * An owner has threads in its cgroup, at most one for each CPU number that works
 * prefer. They are bound to no CPU: the scheduler, the cgroup's cpuset and the CPUs of
 * the owner say where they run. There is one only while there is much to do: the workers
 * of the CPUs run the works first, and count their turns; when there have been many in a short
 * time, a thread is made and takes over. So a kick makes nothing and waits for
 * nothing, and what cannot be charged (the cgroup is gone, there is no memory for
 * a thread) is done all the same.
 *
 * A cgroup with threads cannot be removed, nor does its manager see it empty. Therefore
 * they go when nobody lives there but they and those of other owners, and none is made
 * before somebody does. They also go when they have had nothing to do for a while, which
 * is long: to make one holds up every fork and exit of the system for a moment
 * (cgroup_threadgroup_rwsem).
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
 * struct mdev_ring_owner - a cgroup in whose name there are works, and where they run
 * @refs: references
 * @node: in owners
 * @cgroup: number of the cgroup, or 0: nobody is charged
 * @cpus: where they run, or NULL
 * @tend: makes the threads that are wanted, ends those that are idle
 * @resting: no thread is wanted, for a short while ago none could be made, or nobody was
 *	there to be charged, or never is
 * @nr_threads: in @slots; read by others
 * @nr_slots: entries in @slots
 * @slots: nr_cpu_ids of them; one, that stays empty, without a cgroup
 */
struct mdev_ring_owner {
	struct kref refs;
	struct hlist_node node;
	u64 cgroup;
	const struct cpumask *cpus;
	struct delayed_work tend;
	bool resting;
	unsigned int nr_threads;
	unsigned int nr_slots;
	struct owner_slot slots[] __counted_by(nr_slots);
};

/*
 * By number of the cgroup, under the lock. In one cgroup there are few that differ by
 * their CPUs.
 */
static DEFINE_HASHTABLE(owners, 8);
static DEFINE_MUTEX(owners_lock);

static struct owner_slot *owner_slot(struct mdev_ring_owner *owner,
				     unsigned int cpu)
{
	return &owner->slots[cpu < owner->nr_slots ? cpu : 0];
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
	return owner->cgroup ? ring_cgroup_enter(owner->cgroup) : 0;
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
	WRITE_ONCE(owner->nr_threads, owner->nr_threads + 1);
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
static void slot_clear(struct mdev_ring_owner *owner, struct owner_slot *slot,
		       struct llist_head *ending)
{
	struct mdev_ring_worker *worker = slot_worker(slot);

	WRITE_ONCE(owner->nr_threads, owner->nr_threads - 1);
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
	slot_clear(owner, slot, ending);
	return 0;
}

/*
 * Threads that work in the name of a cgroup, for whichever owner. There may be more: one
 * is counted from when it is there until it is told to end.
 */
static unsigned int cgroup_threads(u64 cgroup)
{
	struct mdev_ring_owner *owner;
	unsigned int nr = 0;

	mutex_lock(&owners_lock);
	hash_for_each_possible(owners, owner, node, cgroup) {
		if (owner->cgroup == cgroup)
			nr += READ_ONCE(owner->nr_threads);
	}
	mutex_unlock(&owners_lock);
	return nr;
}

/* Nobody lives in the cgroup but our threads. If that cannot be said they stay. */
static bool owner_deserted(const struct mdev_ring_owner *owner)
{
	return !ring_cgroup_has_more(owner->cgroup,
				     cgroup_threads(owner->cgroup));
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

	for (i = 0; i < owner->nr_slots; i++) {
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

static bool same_cpus(const struct cpumask *a, const struct cpumask *b)
{
	return a && b ? cpumask_equal(a, b) : a == b;
}

/* With a reference, or NULL. */
static struct mdev_ring_owner *owner_find(u64 cgroup, const struct cpumask *cpus)
{
	struct mdev_ring_owner *owner;

	lockdep_assert_held(&owners_lock);
	hash_for_each_possible(owners, owner, node, cgroup) {
		if (owner->cgroup == cgroup && same_cpus(owner->cpus, cpus)) {
			kref_get(&owner->refs);
			return owner;
		}
	}
	return NULL;
}

static void owner_free(struct mdev_ring_owner *owner)
{
	kfree(owner->cpus);
	kfree(owner);
}

/* The one that was first: somebody may have been meanwhile. */
static struct mdev_ring_owner *owner_add(struct mdev_ring_owner *owner)
{
	struct mdev_ring_owner *other;

	mutex_lock(&owners_lock);
	other = owner_find(owner->cgroup, owner->cpus);
	if (!other)
		hash_add(owners, &owner->node, owner->cgroup);
	mutex_unlock(&owners_lock);
	if (!other)
		return owner;
	owner_free(owner);
	return other;
}

static struct mdev_ring_owner *owner_alloc(u64 cgroup, const struct cpumask *cpus)
{
	unsigned int nr_slots = cgroup ? nr_cpu_ids : 1;
	struct mdev_ring_owner *owner;

	owner = kzalloc(struct_size(owner, slots, nr_slots),
			GFP_KERNEL_ACCOUNT);
	if (!owner)
		return NULL;
	kref_init(&owner->refs);
	owner->nr_slots = nr_slots;
	owner->cgroup = cgroup;
	owner->resting = !cgroup;
	INIT_DELAYED_WORK(&owner->tend, owner_tend);
	if (!cpus)
		return owner;
	owner->cpus = kmemdup(cpus, cpumask_size(), GFP_KERNEL_ACCOUNT);
	if (owner->cpus)
		return owner;
	kfree(owner);
	return NULL;
}

static struct mdev_ring_owner *owner_get(u64 cgroup, const struct cpumask *cpus)
{
	struct mdev_ring_owner *owner;

	if (!cgroup && !cpus)
		return NULL;
	mutex_lock(&owners_lock);
	owner = owner_find(cgroup, cpus);
	mutex_unlock(&owners_lock);
	if (owner)
		return owner;
	/* Without the lock: who is at the limit of its memory may have to wait. */
	owner = owner_alloc(cgroup, cpus);
	return owner ? owner_add(owner) : ERR_PTR(-ENOMEM);
}

/**
 * mdev_ring_owner_get - whom work for the current process is charged to
 * @cpus: where that work runs, see mdev_ring_owner_confine(); or NULL
 *
 * That is the cgroup (version 2) of the process at this moment. It is not followed to
 * another one, and stays the one that is charged when it has ended, as long as anybody
 * lives in the cgroup; after that nobody is charged, and nothing keeps the cgroup from being
 * removed. Process context, may sleep.
 *
 * Return: the owner with a reference, which the caller drops by mdev_ring_owner_put();
 * NULL if it is the root cgroup, or there are no cgroups, and @cpus is NULL;
 * ERR_PTR(-ENOMEM).
 */
struct mdev_ring_owner *mdev_ring_owner_get(const struct cpumask *cpus)
{
	return owner_get(ring_cgroup_id(), cpus);
}
EXPORT_SYMBOL_GPL(mdev_ring_owner_get);

/**
 * mdev_ring_owner_confine - charge the same cgroup for work on other CPUs
 * @owner: whose cgroup that is; NULL: nobody is charged
 * @cpus: where the work runs, with one of them online at least; it is copied. NULL: anywhere
 *
 * Work runs elsewhere while none of the CPUs is online, or where the cgroup has a cpuset
 * with none of them. Process context, may sleep.
 *
 * Return: the owner with a reference, which the caller drops by mdev_ring_owner_put();
 * NULL if there is neither a cgroup nor @cpus; ERR_PTR(-ENOMEM).
 */
struct mdev_ring_owner *mdev_ring_owner_confine(struct mdev_ring_owner *owner,
						const struct cpumask *cpus)
{
	return owner_get(owner ? owner->cgroup : 0, cpus);
}
EXPORT_SYMBOL_GPL(mdev_ring_owner_confine);

/**
 * mdev_ring_owner_cpus - where work of an owner runs
 * @owner: the owner, or NULL
 *
 * Any context.
 *
 * Return: the CPUs, which stay as long as the owner, and a grace period longer; or
 * NULL: anywhere.
 */
const struct cpumask *mdev_ring_owner_cpus(const struct mdev_ring_owner *owner)
{
	return owner ? owner->cpus : NULL;
}
EXPORT_SYMBOL_GPL(mdev_ring_owner_cpus);

/**
 * mdev_as_confine - say where threads that work for an address space run
 * @as: the address space, of one slice; no ring has it yet, or it was confined to the
 *	same CPUs before
 * @cpus: as for mdev_ring_owner_confine(); NULL does nothing
 *
 * Works of rings with user memory are confined, too. Those of others are if the parent
 * charges them to an owner that is. Serialised by the caller. Process context, may
 * sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int mdev_as_confine(struct mdev_as *as, const struct cpumask *cpus)
{
	struct mdev_ring_owner *owner;

	if (!cpus || same_cpus(mdev_ring_owner_cpus(as->owner), cpus))
		return 0;
	if (as->worker)
		return worker_confine(as->worker, cpus);
	if (!as->user)
		return 0;
	owner = mdev_ring_owner_confine(as->owner, cpus);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	mdev_ring_owner_put(as->owner);
	as->owner = owner;
	return 0;
}
EXPORT_SYMBOL_GPL(mdev_as_confine);

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
	for (i = 0; i < owner->nr_slots; i++) {
		if (slot_worker(&owner->slots[i]))
			slot_clear(owner, &owner->slots[i], &ending);
	}
	stop_workers(&ending);
	owner_free(owner);
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
