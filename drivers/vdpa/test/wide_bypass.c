// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts that pass by the kernel: devices say which they have, and what KVM would do
 * with them is done here. A file descriptor of an eventfd that is written to parameter
 * "bypass" is that of a consumer, as KVM's irqfd is one; -1 is none. Read, the
 * parameter is the interrupt that the consumer is connected to, or -1.
 */
#include <linux/eventfd.h>
#include <linux/irqbypass.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>

#include "wide.h"

/* They are numbers here and nothing else: there are no such interrupts. */
#define WIDE_IRQ	100000

static DEFINE_MUTEX(bypass_lock);	/* which consumer there is */
static struct eventfd_ctx *bypass_ctx;
static int bypass_irq = -1;

int wide_get_vq_irq(struct mdev_slice *slice, u16 vq)
{
	return vq & 1 ? -ENXIO : WIDE_IRQ + vq;
}

static int bypass_add(struct irq_bypass_consumer *consumer,
		      struct irq_bypass_producer *producer)
{
	WRITE_ONCE(bypass_irq, producer->irq);
	return 0;
}

static void bypass_del(struct irq_bypass_consumer *consumer,
		       struct irq_bypass_producer *producer)
{
	WRITE_ONCE(bypass_irq, -1);
}

static struct irq_bypass_consumer bypass_consumer = {
	.add_producer = bypass_add,
	.del_producer = bypass_del,
};

static void bypass_drop(void)
{
	if (!bypass_ctx)
		return;
	irq_bypass_unregister_consumer(&bypass_consumer);
	eventfd_ctx_put(bypass_ctx);
	bypass_ctx = NULL;
}

static int bypass_take(int fd)
{
	struct eventfd_ctx *ctx = eventfd_ctx_fdget(fd);
	int err;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	bypass_consumer.token = ctx;
	err = irq_bypass_register_consumer(&bypass_consumer);
	if (err)
		eventfd_ctx_put(ctx);
	else
		bypass_ctx = ctx;
	return err;
}

static int bypass_set(const char *text, const struct kernel_param *param)
{
	int fd, err;

	err = kstrtoint(text, 0, &fd);
	if (err)
		return err;
	mutex_lock(&bypass_lock);
	bypass_drop();
	if (fd >= 0)
		err = bypass_take(fd);
	mutex_unlock(&bypass_lock);
	return err;
}

static int bypass_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", READ_ONCE(bypass_irq));
}

static const struct kernel_param_ops bypass_ops = {
	.set = bypass_set,
	.get = bypass_get,
};
module_param_cb(bypass, &bypass_ops, NULL, 0644);
MODULE_PARM_DESC(bypass, "eventfd of a consumer of interrupts");

void wide_bypass_exit(void)
{
	mutex_lock(&bypass_lock);
	bypass_drop();
	mutex_unlock(&bypass_lock);
}
