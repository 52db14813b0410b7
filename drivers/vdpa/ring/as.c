// SPDX-License-Identifier: GPL-2.0
/*
 * Address spaces: references. What an address means is up to the backend.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mdev_as.h>

/**
 * mdev_as_init - prepare an address space for use
 * @as: embedded in what the backend has allocated
 * @ops: the backend
 *
 * The caller holds the only reference afterwards. Any context.
 */
void mdev_as_init(struct mdev_as *as, const struct mdev_as_ops *ops)
{
	as->ops = ops;
	as->seq = 0;
	as->user = false;
	as->remote = false;
	as->worker = NULL;
	as->owner = NULL;
	kref_init(&as->refs);
}
EXPORT_SYMBOL_GPL(mdev_as_init);

static void mdev_as_release(struct kref *refs)
{
	struct mdev_as *as = container_of(refs, struct mdev_as, refs);

	as->ops->release(as);
}

/**
 * mdev_as_put - drop a reference
 * @as: the address space; NULL is ignored
 *
 * The last one frees the address space. Pairs with mdev_as_get() or with the
 * function that created it. Process context, may sleep.
 */
void mdev_as_put(struct mdev_as *as)
{
	if (as)
		kref_put(&as->refs, mdev_as_release);
}
EXPORT_SYMBOL_GPL(mdev_as_put);
