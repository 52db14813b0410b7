// SPDX-License-Identifier: GPL-2.0
/*
 * Workers: one thread per CPU runs whatever was kicked for that CPU. Works that may
 * wait for user space are given to a worker of their own instead, so that nobody
 * else waits with them. Works with an owner run in a worker of the owner while it
 * has one (see owner.c), which may change at any time. Whatever runs them, it is on the
 * owner's CPUs, if it is confined to some; those that the system keeps for others are
 * used then, too, as somebody has named them.
 *
 * A work is a few words; it costs nothing while nobody kicks it. Its state word
 * changes by compare-and-exchange only, which is fully ordered:
 *
 *	KICKED		wants to run
 *	QUEUED		is in some worker's hands: in a list, or running. Whoever
 *			sets it puts the work into a list; only a worker clears it.
 *	RUNNING		fn is being called; implies QUEUED
 *	DISABLED	must not run
 *
 * Each transition keeps this true: KICKED implies QUEUED or DISABLED. So no kick
 * is ever lost:
 *
 * - A kick that finds neither QUEUED nor DISABLED sets QUEUED too, and puts the
 *   work into a list.
 * - With QUEUED, some worker has yet to end its turn with the work. It clears
 *   KICKED when it begins, before fn looks at anything: fn sees what was done
 *   before a kick that came earlier. One that comes later is seen when the turn
 *   ends: the exchange that would clear QUEUED fails or finds KICKED, and the
 *   work goes to the end of the list instead.
 * - With DISABLED, enabling finds KICKED and queues the work.
 *
 * QUEUED covers the call of fn, therefore it is never called twice at a time, and
 * the list node has one user. A worker that has cleared QUEUED does not touch
 * the work again, so once mdev_ring_work_disable_sync() has seen it clear the
 * work may be freed, if nobody kicks it any more. (Waking needs its address only.)
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/cgroup.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/llist.h>
#include <linux/mdev_ring.h>
#include <linux/memcontrol.h>
#include <linux/mmu_context.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/isolation.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smpboot.h>
#include <linux/wait_bit.h>

#include "cpus.h"
#include "owner.h"
#include "worker.h"

#define WORK_KICKED	0x1UL
#define WORK_QUEUED	0x2UL
#define WORK_RUNNING	0x4UL
#define WORK_DISABLED	0x8UL

/* Pieces of work in one turn, before others in the list have theirs. */
#define WORK_BUDGET	64

/**
 * struct worker - what the thread of a CPU has to do
 * @kicked: new works, added by anyone, youngest first
 * @first: works in the order of their turns, the thread's own
 * @last: last of these, if there are any
 * @mm: user memory that the thread has taken on, with a reference, or NULL
 * @mm_used: it was used in this turn
 * @turns: how many it has done; read by others
 * @own: NULL for the thread of a CPU
 */
struct worker {
	struct llist_head kicked;
	struct llist_node *first;
	struct llist_node *last;
	struct mm_struct *mm;
	bool mm_used;
	unsigned int turns;
	struct mdev_ring_worker *own;
};

/**
 * struct mdev_ring_worker - thread for works that are given to it, or of an owner
 * @worker: what it has to do
 * @task: the thread
 * @memcg: whom its memory is charged to, held, or NULL
 * @ended: nothing is given to it any more
 * @cpus: where it runs, or NULL: anywhere. The owner's, or a copy.
 * @owner: if it is an owner's
 * @begun: an owner's: it has entered the cgroup, or not: @err
 * @err: why not
 * @ending: an owner's: in the list of those that are stopped next
 */
struct mdev_ring_worker {
	struct worker worker;
	struct task_struct *task;
	struct mem_cgroup *memcg;
	bool ended;
	const struct cpumask *cpus;
	struct mdev_ring_owner *owner;
	struct completion begun;
	int err;
	struct llist_node ending;
};

static DEFINE_PER_CPU(struct worker, workers);
static DEFINE_PER_CPU(struct task_struct *, worker_tasks);

