// SPDX-License-Identifier: GPL-2.0
/*
 * Bugs, one of each kind that a debugging kernel should find. Writing to a file of
 * /sys/kernel/debug/mdev_test_bugs makes one, so that a test can see whether it is found:
 * what nobody notices looks like what is right.
 *
 * The kernel goes on after each of them, where it finds them; elsewhere no one loads this.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

struct bug {
	const char *name;
	/* What the user writes. */
	int (*make)(const char __user *text, size_t len);
};

/* The compiler must not see what is wrong. */
static void *object(size_t size)
{
	void *new = kzalloc(size, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(new);
	return new;
}

static int use_after_free(const char __user *text, size_t len)
{
	char *freed = object(64), *kept = freed;

	if (!freed)
		return -ENOMEM;
	OPTIMIZER_HIDE_VAR(kept);
	kfree(freed);
	WRITE_ONCE(kept[8], 1);
	return 0;
}

static int out_of_bounds(const char __user *text, size_t len)
{
	char *small = object(24);

	if (!small)
		return -ENOMEM;
	(void)READ_ONCE(small[24]);
	kfree(small);
	return 0;
}

/* The kernel's own code is what goes too far. */
static int copy(const char __user *text, size_t len)
{
	char *small = object(8);
	int err = 0;

	if (!small)
		return -ENOMEM;
	/* Within what the allocator has given. */
	if (len > 16 || copy_from_user(small, text, len))
		err = -EFAULT;
	kfree(small);
	return err;
}

static int leak(const char __user *text, size_t len)
{
	return object(200) ? 0 : -ENOMEM;
}

static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);

static int inversion(const char __user *text, size_t len)
{
	mutex_lock(&lock_a);
	mutex_lock(&lock_b);
	mutex_unlock(&lock_b);
	mutex_unlock(&lock_a);

	mutex_lock(&lock_b);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	mutex_unlock(&lock_b);
	return 0;
}

static DEFINE_SPINLOCK(spinning);

static int atomic_sleep(const char __user *text, size_t len)
{
	spin_lock(&spinning);
	might_sleep();
	spin_unlock(&spinning);
	return 0;
}

static int __rcu *rcu_pointer;

static int rcu_usage(const char __user *text, size_t len)
{
	return rcu_dereference(rcu_pointer) ? -EBUSY : 0;
}

struct timed {
	struct timer_list timer;
};

static void nothing(struct timer_list *timer)
{
}

static int active_timer(const char __user *text, size_t len)
{
	struct timed *timed = object(sizeof(*timed));

	if (!timed)
		return -ENOMEM;
	timer_setup(&timed->timer, nothing, 0);
	mod_timer(&timed->timer, jiffies + 3600 * HZ);
	kfree(timed);
	return 0;
}

static int shift(const char __user *text, size_t len)
{
	unsigned int bits = 32 + len;

	OPTIMIZER_HIDE_VAR(bits);
	WRITE_ONCE(bits, 1U << bits);
	return 0;
}

static int refcount(const char __user *text, size_t len)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
	return 0;
}

static int list(const char __user *text, size_t len)
{
	struct list_head head, node;

	INIT_LIST_HEAD(&head);
	list_add(&node, &head);
	list_del(&node);
	list_del(&node);
	return 0;
}

static unsigned long raced;

static void race_work(struct work_struct *work)
{
	unsigned long end = jiffies + 2 * HZ;

	while (time_before(jiffies, end)) {
		raced++;
		cond_resched();
	}
}

static DECLARE_WORK(race_one, race_work);
static DECLARE_WORK(race_two, race_work);

static int race(const char __user *text, size_t len)
{
	queue_work_on(cpumask_first(cpu_online_mask), system_long_wq, &race_one);
	queue_work_on(cpumask_last(cpu_online_mask), system_long_wq, &race_two);
	flush_work(&race_one);
	flush_work(&race_two);
	return 0;
}

static const struct bug bugs[] = {
	{ "use_after_free", use_after_free },
	{ "out_of_bounds", out_of_bounds },
	{ "copy", copy },
	{ "leak", leak },
	{ "inversion", inversion },
	{ "atomic_sleep", atomic_sleep },
	{ "rcu_usage", rcu_usage },
	{ "active_timer", active_timer },
	{ "shift", shift },
	{ "refcount", refcount },
	{ "list", list },
	{ "race", race },
};

static ssize_t bug_write(struct file *file, const char __user *text, size_t len, loff_t *at)
{
	const struct bug *bug = file->private_data;

	return bug->make(text, len) ?: len;
}

static const struct file_operations bug_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= bug_write,
};

static struct dentry *directory;

static int __init bugs_init(void)
{
	int i;

	directory = debugfs_create_dir(KBUILD_MODNAME, NULL);
	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		debugfs_create_file(bugs[i].name, 0200, directory, (void *)&bugs[i], &bug_fops);
	return 0;
}
module_init(bugs_init);

static void __exit bugs_exit(void)
{
	debugfs_remove(directory);
}
module_exit(bugs_exit);

MODULE_DESCRIPTION("Bugs, for tests of the kernels that find them");
MODULE_LICENSE("GPL");
