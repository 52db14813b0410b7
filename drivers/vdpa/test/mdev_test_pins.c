// SPDX-License-Identifier: GPL-2.0
/*
 * There is no memory for the pins of a device that the driver core is about to bind:
 *
 *	echo NAME >/sys/module/mdev_test_pins/parameters/device
 *
 * That is before it calls the probe of the bus, and it tells nobody. Only for tests, of
 * kernels that have no other way to let allocations fail.
 */
#include <linux/device.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>

static char device[64];
module_param_string(device, device, sizeof(device), 0600);
MODULE_PARM_DESC(device, "name of the device, empty for none");

static unsigned int met;
module_param(met, uint, 0400);
MODULE_PARM_DESC(met, "how often it was about to be bound");

/* The task that looks for its pins. One device is bound by one task at a time. */
static struct task_struct *binding;

static int pins_begin(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct device *dev = (void *)regs_get_kernel_argument(regs, 0);

	if (!sysfs_streq(dev_name(dev), device))
		return 1;
	met++;
	WRITE_ONCE(binding, current);
	return 0;
}

static int pins_end(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	WRITE_ONCE(binding, NULL);
	return 0;
}

static int alloc_begin(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return READ_ONCE(binding) != current;
}

/* What was allocated is the device's, and freed with all that was. */
static int alloc_end(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	regs_set_return_value(regs, 0);
	return 0;
}

static struct kretprobe pins_probe = {
	.kp.symbol_name = "pinctrl_bind_pins",
	.entry_handler = pins_begin,
	.handler = pins_end,
};

static struct kretprobe alloc_probe = {
	.kp.symbol_name = "devm_kmalloc",
	.entry_handler = alloc_begin,
	.handler = alloc_end,
};

static struct kretprobe *probes[] = { &pins_probe, &alloc_probe };

static int __init mdev_test_pins_init(void)
{
	return register_kretprobes(probes, ARRAY_SIZE(probes));
}

static void __exit mdev_test_pins_exit(void)
{
	unregister_kretprobes(probes, ARRAY_SIZE(probes));
}

module_init(mdev_test_pins_init);
module_exit(mdev_test_pins_exit);

MODULE_DESCRIPTION("No memory for the pins of a device, for tests");
MODULE_LICENSE("GPL");
