// SPDX-License-Identifier: GPL-2.0
/*
 * Cgroups (version 2): which one a process is in, and how a thread of ours enters it.
 *
 * What is kept of a cgroup is its number, which is never used again. So a cgroup can
 * be removed at any time, and nothing of it stays because of us.
 *
 * A thread enters as any process does, by writing to cgroup.procs: this is where the
 * kernel makes sure that the cgroup is not being removed. Of the functions that
 * modules may call, the one that moves a task wants another one that lives there, and
 * who made a slice has mostly ended.
 *
 * Mounting the hierarchy once more would change the options that the system has
 * mounted it with, so its mount is used.
 */
#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/moduleparam.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "cgroup.h"

#define PROCS	"/cgroup.procs"

static char *cgroup_root = "/sys/fs/cgroup";
module_param(cgroup_root, charp, 0444);
MODULE_PARM_DESC(cgroup_root,
		 "where cgroup v2 is mounted, for threads that work in a cgroup's name");

/* The cgroup of the current process, or 0 if that is the root. */
u64 ring_cgroup_id(void)
{
	struct cgroup *cgrp;
	u64 id = 0;

	rcu_read_lock();
	cgrp = task_dfl_cgroup(current);
	if (cgroup_parent(cgrp))
		id = cgroup_id(cgrp);
	rcu_read_unlock();
	return id;
}

/* The root of the hierarchy, as the system has mounted it. */
static int root_path(struct path *root)
{
	int err;

	err = kern_path(cgroup_root, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, root);
	if (err)
		return err;
	if (root->mnt->mnt_sb->s_magic == CGROUP2_SUPER_MAGIC &&
	    root->dentry == root->mnt->mnt_sb->s_root)
		return 0;
	path_put(root);
	return -ENOENT;
}

/* Meanwhile another cgroup may have got the same name. */
static bool file_is_of(struct file *file, struct cgroup *cgrp)
{
	struct dentry *dir = dget_parent(file->f_path.dentry);
	bool same = d_inode(dir)->i_ino == cgroup_ino(cgrp);

	dput(dir);
	return same;
}

static struct file *open_name(struct cgroup *cgrp, char *name, size_t size)
{
	struct file *file;
	struct path root;
	int len, err;

	len = cgroup_path(cgrp, name, size);
	if (len < 0 || len + sizeof(PROCS) > size)
		return ERR_PTR(-ENAMETOOLONG);
	memcpy(name + len, PROCS, sizeof(PROCS));
	err = root_path(&root);
	if (err) {
		pr_warn_once("mdev_ring: no cgroup v2 at %s (%d), work is not charged\n",
			     cgroup_root, err);
		return ERR_PTR(err);
	}
	file = file_open_root(&root, name, O_WRONLY, 0);
	path_put(&root);
	if (!IS_ERR(file) && !file_is_of(file, cgrp)) {
		fput(file);
		file = ERR_PTR(-ENOENT);
	}
	return file;
}

static struct file *open_procs(u64 id)
{
	struct cgroup *cgrp;
	struct file *file;
	char *name;

	name = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!name)
		return ERR_PTR(-ENOMEM);
	cgrp = cgroup_get_from_id(id);
	if (IS_ERR(cgrp)) {
		kfree(name);
		return ERR_CAST(cgrp);
	}
	file = open_name(cgrp, name, PATH_MAX);
	cgroup_put(cgrp);
	kfree(name);
	return file;
}

/*
 * Move the current thread, one of the kernel's, which may do this. Sleeps.
 * Returns 0, -ENOENT or -ENODEV if the cgroup is gone, or what opening and writing says.
 */
int ring_cgroup_enter(u64 id)
{
	struct file *file = open_procs(id);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, "0\n", 2, &pos);
	fput(file);
	return ret < 0 ? ret : 0;
}
