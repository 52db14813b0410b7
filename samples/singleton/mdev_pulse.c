// SPDX-License-Identifier: GPL-2.0
/*
 * A clock with one input for pulses: a parent that has exactly one slice.
 *
 * What it shows: hardware that speaks up by itself for as long as the parent is there, and
 * a slice that comes and goes meanwhile. The parent's probe makes nothing for a slice;
 * that, and switching the hardware on, is done by the probe of the driver on bus
 * mdev_vendor, and undone by its remove. Documentation/driver-api/mdev.rst goes through
 * it under "Lifetimes".
 *
 * The hardware is a timer here. Its "interrupt" is also raised by the file "inject" in
 * debugfs, for tests.
 */
#include <linux/bitops.h>
#include <linux/debugfs.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/mdev_vendor.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#define PULSE_PERIOD_MIN_US	20
#define PULSE_INJECT_MAX	1000000

static unsigned int period_us = 1000000;
module_param(period_us, uint, 0444);
MODULE_PARM_DESC(period_us, "time between two pulses, at least 20, 0 for none (default 1000000)");

/**
 * struct pulse_slice - what the slice has while a driver has its class device
 * @dev: the class device
 * @pulses: how many there were
 * @last_ns: time of the last one since boot, in nanoseconds
 * @notify: tells whoever polls the attribute
 */
struct pulse_slice {
	struct device *dev;
	u64 pulses;
	u64 last_ns;
	struct work_struct notify;
};

/**
 * struct pulse_clock - the hardware
 * @parent: its registration
 * @dir: its files in debugfs
 * @taken: bit 0: the slice is made
 * @timer: where pulses come from
 * @lock: everything below, and the numbers of the slice
 * @capture: a register: the time of each pulse is taken
 * @slice: who wants the pulses, or NULL
 * @events: pulses; each of them was delivered or dropped
 * @delivered: of these, those that a slice has got
 * @dropped: and those that came while there was none
 */
struct pulse_clock {
	struct mdev_parent *parent;
	struct dentry *dir;
	unsigned long taken;
	struct hrtimer timer;
	spinlock_t lock;	/* everything below */
	bool capture;
	struct pulse_slice *slice;
	u64 events;
	u64 delivered;
	u64 dropped;
};

static struct platform_device *pulse_device;
static struct dentry *pulse_debugfs;

/*
 * The interrupt handler: runs from the parent's probe to its remove, whatever the slice
 * does. What it finds in clock->slice stays while it has the lock.
 */
static void pulse_event(struct pulse_clock *clock)
{
	struct pulse_slice *slice;
	unsigned long flags;

	spin_lock_irqsave(&clock->lock, flags);
	clock->events++;
	slice = clock->slice;
	if (slice) {
		slice->pulses++;
		if (clock->capture)
			slice->last_ns = ktime_get_ns();
		schedule_work(&slice->notify);
		clock->delivered++;
	} else {
		clock->dropped++;
	}
	spin_unlock_irqrestore(&clock->lock, flags);
}

static ktime_t pulse_period(void)
{
	return ns_to_ktime((u64)period_us * NSEC_PER_USEC);
}

static enum hrtimer_restart pulse_timer(struct hrtimer *timer)
{
	struct pulse_clock *clock = container_of(timer, struct pulse_clock, timer);

	pulse_event(clock);
	hrtimer_forward_now(timer, pulse_period());
	return HRTIMER_RESTART;
}

/* The driver of the slice. */

static void pulse_notify(struct work_struct *work)
{
	struct pulse_slice *slice = container_of(work, struct pulse_slice, notify);

	sysfs_notify(&slice->dev->kobj, NULL, "pulses");
}

static struct pulse_clock *pulse_clock_of(const struct mdev_slice *slice)
{
	return dev_get_drvdata(slice->parent->dev);
}

/* The driver core has taken the attributes away when remove is called. */
static ssize_t pulse_read(struct device *dev, u64 *value, char *buf)
{
	struct pulse_clock *clock = pulse_clock_of(to_mdev_vendor_device(dev)->slice);
	u64 copy;

	spin_lock_irq(&clock->lock);
	copy = *value;
	spin_unlock_irq(&clock->lock);
	return sysfs_emit(buf, "%llu\n", copy);
}

static ssize_t pulses_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct pulse_slice *slice = dev_get_drvdata(dev);

	return pulse_read(dev, &slice->pulses, buf);
}
static DEVICE_ATTR_RO(pulses);