/* CPUs whose worker looks after its list. */
static struct cpumask worker_cpus;
/* CPUs that are not isolated, fixed when the module is loaded. */
static struct cpumask worker_allowed;
/* Works that were kicked while no worker was there. */
static LLIST_HEAD(worker_orphans);

static struct mdev_ring_work *node_work(struct llist_node *node)
{
	return llist_entry(node, struct mdev_ring_work, node);
}

/* CPUs that a work is confined to, or NULL. Under RCU. */
static const struct cpumask *work_cpus(const struct mdev_ring_work *work)
{
	return mdev_ring_owner_cpus(READ_ONCE(work->owner));
}

/*
 * One of those it is confined to; an allowed one if there are none, or none of them is
 * online; else any, as to run late is worse than to disturb an isolated CPU.
 * nr_cpu_ids or more if there is none at all. Under RCU.
 */
static unsigned int worker_choose(const struct mdev_ring_work *work)
{
	const struct cpumask *cpus = work_cpus(work);
	unsigned int cpu = READ_ONCE(work->cpu);
	unsigned int other = nr_cpu_ids;

	if (cpus)
		other = ring_pick_cpu(cpu, &worker_cpus, cpus);
	if (other >= nr_cpu_ids)
		other = ring_pick_cpu(cpu, &worker_cpus, &worker_allowed);
	if (other >= nr_cpu_ids)
		other = cpumask_first(&worker_cpus);
	return other;
}

/*
 * Put a work into the list of a worker. Returns works, oldest first, that have to
 * be placed again, this one among them perhaps, because the CPU went meanwhile.
 *
 * Against the sleep of the thread: it declares that it sleeps, then looks at the
 * list. Here the work is added, then the thread's state is looked at, with a
 * full barrier between on either side. So it finds the work, or is found asleep.
 *
 * Against the end of the CPU: the thread clears its bit, then empties the list,
 * for the last time. Here the work is added, then the bit is looked at. So the
 * thread finds the work, or the bit is found clear and the list is emptied here.
 * The same holds between orphans and a worker that sets its bit.
 */
static struct llist_node *worker_add_shared(struct mdev_ring_work *work,
					    unsigned int cpu)
{
	struct task_struct *task;
	struct llist_head *list;

	if (unlikely(cpu >= nr_cpu_ids)) {
		llist_add(&work->node, &worker_orphans);
		if (cpumask_empty(&worker_cpus))
			return NULL;
		return llist_reverse_order(llist_del_all(&worker_orphans));
	}
	list = &per_cpu_ptr(&workers, cpu)->kicked;
	/* Whoever adds the first one wakes the thread for all. */
	if (!llist_add(&work->node, list) &&
	    likely(cpumask_test_cpu(cpu, &worker_cpus)))
		return NULL;
	if (unlikely(!cpumask_test_cpu(cpu, &worker_cpus)))
		return llist_reverse_order(llist_del_all(list));
	task = per_cpu(worker_tasks, cpu);
	if (!task_is_running(task))
		wake_up_process(task);
	return NULL;
}

/* The worker that a work belongs to, or NULL for that of a CPU. Under RCU. */
static struct mdev_ring_worker *work_home(const struct mdev_ring_work *work)
{
	struct mdev_ring_worker *own = READ_ONCE(work->own);
	struct mdev_ring_owner *owner = READ_ONCE(work->owner);

	if (own || !owner)
		return own;
	return owner_worker(owner, READ_ONCE(work->cpu));
}

/*
 * Which worker a work belongs to may change at any time. One that is not a CPU's ends
 * after nothing belongs to it and a grace period, and then places again what is in
 * its list: so whoever has seen it here may use it.
 *
 * Whoever adds a work to others does not wake the thread, so who has added the first one
 * must not be stopped before it does, for want of CPU time perhaps. That costs next to
 * nothing; to look at the thread's state each time would fetch what the thread writes.
 */
static struct llist_node *worker_add(struct mdev_ring_work *work)
{
	struct llist_node *list = NULL;
	struct mdev_ring_worker *own;

