// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/wait_bit.h>

#include "core.h"

static atomic_t mdev_objects = ATOMIC_INIT(0);

void mdev_object_get(void)
{
	atomic_inc(&mdev_objects);
}

void mdev_object_put(void)
{
	if (atomic_dec_and_test(&mdev_objects))
		wake_up_var(&mdev_objects);
}

static int __init mdev_core_init(void)
{
	int err;

	err = mdev_parents_init();
	if (err)
		return err;

	err = mdev_names_init();
	if (err)
		goto exit_parents;

	err = mdev_slices_init();
	if (err)
		goto exit_names;

	err = mdev_removals_init();
	if (err)
		goto exit_slices;

	err = mdev_endpoints_init();
	if (err)
		goto exit_removals;

	err = mdev_changes_init();
	if (err)
		goto exit_endpoints;

	err = class_register(&mdev_slice_class);
	if (err)
		goto exit_changes;

	err = mdev_types_init();
	if (err)
		goto unregister_class;

	err = mdev_netlink_init();
	if (err)
		goto exit_types;

	return 0;

exit_types:
	mdev_types_exit();
unregister_class:
	class_unregister(&mdev_slice_class);
exit_changes:
	mdev_changes_exit();
exit_endpoints:
	mdev_endpoints_exit();
exit_removals:
	mdev_removals_exit();
exit_slices:
	mdev_slices_exit();
exit_names:
	mdev_names_exit();
exit_parents:
	mdev_parents_exit();
	return err;
}

static void __exit mdev_core_exit(void)
{
	mdev_netlink_exit();
	mdev_types_exit();
	class_unregister(&mdev_slice_class);
	/*
	 * No module that uses ours is left, so nothing new is made. What is
	 * left are slices and parents that somebody still holds a reference
	 * of, an open sysfs file for example.
	 */
	wait_var_event(&mdev_objects, !atomic_read(&mdev_objects));
	/*
	 * Whoever put the last one may still be on its way out of our code: a
	 * release function, or the remove attribute, which gave up its active
	 * protection. Tasks that have been scheduled have left it.
	 */
	synchronize_rcu_tasks();
	rcu_barrier();
	mdev_changes_exit();
	mdev_endpoints_exit();
	mdev_removals_exit();
	mdev_slices_exit();
	mdev_names_exit();
	mdev_parents_exit();
}

module_init(mdev_core_init);
module_exit(mdev_core_exit);

MODULE_DESCRIPTION("Parents, slices and classes of mediated devices");
MODULE_LICENSE("GPL");