static ssize_t last_ns_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct pulse_slice *slice = dev_get_drvdata(dev);

	return pulse_read(dev, &slice->last_ns, buf);
}
static DEVICE_ATTR_RO(last_ns);

static struct attribute *pulse_attrs[] = {
	&dev_attr_pulses.attr,
	&dev_attr_last_ns.attr,
	NULL,
};
ATTRIBUTE_GROUPS(pulse);

static const struct mdev_vendor_ops pulse_vendor_ops = {
	.driver_name = "mdev_pulse",
};

/* Last the hardware, so the first pulse finds everything. */
static int pulse_slice_probe(struct mdev_vendor_device *mvdev)
{
	struct pulse_clock *clock;
	struct pulse_slice *slice;

	if (mdev_vendor_ops(mvdev->slice) != &pulse_vendor_ops)
		return -ENODEV;
	slice = kzalloc(sizeof(*slice), GFP_KERNEL);
	if (!slice)
		return -ENOMEM;
	slice->dev = &mvdev->dev;
	INIT_WORK(&slice->notify, pulse_notify);
	dev_set_drvdata(&mvdev->dev, slice);

	clock = pulse_clock_of(mvdev->slice);
	spin_lock_irq(&clock->lock);
	clock->slice = slice;
	clock->capture = true;
	spin_unlock_irq(&clock->lock);
	return 0;
}

/*
 * First the hardware. A pulse that came before has left the lock; one that comes
 * later finds no slice. So nobody queues the work again, and when it has ended
 * nobody knows of the slice.
 */
static void pulse_slice_remove(struct mdev_vendor_device *mvdev)
{
	struct pulse_clock *clock = pulse_clock_of(mvdev->slice);
	struct pulse_slice *slice = dev_get_drvdata(&mvdev->dev);

	spin_lock_irq(&clock->lock);
	clock->capture = false;
	clock->slice = NULL;
	spin_unlock_irq(&clock->lock);
	cancel_work_sync(&slice->notify);
	kfree(slice);
}

static struct mdev_vendor_driver pulse_slice_driver = {
	.driver = {
		.name = "mdev_pulse",
		.owner = THIS_MODULE,
		.dev_groups = pulse_groups,
	},
	.probe = pulse_slice_probe,
	.remove = pulse_slice_remove,
};

/* The parent. */

/* The slice is a place that is taken, and nothing else until a driver has it. */
static int pulse_create(struct mdev_slice *slice, const struct mdev_config *config,
			struct netlink_ext_ack *extack)
{
	if (!test_and_set_bit(0, &pulse_clock_of(slice)->taken))
		return 0;
	NL_SET_ERR_MSG_MOD(extack, "the clock has one slice, and it is taken");
	return -EUSERS;
}

static void pulse_remove(struct mdev_slice *slice)
{
	clear_bit(0, &pulse_clock_of(slice)->taken);
}

static unsigned int pulse_get_available(struct mdev_parent *parent,
					const struct mdev_type *type)
{
	struct pulse_clock *clock = dev_get_drvdata(parent->dev);

	return !test_bit(0, &clock->taken);
}

static const struct mdev_parent_ops pulse_parent_ops = {
	.owner = THIS_MODULE,
	.create = pulse_create,
	.remove = pulse_remove,
	.get_available = pulse_get_available,
};

static const struct mdev_type pulse_types[] = {
	{
		.name = "input",
		.pretty_name = "pulse input",
		.description = "the one input of a clock",
	},
};