	preempt_disable();
	rcu_read_lock();
	own = work_home(work);
	if (!own)
		list = worker_add_shared(work, worker_choose(work));
	else if (llist_add(&work->node, &own->worker.kicked))
		wake_up_process(own->task);
	rcu_read_unlock();
	preempt_enable();
	return list;
}

static struct llist_node *list_join(struct llist_node *first,
				    struct llist_node *second)
{
	struct llist_node *last = first;

	if (!first)
		return second;
	while (last->next)
		last = last->next;
	last->next = second;
	return first;
}

/* Place each work of a list. Any context; loops only while CPUs come and go. */
static void worker_place(struct llist_node *list)
{
	struct llist_node *node;

	while (list) {
		node = list;
		list = node->next;
		list = list_join(worker_add(node_work(node)), list);
	}
}

static void worker_append(struct worker *worker, struct llist_node *list)
{
	if (!list)
		return;
	if (worker->first)
		worker->last->next = list;
	else
		worker->first = list;
	while (list->next)
		list = list->next;
	worker->last = list;
}

static void worker_collect(struct worker *worker)
{
	if (!llist_empty(&worker->kicked))
		worker_append(worker, llist_reverse_order(llist_del_all(&worker->kicked)));
}

/* A turn begins. Returns false if the work must not run and was let go. */
static bool work_begin(struct mdev_ring_work *work)
{
	unsigned long old = READ_ONCE(work->state);
	unsigned long new;

	do {
		if (old & WORK_DISABLED)
			new = old & ~WORK_QUEUED;
		else
			new = (old & ~WORK_KICKED) | WORK_RUNNING;
	} while (!try_cmpxchg(&work->state, &old, new));
	return new & WORK_RUNNING;
}

/* A turn ends. Returns true if the work stays with the worker for another one. */
static bool work_end(struct mdev_ring_work *work, bool again)
{
	unsigned long old = READ_ONCE(work->state);
	unsigned long new;

	/* Before the exchange: afterwards the work may be gone. */
	WRITE_ONCE(work->runs, work->runs + 1);
	do {
		new = old & ~WORK_RUNNING;
		if (again)
			new |= WORK_KICKED;
		if (!(new & WORK_KICKED) || new & WORK_DISABLED)
			new &= ~WORK_QUEUED;
	} while (!try_cmpxchg(&work->state, &old, new));
	return new & WORK_QUEUED;
}

/* The last reference may be this one, and the end of a process's memory is long. */
static void worker_drop_mm(struct worker *worker)
{
	struct mm_struct *mm = worker->mm;

	if (!mm)
		return;
	worker->mm = NULL;
	kthread_unuse_mm(mm);
	mmput_async(mm);
}

/*
 * Kept while one turn after the other wants the same, so that works of one process
 * share the cost; not any longer, because it keeps the memory of a dead process.
 */
static int worker_take_mm(struct worker *worker, struct mm_struct *mm)
{
	worker->mm_used = true;
	if (worker->mm == mm)
		return 0;
	worker_drop_mm(worker);
	if (!mm)
		return 0;
	if (!mmget_not_zero(mm))
		return -EFAULT;
	kthread_use_mm(mm);
	worker->mm = mm;
	return 0;
}

/**
 * mdev_ring_worker_use_mm - take on the memory of a process
 * @own: the worker that should be running this
 * @mm: the memory, whose struct is held; it is for the rest of the turn of a work. NULL
 *	to do without any, from now on.
 *
 * Called from the function of a work that was given to @own.
 *
 * Return: 0, -EFAULT if the process has no memory any more, or -EAGAIN if this is
 * another worker, because the work was given to @own after it was kicked.
 */
int mdev_ring_worker_use_mm(struct mdev_ring_worker *own, struct mm_struct *mm)
{
	if (current != own->task)
		return -EAGAIN;
	return worker_take_mm(&own->worker, mm);
}
EXPORT_SYMBOL_GPL(mdev_ring_worker_use_mm);

/*
 * Of a CPU: what prefers another one stays until it has nothing to do, unless it is
 * confined, and was here because its CPUs were not. Under RCU.
 */
