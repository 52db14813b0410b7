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
 * who made a slice has mostly ended. Likewise it is found out by reading cgroup.threads
 * whether anybody lives there.
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
#define THREADS	"/cgroup.threads"

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

static struct file *open_name(struct cgroup *cgrp, const char *name, int flags,
			      char *path, size_t size)
{
	struct file *file;
	struct path root;
	int len, err;

	len = cgroup_path(cgrp, path, size);
	if (len < 0 || len >= size ||
	    strscpy(path + len, name, size - len) < 0)
		return ERR_PTR(-ENAMETOOLONG);
	err = root_path(&root);
	if (err) {
		pr_warn_once("mdev_ring: no cgroup v2 at %s (%d), work is not charged\n",
			     cgroup_root, err);
		return ERR_PTR(err);
	}
	file = file_open_root(&root, path, flags, 0);
	path_put(&root);
	if (!IS_ERR(file) && !file_is_of(file, cgrp)) {
		fput(file);
		file = ERR_PTR(-ENOENT);
	}
	return file;
}

/* A file of a cgroup. */
static struct file *open_of(u64 id, const char *name, int flags)
{
	struct cgroup *cgrp;
	struct file *file;
	char *path;

	path = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!path)
		return ERR_PTR(-ENOMEM);
	cgrp = cgroup_get_from_id(id);
	if (IS_ERR(cgrp)) {
		kfree(path);
		return ERR_CAST(cgrp);
	}
	file = open_name(cgrp, name, flags, path, PATH_MAX);
	cgroup_put(cgrp);
	kfree(path);
	return file;
}

/*
 * Move the current thread, one of the kernel's, which may do this. Sleeps.
 * Returns 0, -ENOENT or -ENODEV if the cgroup is gone, or what opening and writing says.
 */
int ring_cgroup_enter(u64 id)
{
	struct file *file = open_of(id, PROCS, O_WRONLY);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, "0\n", 2, &pos);
	fput(file);
	return ret < 0 ? ret : 0;
}

/* Returns whether a file has more than @nr lines, or an errno. Reads no further. */
static int has_more_lines(struct file *file, unsigned int nr)
{
	char buf[128];
	unsigned int lines = 0;
	loff_t pos = 0;
	ssize_t len, i;

	do {
		len = kernel_read(file, buf, sizeof(buf), &pos);
		for (i = 0; i < len; i++)
			lines += buf[i] == '\n';
	} while (len > 0 && lines <= nr);
	return len < 0 ? len : lines > nr;
}

/*
 * Whether more than so many threads are in the cgroup, of those in cgroups below none
 * counts. Sleeps. Returns 1 or 0, -ENOENT or -ENODEV if the cgroup is gone, or what
 * opening and reading says.
 */
int ring_cgroup_has_more(u64 id, unsigned int nr)
{
	struct file *file = open_of(id, THREADS, O_RDONLY);
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = has_more_lines(file, nr);
	fput(file);
	return ret;
}