static int pulse_inject(void *data, u64 count)
{
	if (!count || count > PULSE_INJECT_MAX)
		return -EINVAL;
	while (count--) {
		pulse_event(data);
		cond_resched();
	}
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(pulse_inject_fops, NULL, pulse_inject, "%llu\n");

/* All three at one time. */
static int pulse_counters_show(struct seq_file *file, void *unused)
{
	struct pulse_clock *clock = file->private;
	u64 events, delivered, dropped;

	spin_lock_irq(&clock->lock);
	events = clock->events;
	delivered = clock->delivered;
	dropped = clock->dropped;
	spin_unlock_irq(&clock->lock);
	seq_printf(file, "events %llu delivered %llu dropped %llu\n", events,
		   delivered, dropped);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pulse_counters);

static void pulse_debugfs_add(struct pulse_clock *clock, const char *name)
{
	clock->dir = debugfs_create_dir(name, pulse_debugfs);
	debugfs_create_file_unsafe("inject", 0200, clock->dir, clock,
				   &pulse_inject_fops);
	debugfs_create_file("counters", 0400, clock->dir, clock,
			    &pulse_counters_fops);
}

static struct mdev_parent *pulse_parent_alloc(struct device *dev)
{
	struct mdev_parent *parent = mdev_parent_alloc(dev);

	if (IS_ERR(parent))
		return parent;
	parent->ops = &pulse_parent_ops;
	parent->vendor_ops = &pulse_vendor_ops;
	parent->types = pulse_types;
	parent->nr_types = ARRAY_SIZE(pulse_types);
	return parent;
}

static void pulse_clock_start(struct pulse_clock *clock)
{
	spin_lock_init(&clock->lock);
	hrtimer_init(&clock->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	clock->timer.function = pulse_timer;
	if (period_us)
		hrtimer_start(&clock->timer, pulse_period(), HRTIMER_MODE_REL);
}

static void pulse_clock_stop(struct pulse_clock *clock)
{
	hrtimer_cancel(&clock->timer);
}

/* Pulses come from here on; slices only when the parent is registered. */
static int pulse_clock_probe(struct platform_device *pdev)
{
	struct pulse_clock *clock;
	int err;

	clock = devm_kzalloc(&pdev->dev, sizeof(*clock), GFP_KERNEL);
	if (!clock)
		return -ENOMEM;
	clock->parent = pulse_parent_alloc(&pdev->dev);
	if (IS_ERR(clock->parent))
		return PTR_ERR(clock->parent);
	platform_set_drvdata(pdev, clock);
	pulse_clock_start(clock);
	pulse_debugfs_add(clock, dev_name(&pdev->dev));
	err = mdev_parent_register(clock->parent);
	if (err)
		goto stop_clock;
	return 0;

stop_clock:
	debugfs_remove_recursive(clock->dir);
	pulse_clock_stop(clock);
	mdev_parent_free(clock->parent);
	return err;
}

/* The slice goes first, while pulses still come; both sources of them are waited for. */
static void pulse_clock_remove(struct platform_device *pdev)
{
	struct pulse_clock *clock = platform_get_drvdata(pdev);

	mdev_parent_unregister(clock->parent);
	debugfs_remove_recursive(clock->dir);
	pulse_clock_stop(clock);
	mdev_parent_free(clock->parent);
}

static const struct platform_device_id pulse_clock_ids[] = {
	{ "mdev_pulse0" },
	{ }
};

static struct platform_driver pulse_clock_driver = {
	.driver.name = "mdev_pulse",
	.id_table = pulse_clock_ids,
	.probe = pulse_clock_probe,
	.remove = pulse_clock_remove,
};

static int pulse_clock_add(void)
{
	int err;

	err = platform_driver_register(&pulse_clock_driver);
	if (err)
		return err;
	pulse_device = platform_device_register_simple(pulse_clock_ids[0].name,
						       PLATFORM_DEVID_NONE,
						       NULL, 0);
	if (!IS_ERR(pulse_device))
		return 0;
	platform_driver_unregister(&pulse_clock_driver);
	return PTR_ERR(pulse_device);
}

static void pulse_clock_del(void)
{
	platform_device_unregister(pulse_device);
	platform_driver_unregister(&pulse_clock_driver);
}

static int __init pulse_init(void)
{
	int err;

	if (period_us && period_us < PULSE_PERIOD_MIN_US) {
		pr_err("period_us=%u, expected 0 or at least %u\n", period_us,
		       PULSE_PERIOD_MIN_US);
		return -EINVAL;
	}
	pulse_debugfs = debugfs_create_dir("mdev_pulse", NULL);
	err = mdev_vendor_driver_register(&pulse_slice_driver);
	if (err)
		goto remove_debugfs;
	err = pulse_clock_add();
	if (err)
		goto unregister_driver;
	return 0;

unregister_driver:
	mdev_vendor_driver_unregister(&pulse_slice_driver);
remove_debugfs:
	debugfs_remove(pulse_debugfs);
	return err;
}

static void __exit pulse_exit(void)
{
	pulse_clock_del();
	mdev_vendor_driver_unregister(&pulse_slice_driver);
	debugfs_remove(pulse_debugfs);
}

module_init(pulse_init);
module_exit(pulse_exit);

MODULE_DESCRIPTION("Sample: a parent with one slice and events at any time");
MODULE_LICENSE("GPL");
