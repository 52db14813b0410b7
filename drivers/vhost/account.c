// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory of a process is pinned for its slices: each page counts once
 * against RLIMIT_MEMLOCK, however often and for however many slices it is pinned.
 *
 * There is one account for each mm. It counts page frames and not user addresses:
 * what is at an address may change while the former page is still pinned.
 */
#include <linux/capability.h>
#include <linux/hashtable.h>
#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "pins.h"

/**
 * struct vhost_account - pinned pages of a process
 * @node: in vhost_accounts
 * @refs: under vhost_accounts_lock
 * @mm: whose memory it is; its struct is held
 * @lock: the tree's, and held while it is changed
 * @counts: how often each page frame is pinned, none for those that are not
 * @pages: how many are
 */
struct vhost_account {
	struct hlist_node node;
	unsigned int refs;
	struct mm_struct *mm;
	struct mutex lock;		/* see above */
	struct maple_tree counts;
	unsigned long pages;
};

static DEFINE_MUTEX(vhost_accounts_lock);
static DEFINE_HASHTABLE(vhost_accounts, 6);

static struct vhost_account *account_find(const struct mm_struct *mm)
{
	struct vhost_account *account;

	hash_for_each_possible(vhost_accounts, account, node, (unsigned long)mm)
		if (account->mm == mm)
			return account;
	return NULL;
}

static struct vhost_account *account_create(struct mm_struct *mm)
{
	struct vhost_account *account;

	account = kzalloc(sizeof(*account), GFP_KERNEL_ACCOUNT);
	if (!account)
		return NULL;
	mmgrab(mm);
	account->mm = mm;
	mutex_init(&account->lock);
	mt_init_flags(&account->counts, MT_FLAGS_LOCK_EXTERN);
	mt_set_external_lock(&account->counts, &account->lock);
	hash_add(vhost_accounts, &account->node, (unsigned long)mm);
	return account;
}

/* NULL if there is no memory. Pairs with vhost_account_put(). */
struct vhost_account *vhost_account_get(struct mm_struct *mm)
{
	struct vhost_account *account;

	mutex_lock(&vhost_accounts_lock);
	account = account_find(mm) ?: account_create(mm);
	if (account)
		account->refs++;
	mutex_unlock(&vhost_accounts_lock);
	return account;
}

/* Whoever has added pages has taken them off again. */
void vhost_account_put(struct vhost_account *account)
{
	bool last;

	mutex_lock(&vhost_accounts_lock);
	last = !--account->refs;
	if (last)
		hash_del(&account->node);
	mutex_unlock(&vhost_accounts_lock);
	if (!last)
		return;
	mutex_lock(&account->lock);
	WARN_ON_ONCE(!mtree_empty(&account->counts));
	__mt_destroy(&account->counts);
	mutex_unlock(&account->lock);
	mutex_destroy(&account->lock);
	mmdrop(account->mm);
	kfree(account);
}

/*
 * The run of frames from @first on, not beyond @last, that are pinned equally often;
 * returns how often.
 */
static unsigned long counts_at(struct vhost_account *account,
			       unsigned long first, unsigned long *last)
{
	MA_STATE(mas, &account->counts, first, first);
	void *entry = mas_walk(&mas);

	*last = min(*last, mas.last);
	return entry ? xa_to_value(entry) : 0;
}

static int counts_store(struct vhost_account *account, unsigned long first,
			unsigned long last, unsigned long count, gfp_t gfp)
{
	MA_STATE(mas, &account->counts, first, last);

	return mas_store_gfp(&mas, count ? xa_mk_value(count) : NULL, gfp);
}

static unsigned long counts_unpinned(struct vhost_account *account,
				     unsigned long first, unsigned long end)
{
	unsigned long nr = 0, last;

	for (; first != end; first = last + 1) {
		last = end - 1;
		if (!counts_at(account, first, &last))
			nr += last - first + 1;
	}
	return nr;
}

/* Returns where it ended: at @end, or before for want of memory. */
static unsigned long counts_raise(struct vhost_account *account,
				  unsigned long first, unsigned long end)
{
	unsigned long count, last;

	for (; first != end; first = last + 1) {
		last = end - 1;
		count = counts_at(account, first, &last);
		if (counts_store(account, first, last, count + 1,
				 GFP_KERNEL_ACCOUNT))
			break;
	}
	return first;
}

/* Returns how many are not pinned any more. There is no way to say no. */
static unsigned long counts_lower(struct vhost_account *account,
				  unsigned long first, unsigned long end)
{
	unsigned long nr = 0, count, last;

	for (; first != end; first = last + 1) {
		last = end - 1;
		count = counts_at(account, first, &last);
		if (WARN_ON_ONCE(!count))
			continue;
		counts_store(account, first, last, count - 1,
			     GFP_KERNEL | __GFP_NOFAIL);
		if (count == 1)
			nr += last - first + 1;
	}
	return nr;
}

/* Others charge the same mm at the same time, for what we know nothing of. */
static int account_charge(struct mm_struct *mm, unsigned long nr)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	s64 pinned = atomic64_read(&mm->pinned_vm);

	do {
		if (pinned + nr > limit && !capable(CAP_IPC_LOCK))
			return -ENOMEM;
	} while (!atomic64_try_cmpxchg(&mm->pinned_vm, &pinned, pinned + nr));
	return 0;
}

/*
 * Count page frames that were pinned. The caller is the process: its limit is what
 * counts. -ENOMEM if they are too many, or there is no memory to count.
 */
int vhost_account_add(struct vhost_account *account, unsigned long pfn,
		      unsigned long nr)
{
	unsigned long end = pfn + nr, charged, done;
	int err;

	mutex_lock(&account->lock);
	charged = counts_unpinned(account, pfn, end);
	err = charged ? account_charge(account->mm, charged) : 0;
	if (err)
		goto unlock;
	done = counts_raise(account, pfn, end);
	if (done != end) {
		counts_lower(account, pfn, done);
		atomic64_sub(charged, &account->mm->pinned_vm);
		err = -ENOMEM;
		goto unlock;
	}
	WRITE_ONCE(account->pages, account->pages + charged);
unlock:
	mutex_unlock(&account->lock);
	return err;
}

/* Undo vhost_account_add(), in pieces as they come. */
void vhost_account_sub(struct vhost_account *account, unsigned long pfn,
		       unsigned long nr)
{
	unsigned long freed;

	mutex_lock(&account->lock);
	freed = counts_lower(account, pfn, pfn + nr);
	WRITE_ONCE(account->pages, account->pages - freed);
	atomic64_sub(freed, &account->mm->pinned_vm);
	mutex_unlock(&account->lock);
}

/* How many pages of the process are pinned, at the moment. */
unsigned long vhost_account_pages(const struct vhost_account *account)
{
	return READ_ONCE(account->pages);
}
