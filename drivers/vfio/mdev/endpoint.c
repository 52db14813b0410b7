// SPDX-License-Identifier: GPL-2.0
/*
 * What a slice appears as in its class, as the class tells it: kept in the slice, so that
 * whoever describes it waits for no lock of a driver.
 */
#include <linux/mdev_class.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/string.h>

#include "core.h"

void mdev_endpoint_init(struct mdev_endpoint *endpoint)
{
	*endpoint = (struct mdev_endpoint){ .iommu_group = -1 };
}

/* Nothing of it is there any more. */
void mdev_endpoint_clear(struct mdev_slice *slice)
{
	struct pid *holder;

	spin_lock(&slice->lock);
	holder = slice->endpoint.holder;
	mdev_endpoint_init(&slice->endpoint);
	spin_unlock(&slice->lock);
	put_pid(holder);
}

/* The driver that is bound to the class device, NULL for none. */
void mdev_endpoint_set_driver(struct mdev_slice *slice,
			      const struct device_driver *drv)
{
	spin_lock(&slice->lock);
	strscpy(slice->endpoint.driver, drv ? drv->name : "");
	spin_unlock(&slice->lock);
}

/**
 * mdev_slice_set_node - tell which node in /dev a slice has
 * @slice: the slice, in the class of the caller
 * @node: its name; NULL for none. Forgotten when the slice leaves the class.
 *
 * Process context, does not sleep.
 */
void mdev_slice_set_node(struct mdev_slice *slice, const char *node)
{
	spin_lock(&slice->lock);
	strscpy(slice->endpoint.node, node ?: "");
	spin_unlock(&slice->lock);
}
EXPORT_SYMBOL_GPL(mdev_slice_set_node);

/**
 * mdev_slice_set_iommu_group - tell which iommu group a slice is in
 * @slice: the slice, in the class of the caller
 * @group: its number; -1 for none. Forgotten when the slice leaves the class.
 *
 * Process context, does not sleep.
 */
void mdev_slice_set_iommu_group(struct mdev_slice *slice, int group)
{
	spin_lock(&slice->lock);
	slice->endpoint.iommu_group = group;
	spin_unlock(&slice->lock);
}
EXPORT_SYMBOL_GPL(mdev_slice_set_iommu_group);

/**
 * mdev_slice_set_holder - tell who has a slice open
 * @slice: the slice, in the class of the caller
 * @held: the current process has; false: nobody does any more
 *
 * Process context, does not sleep.
 */
void mdev_slice_set_holder(struct mdev_slice *slice, bool held)
{
	struct pid *holder = held ? get_task_pid(current, PIDTYPE_TGID) : NULL;

	spin_lock(&slice->lock);
	swap(slice->endpoint.holder, holder);
	if (held)
		get_task_comm(slice->endpoint.comm, current->group_leader);
	spin_unlock(&slice->lock);
	put_pid(holder);
}
EXPORT_SYMBOL_GPL(mdev_slice_set_holder);
