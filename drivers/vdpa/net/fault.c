// SPDX-License-Identifier: GPL-2.0
/*
 * Steps that fail on purpose: /sys/kernel/debug/mdev_net/NIC/fault/STEP holds
 * the errno that the step returns, 0 for none.
 */
#include <linux/debugfs.h>
#include <linux/wait.h>

#include "mdev_net.h"

#define DELAY_MAX_MS	60000

static struct dentry *root;

static const char * const step_names[MDEV_NET_FAULT_NR] = {
	[MDEV_NET_FAULT_CREATE] = "create",
	[MDEV_NET_FAULT_CONFIGURE] = "configure",
	[MDEV_NET_FAULT_PROBE] = "probe",
	[MDEV_NET_FAULT_SET_FEATURES] = "set_features",
	[MDEV_NET_FAULT_SET_STATUS] = "set_status",
	[MDEV_NET_FAULT_DRIVER_OK] = "driver_ok",
	[MDEV_NET_FAULT_SET_CONFIG] = "set_config",
	[MDEV_NET_FAULT_SET_AS] = "set_as",
	[MDEV_NET_FAULT_SET_VQ_NUM] = "set_vq_num",
	[MDEV_NET_FAULT_SET_VQ_ADDRESS] = "set_vq_address",
	[MDEV_NET_FAULT_SET_VQ_STATE] = "set_vq_state",
	[MDEV_NET_FAULT_SET_VQ_READY] = "set_vq_ready",
	[MDEV_NET_FAULT_RESET_VQ] = "reset_vq",
	[MDEV_NET_FAULT_GET_VQ_STATE] = "get_vq_state",
	[MDEV_NET_FAULT_GET_VQ_STATS] = "get_vq_stats",
	[MDEV_NET_FAULT_SUSPEND] = "suspend",
	[MDEV_NET_FAULT_RESUME] = "resume",
	[MDEV_NET_FAULT_RESET] = "reset",
	[MDEV_NET_FAULT_RECOVER] = "recover",
};

static int errno_get(void *data, u64 *value)
{
	*value = -READ_ONCE(*(int *)data);
	return 0;
}

static int errno_set(void *data, u64 value)
{
	s64 err = value;

	if (err > MAX_ERRNO || err < -MAX_ERRNO)
		return -EINVAL;
	WRITE_ONCE(*(int *)data, err > 0 ? -err : err);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(errno_fops, errno_get, errno_set, "%lld\n");

static int delay_get(void *data, u64 *value)
{
	*value = READ_ONCE(*(u32 *)data);
	return 0;
}

static int delay_set(void *data, u64 value)
{
	if (value > DELAY_MAX_MS)
		return -EINVAL;
	WRITE_ONCE(*(u32 *)data, value);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(delay_fops, delay_get, delay_set, "%llu\n");

/* Steps that are being delayed go on; those that come later are not affected. */
static int wake_set(void *data, u64 value)
{
	struct mdev_net_parent *np = data;

	WRITE_ONCE(np->wakes, np->wakes + 1);
	wake_up_all(&np->delayed);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(wake_fops, NULL, wake_set, "%llu\n");

static void delay(struct mdev_net_parent *np)
{
	u32 delay_ms = READ_ONCE(np->delay_ms);
	u32 wakes = READ_ONCE(np->wakes);

	if (!delay_ms)
		return;
	atomic_inc(&np->nr_delayed);
	wait_event_timeout(np->delayed, READ_ONCE(np->wakes) != wakes,
			   msecs_to_jiffies(delay_ms));
	atomic_dec(&np->nr_delayed);
}

/* What a step that has a knob does first. May sleep. */
int mdev_net_fault(struct mdev_net_parent *np, enum mdev_net_fault step)
{
	delay(np);
	return READ_ONCE(np->fault[step]);
}

void mdev_net_fault_add(struct mdev_net_parent *np)
{
	struct dentry *dir;
	unsigned int i;

	init_waitqueue_head(&np->delayed);
	np->debugfs = debugfs_create_dir(dev_name(np->parent->dev), root);
	dir = debugfs_create_dir("fault", np->debugfs);
	for (i = 0; i < MDEV_NET_FAULT_NR; i++)
		debugfs_create_file_unsafe(step_names[i], 0600, dir,
					   &np->fault[i], &errno_fops);
	debugfs_create_file_unsafe("delay_ms", 0600, dir, &np->delay_ms,
				   &delay_fops);
	debugfs_create_atomic_t("delayed", 0400, dir, &np->nr_delayed);
	debugfs_create_file_unsafe("wake", 0200, dir, np, &wake_fops);
}

void mdev_net_fault_remove(struct mdev_net_parent *np)
{
	debugfs_remove(np->debugfs);
}

void mdev_net_fault_init(void)
{
	root = debugfs_create_dir(KBUILD_MODNAME, NULL);
}

void mdev_net_fault_exit(void)
{
	debugfs_remove(root);
}
