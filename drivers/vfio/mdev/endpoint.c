// SPDX-License-Identifier: GPL-2.0
/*
 * What a slice appears as in its class, as the class tells it: kept in the slice, so that
 * whoever describes it waits for no lock of a driver.
 *
 * Listeners are told of its changes that no message about the class tells of: a driver
 * that was bound or unbound by hand, and who opens and closes it. That can be many in a
 * short time, and none of them waits for it: a message comes a moment later, and tells how
 * it is by then.
 */
#include <linux/mdev_class.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "core.h"

/* How long listeners are not told of an endpoint, so that one message tells of many changes. */
#define MDEV_ENDPOINT_DELAY	(HZ / 10)

static struct workqueue_struct *mdev_endpoints;

static void mdev_endpoint_reset(struct mdev_endpoint *endpoint)
{
	*endpoint = (struct mdev_endpoint){ .iommu_group = -1 };
}

/*
 * Whoever changes the slice tells how that has ended, so it is waited for. Pairs with the
 * get in mdev_endpoint_changed().
 */
static void mdev_endpoint_work(struct work_struct *work)
{
	struct mdev_slice *slice = container_of(to_delayed_work(work),
						struct mdev_slice, endpoint_work);

	if (READ_ONCE(slice->state) == MDEV_SLICE_CHANGING &&
	    queue_delayed_work(mdev_endpoints, &slice->endpoint_work,
			       MDEV_ENDPOINT_DELAY))
		return;
	mdev_slice_notify_endpoint(slice);
	mdev_slice_put(slice);
}

void mdev_endpoint_init(struct mdev_slice *slice)
{
	mdev_endpoint_reset(&slice->endpoint);
	INIT_DELAYED_WORK(&slice->endpoint_work, mdev_endpoint_work);
}

/* Any context that does not interrupt. What a slice is made with is told with the slice. */
static void mdev_endpoint_changed(struct mdev_slice *slice)
{
	struct mdev_event event;

	mdev_event_init(&event, MDEV_EVENT_USER);
	spin_lock(&slice->lock);
	slice->endpoint_event = event;
	slice->endpoint_changes++;
	spin_unlock(&slice->lock);

	if (!READ_ONCE(slice->live) || !mdev_nl_listened())
		return;
	get_device(&slice->dev);
	if (!queue_delayed_work(mdev_endpoints, &slice->endpoint_work,
				MDEV_ENDPOINT_DELAY))
		mdev_slice_put(slice);
}

/* A message comes that tells what the endpoint is. */
void mdev_endpoint_tell(struct mdev_slice *slice)
{
	spin_lock(&slice->lock);
	slice->endpoint_told = slice->endpoint_changes;
	spin_unlock(&slice->lock);
}

/* Has it changed since listeners were told? The last change is in @event then. */
bool mdev_endpoint_untold(struct mdev_slice *slice, struct mdev_event *event)
{
	bool untold;

	spin_lock(&slice->lock);
	untold = slice->endpoint_told != slice->endpoint_changes;
	*event = slice->endpoint_event;
	spin_unlock(&slice->lock);
	return untold;
}

/* Nothing of it is there any more. */
void mdev_endpoint_clear(struct mdev_slice *slice)
{
	struct pid *holder;

	spin_lock(&slice->lock);
	holder = slice->endpoint.holder;
	mdev_endpoint_reset(&slice->endpoint);
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
	mdev_endpoint_changed(slice);
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
	mdev_endpoint_changed(slice);
}
EXPORT_SYMBOL_GPL(mdev_slice_set_holder);

int mdev_endpoints_init(void)
{
	mdev_endpoints = alloc_workqueue("mdev_endpoints", WQ_UNBOUND, 0);
	return mdev_endpoints ? 0 : -ENOMEM;
}

void mdev_endpoints_exit(void)
{
	destroy_workqueue(mdev_endpoints);
}