static bool work_may_stay(const struct worker *worker,
			  const struct mdev_ring_work *work)
{
	unsigned int cpu;

	if (worker->own || !work_cpus(work))
		return true;
	cpu = worker_choose(work);
	return cpu >= nr_cpu_ids || worker == per_cpu_ptr(&workers, cpu);
}

/* It may have been given to another one while it was in this one's hands. */
static bool work_is_here(const struct worker *worker,
			 const struct mdev_ring_work *work)
{
	bool here;

	rcu_read_lock();
	here = work_home(work) == worker->own && work_may_stay(worker, work);
	rcu_read_unlock();
	return here;
}

/* Back into the list, after those that were kicked meanwhile. */
static void work_stay(struct worker *worker, struct mdev_ring_work *work)
{
	work->node.next = NULL;
	if (!work_is_here(worker, work)) {
		worker_place(&work->node);
		return;
	}
	worker_collect(worker);
	worker_append(worker, &work->node);
}

/* A turn that the owner's own worker should do, if there is much of it. */
static void work_note_turn(const struct mdev_ring_work *work)
{
	struct mdev_ring_owner *owner;

	rcu_read_lock();
	owner = READ_ONCE(work->owner);
	if (owner && !READ_ONCE(work->own))
		owner_note_turn(owner, READ_ONCE(work->cpu));
	rcu_read_unlock();
}

static void work_turn(struct worker *worker, struct mdev_ring_work *work)
{
	unsigned long *state = &work->state;
	unsigned int done;

	if (work_begin(work)) {
		if (!worker->own)
			work_note_turn(work);
		worker->mm_used = false;
		done = work->fn(work, WORK_BUDGET);
		if (!worker->mm_used)
			worker_drop_mm(worker);
		WRITE_ONCE(worker->turns, worker->turns + 1);
		if (work_end(work, done >= WORK_BUDGET))
			work_stay(worker, work);
	}
	/* Ordered after the exchange; uses the address only. */
	wake_up_var(state);
}

static bool worker_has_work(const struct worker *worker)
{
	return worker->first || !llist_empty(&worker->kicked);
}

static int worker_should_run(unsigned int cpu)
{
	return worker_has_work(per_cpu_ptr(&workers, cpu));
}

static void worker_next(struct worker *worker)
{
	struct llist_node *node;

	worker_collect(worker);
	node = worker->first;
	if (!node)
		return;
	worker->first = node->next;
	node->next = NULL;
	if (work_is_here(worker, node_work(node)))
		work_turn(worker, node_work(node));
	else
		worker_place(node);
}

/* One turn at a time, so that the CPU can go between any two. */
static void worker_run(unsigned int cpu)
{
	struct worker *worker = per_cpu_ptr(&workers, cpu);

	worker_next(worker);
	if (!worker_has_work(worker))
		worker_drop_mm(worker);
	cond_resched();
}

static void worker_begin(unsigned int cpu)
{
	cpumask_set_cpu(cpu, &worker_cpus);
	/* The bit before the list, see worker_add_shared(). */
	smp_mb__after_atomic();
	worker_place(llist_reverse_order(llist_del_all(&worker_orphans)));
}

static void worker_end(unsigned int cpu)
{
	struct worker *worker = per_cpu_ptr(&workers, cpu);
	struct llist_node *list;

	cpumask_clear_cpu(cpu, &worker_cpus);
	/* The bit before the list, see worker_add_shared(). */
	smp_mb__after_atomic();
	worker_collect(worker);
	list = worker->first;
	worker->first = NULL;
	worker_place(list);
	worker_drop_mm(worker);
}

/* The module goes, so its users have gone and with them their works. */
static void worker_cleanup(unsigned int cpu, bool online)
{
	cpumask_clear_cpu(cpu, &worker_cpus);
	WARN_ON_ONCE(worker_should_run(cpu));
}

static struct smp_hotplug_thread worker_threads = {
	.store = &worker_tasks,
	.thread_should_run = worker_should_run,
	.thread_fn = worker_run,
	.setup = worker_begin,
	.unpark = worker_begin,
	.park = worker_end,
	.cleanup = worker_cleanup,
	.thread_comm = "mdev_ring/%u",
};

