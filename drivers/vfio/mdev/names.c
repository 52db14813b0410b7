// SPDX-License-Identifier: GPL-2.0
/*
 * The names that slices have, and which slice has one.
 *
 * A name is memory of its own, which stays for a grace period after the slice has got
 * another name or has gone: whoever reads it without a lock needs rcu_read_lock() and
 * nothing else.
 */
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"

static struct rhashtable mdev_names;

static u32 mdev_name_hash(const void *data, u32 len, u32 seed)
{
	const char *text = data;

	return jhash(text, strlen(text), seed);
}

static u32 mdev_name_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct mdev_name *name = data;

	return mdev_name_hash(name->text, 0, seed);
}

static int mdev_name_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct mdev_name *name = obj;

	return strcmp(name->text, arg->key);
}

static const struct rhashtable_params mdev_name_params = {
	.head_offset = offsetof(struct mdev_name, node),
	.hashfn = mdev_name_hash,
	.obj_hashfn = mdev_name_obj_hash,
	.obj_cmpfn = mdev_name_cmp,
	.automatic_shrinking = true,
};

/* A name for a slice, which nobody finds by it yet. To be freed by mdev_name_free(). */
struct mdev_name *mdev_name_alloc(struct mdev_slice *slice, const char *text)
{
	size_t size = strlen(text) + 1;
	struct mdev_name *name;

	name = kmalloc(struct_size(name, text, size), GFP_KERNEL);
	if (!name)
		return NULL;
	name->slice = slice;
	memcpy(name->text, text, size);
	return name;
}

/* Nobody comes to it any more, but for those who read it just now. NULL is no name. */
void mdev_name_free(struct mdev_name *name)
{
	kfree_rcu(name, rcu);
}

/* Nobody else gets this name until mdev_name_unreserve(). */
int mdev_name_reserve(struct mdev_name *name, struct netlink_ext_ack *extack)
{
	int err = rhashtable_lookup_insert_key(&mdev_names, name->text,
					       &name->node, mdev_name_params);

	if (err == -EEXIST)
		NL_SET_ERR_MSG(extack, "a slice with this name exists");
	return err;
}

void mdev_name_unreserve(struct mdev_name *name)
{
	rhashtable_remove_fast(&mdev_names, &name->node, mdev_name_params);
}

/*
 * The slice that has this name, or NULL. Under rcu_read_lock(), for as long as that: a
 * slice is released after its names were taken out of the table, and its memory stays for
 * a grace period after that.
 */
struct mdev_slice *mdev_name_find(const char *text)
{
	struct mdev_name *name;

	name = rhashtable_lookup(&mdev_names, text, mdev_name_params);
	return name ? name->slice : NULL;
}

int mdev_names_init(void)
{
	return rhashtable_init(&mdev_names, &mdev_name_params);
}

void mdev_names_exit(void)
{
	rhashtable_destroy(&mdev_names);
}