static bool own_ended(const struct mdev_ring_worker *own)
{
	return own->owner ? kthread_should_stop() : READ_ONCE(own->ended);
}

/*
 * The state is set before the list is looked at, and the list is added to before the
 * thread is woken: so it finds the work, or is woken. Returns false at the end.
 */
static bool own_wait(struct mdev_ring_worker *own)
{
	bool more;

	for (;;) {
		set_current_state(TASK_IDLE);
		more = worker_has_work(&own->worker);
		if (more || own_ended(own))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return more;
}

/* To the CPUs that it is confined to, see ring_confine(). */
static void own_confine(const struct mdev_ring_worker *own)
{
	/* Pairs with the release in worker_confine(). */
	const struct cpumask *cpus = smp_load_acquire(&own->cpus);

	if (cpus)
		ring_confine(cpus);
}

static void own_run(struct mdev_ring_worker *own)
{
	struct worker *worker = &own->worker;

	while (own_wait(own)) {
		own_confine(own);
		worker_next(worker);
		if (!worker_has_work(worker))
			worker_drop_mm(worker);
		cond_resched();
	}
}

static int own_thread(void *data)
{
	struct mdev_ring_worker *own = data;
	struct worker *worker = &own->worker;

	/* See mdev_ring_worker_kill(). */
	allow_kernel_signal(SIGKILL);
	set_active_memcg(own->memcg);
	own_run(own);
	set_active_memcg(NULL);
	/* See worker_add(). */
	synchronize_rcu();
	worker_place(llist_reverse_order(llist_del_all(&worker->kicked)));
	mem_cgroup_put(own->memcg);
	kfree(own->cpus);
	kfree(own);
	module_put_and_kthread_exit(0);
}

static struct mdev_ring_worker *own_alloc(void)
{
	struct mdev_ring_worker *own;

	own = kzalloc(sizeof(*own), GFP_KERNEL_ACCOUNT);
	if (own)
		own->worker.own = own;
	return own;
}

/**
 * mdev_ring_worker_create - make a worker of its own
 * @name: of the thread
 *
 * For an address space whose memory may make its user wait. The worker is in the
 * cgroups of the current process, and what it allocates is charged there. May sleep.
 *
 * Return: the worker, which mdev_ring_worker_end() ends, or an ERR_PTR: what
 * kthread_create() or entering the cgroups says, or -ENOMEM.
 */
struct mdev_ring_worker *mdev_ring_worker_create(const char *name)
{
	struct mdev_ring_worker *own;
	int err;

	own = own_alloc();
	if (!own)
		return ERR_PTR(-ENOMEM);
	own->task = kthread_create(own_thread, own, "%s", name);
	if (IS_ERR(own->task)) {
		err = PTR_ERR(own->task);
		goto own_free;
	}
	err = cgroup_attach_task_all(current, own->task);
	if (err)
		goto task_stop;
	own->memcg = get_mem_cgroup_from_mm(current->mm);
	/* Until its last instruction. */
	__module_get(THIS_MODULE);
	wake_up_process(own->task);
	return own;

task_stop:
	/* It has not run, so it ends without calling its function. */
	kthread_stop(own->task);
own_free:
	kfree(own);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(mdev_ring_worker_create);

/*
 * Let it run on some CPUs only, for good: works of one slice are given to it. Returns 0 or
 * -ENOMEM. Serialised by the caller; may sleep.
 */
int worker_confine(struct mdev_ring_worker *own, const struct cpumask *cpus)
{
	const struct cpumask *copy;

	if (own->cpus)
		return 0;
	copy = kmemdup(cpus, cpumask_size(), GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;
	/* Pairs with the acquire in own_confine(). */
	smp_store_release(&own->cpus, copy);
	return 0;
}

/**
 * mdev_ring_worker_kill - do not wait for user space any more
 * @own: the worker
 *
 * What is running in it, or will run, meets an error where it would have to wait for
 * memory of a process. Does not wait. Any context that may wake a task.
 */
void mdev_ring_worker_kill(struct mdev_ring_worker *own)
{
	send_sig(SIGKILL, own->task, 1);
}
EXPORT_SYMBOL_GPL(mdev_ring_worker_kill);

/**
 * mdev_ring_worker_end - a worker is not wanted any more
 * @own: the worker; no work belongs to it any more
 *
 * It may be running one that did. Frees it; does not wait. Any context that may
 * wake a task.
 */
void mdev_ring_worker_end(struct mdev_ring_worker *own)
{
	struct task_struct *task = get_task_struct(own->task);

	WRITE_ONCE(own->ended, true);
	wake_up_process(task);
	put_task_struct(task);
}
EXPORT_SYMBOL_GPL(mdev_ring_worker_end);

/* Workers of owners. */

static int owner_thread(void *data)
{
	struct mdev_ring_worker *own = data;

	/* Before the cgroup: it may have a cpuset. */
	if (!own->cpus)
		set_cpus_allowed_ptr(current, &worker_allowed);
	own->err = owner_enter(own->owner);
	own_confine(own);
	complete(&own->begun);
	own_run(own);
	return 0;
}

/* A worker that has entered the owner's cgroup, or an ERR_PTR. */
struct mdev_ring_worker *worker_start(struct mdev_ring_owner *owner,
				      unsigned int cpu)
{
	struct mdev_ring_worker *own;
	int err;

	own = own_alloc();
	if (!own)
		return ERR_PTR(-ENOMEM);
	own->owner = owner;
	own->cpus = mdev_ring_owner_cpus(owner);
	init_completion(&own->begun);
	own->task = kthread_run(owner_thread, own, "mdev_ring:%u", cpu);
	if (IS_ERR(own->task)) {
		err = PTR_ERR(own->task);
		goto own_free;
	}
	wait_for_completion(&own->begun);
	err = own->err;
	if (err)
		goto task_stop;
	return own;

task_stop:
	kthread_stop(own->task);
own_free:
	kfree(own);
	return ERR_PTR(err);
}

/* How many turns it has done so far. */
unsigned int worker_turns(const struct mdev_ring_worker *own)
{
	return READ_ONCE(own->worker.turns);
}

/* No work belongs to it any more; it is stopped by workers_stop(). */
void worker_leave(struct mdev_ring_worker *own, struct llist_head *ending)
{
	llist_add(&own->ending, ending);
}

/*
 * A grace period later nothing is added to their lists, and what is there they place
 * again before they end. Waits for the turn that each is in.
 */
void workers_stop(struct llist_head *ending)
{
	struct mdev_ring_worker *own, *next;

	llist_for_each_entry_safe(own, next, llist_del_all(ending), ending) {
		kthread_stop(own->task);
		kfree(own);
	}
}

/* The one that the caller runs in, if it may run works of any address space. */
static struct worker *worker_current(void)
{
	struct mdev_ring_worker *own;

	if (current == raw_cpu_read(worker_tasks))
		return this_cpu_ptr(&workers);
	if (kthread_func(current) != owner_thread)
		return NULL;
	own = kthread_data(current);
	return &own->worker;
}

/*
 * Take on the memory of a process, for the rest of the turn of a work. Called from a
 * work's function. Returns 0, -EFAULT if the process has no memory any more, or
 * -EAGAIN if the work was given to another worker since it was kicked.
 */
int worker_use_mm(struct mm_struct *mm)
{
	struct worker *worker = worker_current();

	return worker ? worker_take_mm(worker, mm) : -EAGAIN;
}

int workers_init(void)
{
	cpumask_and(&worker_allowed, housekeeping_cpumask(HK_TYPE_DOMAIN),
		    housekeeping_cpumask(HK_TYPE_KTHREAD));
	return smpboot_register_percpu_thread(&worker_threads);
}

void workers_exit(void)
{
	smpboot_unregister_percpu_thread(&worker_threads);
}

/**
 * mdev_ring_work_init - prepare a work for use
 * @work: the work, embedded in what its function needs
 * @fn: see &struct mdev_ring_work
 * @cpu: CPU that it prefers, may be changed later by WRITE_ONCE()
 *
 * The work is enabled and not kicked. Any context. Before its memory is freed,
 * mdev_ring_work_disable_sync() must be called and kicks must have ceased.
 */
void mdev_ring_work_init(struct mdev_ring_work *work,
			 unsigned int (*fn)(struct mdev_ring_work *work,
					    unsigned int budget),
			 unsigned int cpu)
{
	work->fn = fn;
	work->cpu = cpu;
	work->own = NULL;
	work->owner = NULL;
	work->state = 0;
	work->runs = 0;
}
EXPORT_SYMBOL_GPL(mdev_ring_work_init);

/* The state, with what was written before it. */
static unsigned long work_state(const struct mdev_ring_work *work)
{
	/* Pairs with the exchange in work_begin() or work_end(). */
	return smp_load_acquire(&work->state);
}

/* Set and clear bits, and queue the work if it wants to and may. */
static void work_update(struct mdev_ring_work *work, unsigned long set,
			unsigned long clear)
{
	unsigned long old = READ_ONCE(work->state);
	unsigned long new;

	/* What is QUEUED nobody else adds; see worker_add(). */
	preempt_disable();
	do {
		new = (old | set) & ~clear;
		if (new & WORK_KICKED && !(new & WORK_DISABLED))
			new |= WORK_QUEUED;
	} while (!try_cmpxchg(&work->state, &old, new));
	if (new & ~old & WORK_QUEUED)
		worker_place(worker_add(work));
	preempt_enable();
}

/**
 * mdev_ring_work_kick - make a work run
 * @work: the work
 *
 * Its function is called at least once after this call began, and sees what was
 * written to memory before. While the work is disabled the kick is remembered.
 * Any number of callers at a time, any context but NMI.
 */
void mdev_ring_work_kick(struct mdev_ring_work *work)
{
	work_update(work, WORK_KICKED, 0);
}
EXPORT_SYMBOL_GPL(mdev_ring_work_kick);

/**
 * mdev_ring_work_enable - let a disabled work run again
 * @work: the work
 *
 * It runs now if it was kicked since mdev_ring_work_disable_sync(), or had more to
 * do then. Any context; the owner serialises it with disabling. Does not nest:
 * one call enables. Enabling what is enabled does nothing.
 */
void mdev_ring_work_enable(struct mdev_ring_work *work)
{
	work_update(work, 0, WORK_DISABLED);
}
EXPORT_SYMBOL_GPL(mdev_ring_work_enable);

/**
 * mdev_ring_work_disable_sync - keep a work from running
 * @work: the work
 *
 * When it returns the work's function is not running, and is not called before
 * mdev_ring_work_enable(). Sleeps until a call in progress is over and the works
 * queued before it on the same CPU had their turns. The caller must not hold
 * what the function takes, nor be the function. The owner serialises it with
 * enabling. Disabling what is disabled does nothing.
 */
void mdev_ring_work_disable_sync(struct mdev_ring_work *work)
{
	might_sleep();
	work_update(work, WORK_DISABLED, 0);
	wait_var_event(&work->state, !(work_state(work) & WORK_QUEUED));
}
EXPORT_SYMBOL_GPL(mdev_ring_work_disable_sync);

/**
 * mdev_ring_work_flush - wait for a call in progress
 * @work: the work
 *
 * If the work's function is running, sleeps until that call has returned; calls
 * that begin later are not waited for. The caller must not hold what the
 * function takes, nor be the function.
 */
void mdev_ring_work_flush(struct mdev_ring_work *work)
{
	unsigned int runs = READ_ONCE(work->runs);

	might_sleep();
	/* The count first: if that call ends before it is seen, it has moved. */
	smp_rmb();
	wait_var_event(&work->state,
		       !(work_state(work) & WORK_RUNNING) ||
		       READ_ONCE(work->runs) != runs);
}
EXPORT_SYMBOL_GPL(mdev_ring_work_flush);
