// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of the consumer that the device itself reads and writes.
 *
 * Pages are pinned for as long as they are mapped, so mapping may wait for whatever
 * brings them in, and that may be user space. So it runs without the node's lock;
 * messages of a file wait for each other instead. Each physically contiguous run
 * of pages is given to the device as soon as it is known, under the node's lock,
 * where it turns out that the node has been revoked meanwhile.
 *
 * What is mapped is in a table of runs for each address space. Revocation takes the
 * device off all of it under the node's lock. From then on nobody looks for a table
 * through the session, and whoever drops the last reference unpins the pages.
 */
#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/maple_tree.h>
#include <linux/mdev_as.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/msi.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "pins.h"
#include "vhost.h"

/*
 * Pages that are pinned at a time. Many, because each time costs a walk of the page
 * tables from their root; not all, because those that are there are taken with
 * interrupts off.
 */
#define PINS_BATCH	4096

/* Larger runs would be mapped for long under the node's lock. */
#define PINS_RUN_ALIGN	(SZ_1G >> PAGE_SHIFT)	/* pages; no IOMMU page is larger */

/*
 * Runs beyond as many as this, and a few for each page, cannot be of use: the same pages
 * could be mapped without end, and counted once.
 */
#define PINS_RUNS_FREE	16384
#define PINS_RUNS_EACH	4

/*
 * A page that is pinned without end overflows its reference count, which the kernel warns of.
 * Pinning one costs many references. The rest is for those who have pinned and not looked yet:
 * PINS_BATCH times each, for which there is room for 448 of them.
 */
#define PINS_REFS_MAX	(INT_MAX / 8)

static struct workqueue_struct *vhost_pins_wq;

static bool allow_unsafe_interrupts;
module_param(allow_unsafe_interrupts, bool, 0644);
MODULE_PARM_DESC(allow_unsafe_interrupts,
		 "let devices use an IOMMU that does not check interrupts: their users can forge some");

/**
 * struct vhost_pins - what is pinned for a session
 * @refs: the session, and each message that is being worked on
 * @release: unpins after revocation
 * @messages: one at a time; held while pages are brought in
 * @lock: the tables'; innermost but for the account's
 * @dev: device whose IOMMU is used, NULL where the parent maps
 * @domain: what the device reaches, NULL likewise
 * @reserved: addresses that are the platform's
 * @parent: whose DMA was claimed, NULL likewise; the session holds it
 * @account: what counts the pages, NULL before there is an owner
 * @nr_runs: in all tables
 * @nr_as: entries in @runs
 * @runs: for each address space what is mapped where, see run_entry()
 */
struct vhost_pins {
	struct kref refs;
	struct work_struct release;
	struct mutex messages;		/* see above */
	struct mutex lock;		/* see above */
	struct device *dev;
	struct iommu_domain *domain;
	struct list_head reserved;
	struct mdev_parent *parent;
	struct vhost_account *account;
	unsigned long nr_runs;
	unsigned int nr_as;
	struct maple_tree runs[] __counted_by(nr_as);
};

/**
 * struct vhost_run - physically contiguous pages, pinned
 * @iova: where they are for the device
 * @pfn: first page frame
 * @nr: number of pages
 * @perm: MDEV_AS_READ and MDEV_AS_WRITE
 */
struct vhost_run {
	unsigned long iova;
	unsigned long pfn;
	unsigned long nr;
	u32 perm;
};

/* An entry tells where a run is and what it allows; its range, where it is mapped. */

#define ENTRY_PERM_BITS	2
#define ENTRY_PERM	(MDEV_AS_READ | MDEV_AS_WRITE)

static void *run_entry(const struct vhost_run *run)
{
	return xa_mk_value(run->pfn << ENTRY_PERM_BITS | run->perm);
}

static unsigned long run_last(const struct vhost_run *run)
{
	return run->iova + ((run->nr << PAGE_SHIFT) - 1);
}

/* The first run that has something in @first .. @last. */
static bool run_find(struct maple_tree *runs, unsigned long first,
		     unsigned long last, struct vhost_run *run)
{
	MA_STATE(mas, runs, first, first);
	void *entry = mas_find(&mas, last);

	if (!entry)
		return false;
	run->iova = mas.index;
	run->nr = ((mas.last - mas.index) >> PAGE_SHIFT) + 1;
	run->pfn = xa_to_value(entry) >> ENTRY_PERM_BITS;
	run->perm = xa_to_value(entry) & ENTRY_PERM;
	return true;
}

static void run_unpin(const struct vhost_run *run)
{
	unpin_user_page_range_dirty_lock(pfn_to_page(run->pfn), run->nr,
					 run->perm & MDEV_AS_WRITE);
}

static void run_drop(struct vhost_pins *pins, const struct vhost_run *run)
{
	vhost_account_sub(pins->account, run->pfn, run->nr);
	run_unpin(run);
}

/* The device's half. */

static int run_attach(struct vhost_node *node, struct vhost_pins *pins,
		      u32 asid, const struct vhost_run *run)
{
	size_t size = run->nr << PAGE_SHIFT;
	phys_addr_t pa = PFN_PHYS(run->pfn);
	int prot = IOMMU_CACHE;

	if (!pins->domain)
		return node->vhost_ops->dma_map(node->slice, asid, run->iova,
						size, pa, run->perm);
	if (run->perm & MDEV_AS_READ)
		prot |= IOMMU_READ;
	if (run->perm & MDEV_AS_WRITE)
		prot |= IOMMU_WRITE;
	return iommu_map(pins->domain, run->iova, pa, size, prot,
			 GFP_KERNEL_ACCOUNT);
}

static void run_detach(struct vhost_node *node, struct vhost_pins *pins,
		       u32 asid, const struct vhost_run *run)
{
	size_t size = run->nr << PAGE_SHIFT;

	if (!pins->domain)
		node->vhost_ops->dma_unmap(node->slice, asid, run->iova, size);
	else
		WARN_ON_ONCE(iommu_unmap(pins->domain, run->iova, size) != size);
}

static bool pins_have_room(const struct vhost_pins *pins)
{
	unsigned long pages = vhost_account_pages(pins->account);

	return pins->nr_runs / PINS_RUNS_EACH <
	       pages + PINS_RUNS_FREE / PINS_RUNS_EACH;
}

static int pins_insert_locked(struct vhost_node *node, struct vhost_pins *pins,
			      u32 asid, const struct vhost_run *run)
{
	MA_STATE(mas, &pins->runs[asid], run->iova, run_last(run));
	void *entry = run_entry(run);
	int err;

	if (!pins_have_room(pins))
		return -ENOSPC;
	err = mas_preallocate(&mas, entry, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	err = run_attach(node, pins, asid, run);
	if (err) {
		mas_destroy(&mas);
		return err;
	}
	mas_store_prealloc(&mas, entry);
	pins->nr_runs++;
	return 0;
}

static int pins_insert(struct vhost_node *node, struct vhost_pins *pins,
		       u32 asid, const struct vhost_run *run)
{
	int err;

	mutex_lock(&pins->lock);
	err = pins_insert_locked(node, pins, asid, run);
	mutex_unlock(&pins->lock);
	return err;
}

static void pins_erase(struct vhost_pins *pins, u32 asid,
		       const struct vhost_run *run)
{
	MA_STATE(mas, &pins->runs[asid], run->iova, run_last(run));

	mas_store_gfp(&mas, NULL, GFP_KERNEL | __GFP_NOFAIL);
	pins->nr_runs--;
}

/* Take the first run between two addresses away from the device. */
static bool pins_remove(struct vhost_node *node, struct vhost_pins *pins,
			u32 asid, unsigned long first, unsigned long last,
			struct vhost_run *run)
{
	bool found;

	mutex_lock(&pins->lock);
	found = run_find(&pins->runs[asid], first, last, run);
	if (found) {
		run_detach(node, pins, asid, run);
		pins_erase(pins, asid, run);
	}
	mutex_unlock(&pins->lock);
	return found;
}

/*
 * A run that cannot be cut is whole again. If the device does not take it back either,
 * it is not mapped any more, and who cuts is told of the error.
 */
static void pins_restore(struct vhost_node *node, struct vhost_pins *pins,
			 u32 asid, const struct vhost_run *run)
{
	int err = run_attach(node, pins, asid, run);

	if (!err)
		return;
	dev_err(&node->dev, "%#lx..%#lx cannot be mapped again: %pe\n",
		run->iova, run_last(run), ERR_PTR(err));
	pins_erase(pins, asid, run);
	run_drop(pins, run);
}

static int pins_attach_halves(struct vhost_node *node, struct vhost_pins *pins,
			      u32 asid, const struct vhost_run *left,
			      const struct vhost_run *right)
{
	int err;

	err = run_attach(node, pins, asid, left);
	if (err)
		return err;
	err = run_attach(node, pins, asid, right);
	if (err)
		run_detach(node, pins, asid, left);
	return err;
}

/*
 * An IOMMU cannot always cut what was mapped at once, so it is mapped once more, in
 * halves: for a moment the device does not find it. The entry of the left half is
 * that of the whole.
 */
static int pins_cut_run(struct vhost_node *node, struct vhost_pins *pins,
			u32 asid, const struct vhost_run *run, unsigned long at)
{
	MA_STATE(mas, &pins->runs[asid], at, run_last(run));
	struct vhost_run left = *run, right = *run;
	int err;

	left.nr = (at - run->iova) >> PAGE_SHIFT;
	right.iova = at;
	right.pfn += left.nr;
	right.nr -= left.nr;
	err = mas_preallocate(&mas, run_entry(&right), GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	run_detach(node, pins, asid, run);
	err = pins_attach_halves(node, pins, asid, &left, &right);
	if (!err) {
		mas_store_prealloc(&mas, run_entry(&right));
		pins->nr_runs++;
		return 0;
	}
	mas_destroy(&mas);
	pins_restore(node, pins, asid, run);
	return err;
}

/* No run begins before the address and ends after it. */
static int pins_cut(struct vhost_node *node, struct vhost_pins *pins, u32 asid,
		    unsigned long at)
{
	struct vhost_run run;
	int err = 0;

	mutex_lock(&pins->lock);
	if (run_find(&pins->runs[asid], at, at, &run) && run.iova < at)
		err = pins_cut_run(node, pins, asid, &run, at);
	mutex_unlock(&pins->lock);
	return err;
}

/*
 * Nothing between two addresses is mapped when it returns 0. Under the node's lock,
 * which is dropped while pages are unpinned.
 */
static int pins_unmap(struct vhost_node *node, struct vhost_pins *pins,
		      u32 asid, unsigned long first, unsigned long last)
{
	struct vhost_run run;
	int err;

	err = pins_cut(node, pins, asid, first);
	if (!err && last != ULONG_MAX)
		err = pins_cut(node, pins, asid, last + 1);
	while (!err && pins_remove(node, pins, asid, first, last, &run)) {
		mutex_unlock(&node->lock);
		run_drop(pins, &run);
		cond_resched();
		mutex_lock(&node->lock);
		if (node->dead)
			err = -ENODEV;
	}
	return err;
}

/* Pinning. */

/**
 * struct vhost_pinning - memory that is being pinned
 * @node: the node
 * @pins: where it goes
 * @asid: address space
 * @run: pages that are pinned and may go on; none if nr is 0
 * @charged: how many of them are counted
 * @va: the next page to pin
 * @nr: pages to pin
 * @iova: where the next page will be
 * @perm: MDEV_AS_READ and MDEV_AS_WRITE
 */
struct vhost_pinning {
	struct vhost_node *node;
	struct vhost_pins *pins;
	u32 asid;
	struct vhost_run run;
	unsigned long charged;
	unsigned long va;
	unsigned long nr;
	unsigned long iova;
	u32 perm;
};

/* What is pinned is counted before more is awaited. */
static int pinning_charge(struct vhost_pinning *p)
{
	unsigned long nr = p->run.nr - p->charged;
	int err;

	if (!nr)
		return 0;
	err = vhost_account_add(p->pins->account, p->run.pfn + p->charged, nr);
	if (!err)
		p->charged = p->run.nr;
	return err;
}

static void pinning_end_run(struct vhost_pinning *p)
{
	p->run.nr = 0;
	p->charged = 0;
}

static void pinning_drop_run(struct vhost_pinning *p)
{
	if (p->charged)
		vhost_account_sub(p->pins->account, p->run.pfn, p->charged);
	run_unpin(&p->run);
	pinning_end_run(p);
}

static int pinning_insert(struct vhost_pinning *p)
{
	int err;

	mutex_lock(&p->node->lock);
	err = p->node->dead ? -ENODEV :
	      pins_insert(p->node, p->pins, p->asid, &p->run);
	mutex_unlock(&p->node->lock);
	return err;
}

/* What becomes of its pages is settled when it returns. */
static int pinning_map_run(struct vhost_pinning *p)
{
	int err = pinning_charge(p);

	if (!err)
		err = pinning_insert(p);
	if (err)
		pinning_drop_run(p);
	else
		pinning_end_run(p);
	return err;
}

static int pinning_add_page(struct vhost_pinning *p, unsigned long pfn)
{
	int err = 0;

	if (p->run.nr && (pfn != p->run.pfn + p->run.nr ||
			  !(pfn % PINS_RUN_ALIGN)))
		err = pinning_map_run(p);
	if (err)
		return err;
	if (!p->run.nr) {
		p->run.iova = p->iova;
		p->run.pfn = pfn;
		p->run.perm = p->perm;
	}
	p->run.nr++;
	p->iova += PAGE_SIZE;
	return 0;
}

/* Takes over all of the pages. */
static int pinning_add(struct vhost_pinning *p, struct page **pages,
		       unsigned long nr)
{
	unsigned long i;
	int err;

	for (i = 0; i < nr; i++) {
		if (folio_ref_count(page_folio(pages[i])) > PINS_REFS_MAX)
			err = -ENOSPC;
		else
			err = pinning_add_page(p, page_to_pfn(pages[i]));
		if (err) {
			unpin_user_pages(pages + i, nr - i);
			return err;
		}
	}
	p->va += nr << PAGE_SHIFT;
	p->nr -= nr;
	return pinning_charge(p);
}

static int pinning_batch(struct vhost_pinning *p, struct page **pages)
{
	unsigned int flags = FOLL_LONGTERM;
	long nr;

	if (fatal_signal_pending(current))
		return -EINTR;
	if (p->perm & MDEV_AS_WRITE)
		flags |= FOLL_WRITE;
	nr = pin_user_pages_fast(p->va, min(p->nr, PINS_BATCH), flags, pages);
	if (nr <= 0)
		return nr ?: -EFAULT;
	return pinning_add(p, pages, nr);
}

static int pinning_run(struct vhost_pinning *p)
{
	struct page **pages;
	int err = 0;

	pages = kvmalloc_array(min(p->nr, PINS_BATCH), sizeof(*pages),
			       GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	while (p->nr && !err) {
		err = pinning_batch(p, pages);
		cond_resched();
	}
	kvfree(pages);
	if (!p->run.nr)
		return err;
	if (!err)
		return pinning_map_run(p);
	pinning_drop_run(p);
	return err;
}

/* Some addresses are the platform's, for interrupts. */
static bool pins_reserved(const struct vhost_pins *pins, unsigned long first,
			  unsigned long last)
{
	struct iommu_resv_region *region;

	list_for_each_entry(region, &pins->reserved, list) {
		if (region->type != IOMMU_RESV_DIRECT_RELAXABLE &&
		    region->start <= last &&
		    first <= region->start + (region->length - 1))
			return true;
	}
	return false;
}

static int pins_check(struct vhost_pins *pins, u32 asid,
		      const struct vhost_iotlb_msg *msg, u32 perm)
{
	unsigned long last = msg->iova + (msg->size - 1);
	struct vhost_run run;
	bool found;

	if (!perm || !PAGE_ALIGNED(msg->iova | msg->size | msg->uaddr))
		return -EINVAL;
	if (pins_reserved(pins, msg->iova, last))
		return -EINVAL;
	if (msg->uaddr > ULONG_MAX || msg->size > ULONG_MAX)
		return -EFAULT;
	if (!access_ok((void __user *)(unsigned long)msg->uaddr, msg->size))
		return -EFAULT;
	mutex_lock(&pins->lock);
	found = run_find(&pins->runs[asid], msg->iova, last, &run);
	mutex_unlock(&pins->lock);
	return found ? -EEXIST : 0;
}

/*
 * Pin memory of the caller, and give it to the device. The range is one that the device
 * can address. Under the node's lock, which is dropped meanwhile; the caller holds
 * the message lock and a reference. On failure all is as before.
 */
int vhost_pins_map(struct vhost_session *session, u32 asid,
		   const struct vhost_iotlb_msg *msg, u32 perm)
{
	struct vhost_node *node = session->node;
	struct vhost_pinning p = {
		.node = node,
		.pins = session->pins,
		.asid = asid,
		.va = msg->uaddr,
		.nr = msg->size >> PAGE_SHIFT,
		.iova = msg->iova,
		.perm = perm,
	};
	int err;

	err = pins_check(p.pins, asid, msg, perm);
	if (err)
		return err;
	mutex_unlock(&node->lock);
	err = pinning_run(&p);
	mutex_lock(&node->lock);
	if (err && !node->dead)
		pins_unmap(node, p.pins, asid, msg->iova,
			   msg->iova + (msg->size - 1));
	return err;
}

/* Take memory away from the device, as vhost_pins_map() gives it. */
int vhost_pins_unmap(struct vhost_session *session, u32 asid,
		     const struct vhost_iotlb_msg *msg)
{
	unsigned long last;

	if (!msg->size || msg->iova > ULONG_MAX ||
	    msg->size - 1 > ULONG_MAX - msg->iova)
		return -EINVAL;
	last = msg->iova + (msg->size - 1);
	/* No size is that of all addresses, so the next smaller one means it. */
	if (last == ULONG_MAX - 1)
		last = ULONG_MAX;
	if (!PAGE_ALIGNED(msg->iova) || !PAGE_ALIGNED(last + 1))
		return -EINVAL;
	return pins_unmap(session->node, session->pins, asid, msg->iova, last);
}

/* Messages. The caller has a reference. */

int vhost_pins_lock(struct vhost_pins *pins)
{
	return mutex_lock_killable(&pins->messages);
}

void vhost_pins_unlock(struct vhost_pins *pins)
{
	mutex_unlock(&pins->messages);
}

/* Life. */

/* May a consumer choose where the device reads and writes? */
static int pins_check_iommu(struct device *dev)
{
	if (!device_iommu_capable(dev, IOMMU_CAP_CACHE_COHERENCY))
		return -EOPNOTSUPP;
	if (msi_device_has_isolated_msi(dev) ||
	    READ_ONCE(allow_unsafe_interrupts))
		return 0;
	dev_err_ratelimited(dev, "the IOMMU does not check interrupts: see allow_unsafe_interrupts\n");
	return -EPERM;
}

/*
 * Where interrupts go through the IOMMU they were mapped when the parent asked for them,
 * in the kernel's domain: in another one they would get lost.
 */
static bool pins_lose_interrupts(const struct vhost_pins *pins)
{
	struct iommu_resv_region *region;

	list_for_each_entry(region, &pins->reserved, list)
		if (region->type == IOMMU_RESV_SW_MSI)
			return true;
	return false;
}

static int pins_attach_domain(struct vhost_pins *pins, struct device *dev)
{
	struct iommu_domain *domain;
	int err;

	domain = iommu_paging_domain_alloc(dev);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	err = domain->pgsize_bitmap & (PAGE_SIZE | (PAGE_SIZE - 1)) ?
	      iommu_attach_device(domain, dev) : -EOPNOTSUPP;
	if (err)
		iommu_domain_free(domain);
	else
		pins->domain = domain;
	return err;
}

static void pins_put_dev(struct vhost_pins *pins)
{
	if (!pins->dev)
		return;
	iommu_put_resv_regions(pins->dev, &pins->reserved);
	put_device(pins->dev);
}

/* The device belongs to one consumer, or to the kernel. */
static int pins_use_iommu(struct vhost_pins *pins, struct mdev_parent *parent)
{
	struct device *dev = mdev_parent_dma_dev(parent);
	int err;

	err = pins_check_iommu(dev);
	if (err)
		return err;
	err = mdev_parent_claim_dma(parent, true);
	if (err)
		return err;
	pins->parent = parent;
	pins->dev = get_device(dev);
	iommu_get_resv_regions(dev, &pins->reserved);
	err = pins_lose_interrupts(pins) ? -EOPNOTSUPP :
					   pins_attach_domain(pins, dev);
	if (err) {
		pins_put_dev(pins);
		mdev_parent_release_dma(parent);
	}
	return err;
}

/* Nothing is mapped. Under the node's lock. */
struct vhost_pins *vhost_pins_create(struct vhost_node *node)
{
	unsigned int nr_as = node->vhost_ops->nr_as, i;
	struct vhost_pins *pins;
	int err;

	pins = kzalloc(struct_size(pins, runs, nr_as), GFP_KERNEL_ACCOUNT);
	if (!pins)
		return ERR_PTR(-ENOMEM);
	pins->nr_as = nr_as;
	INIT_LIST_HEAD(&pins->reserved);
	if (!node->vhost_ops->dma_map) {
		err = pins_use_iommu(pins, node->slice->parent);
		if (err) {
			kfree(pins);
			return ERR_PTR(err);
		}
	}
	kref_init(&pins->refs);
	mutex_init(&pins->messages);
	mutex_init(&pins->lock);
	for (i = 0; i < nr_as; i++) {
		mt_init_flags(&pins->runs[i], MT_FLAGS_LOCK_EXTERN);
		mt_set_external_lock(&pins->runs[i], &pins->lock);
	}
	return pins;
}

/* Whose memory it is. Nothing is pinned. */
int vhost_pins_set_mm(struct vhost_pins *pins, struct mm_struct *mm)
{
	struct vhost_account *account = vhost_account_get(mm);

	if (!account)
		return -ENOMEM;
	if (pins->account)
		vhost_account_put(pins->account);
	pins->account = account;
	return 0;
}

struct vhost_pins *vhost_pins_get(struct vhost_pins *pins)
{
	kref_get(&pins->refs);
	return pins;
}

/* What an IOMMU can address. */
void vhost_pins_limit(const struct vhost_pins *pins, u64 *first, u64 *last)
{
	const struct iommu_domain_geometry *geometry;

	if (!pins->domain)
		return;
	geometry = &pins->domain->geometry;
	*first = max_t(u64, *first, geometry->aperture_start);
	*last = min_t(u64, *last, geometry->aperture_end);
}

static void pins_detach_as(struct vhost_node *node, struct vhost_pins *pins,
			   u32 asid)
{
	struct vhost_run run = {};
	unsigned long at = 0;

	while (run_find(&pins->runs[asid], at, ULONG_MAX, &run)) {
		run_detach(node, pins, asid, &run);
		at = run_last(&run) + 1;
		if (!at)
			break;
		cond_resched();
	}
}

static void pins_detach_all(struct vhost_node *node, struct vhost_pins *pins)
{
	unsigned int i;

	mutex_lock(&pins->lock);
	for (i = 0; i < pins->nr_as; i++)
		pins_detach_as(node, pins, i);
	mutex_unlock(&pins->lock);
}

/*
 * The device reaches nothing any more. Under the node's lock. A device that is not
 * quiet, because its reset has failed, would go on in the kernel's domain with addresses
 * that the consumer has chosen: it stays in an empty one for ever.
 */
void vhost_pins_detach(struct vhost_node *node, struct vhost_pins *pins,
		       bool quiet)
{
	if (pins->domain && quiet) {
		iommu_detach_device(pins->domain, pins->dev);
		mdev_parent_release_dma(pins->parent);
		return;
	}
	pins_detach_all(node, pins);
	if (!pins->domain)
		return;
	dev_err(pins->dev, "not reset: it stays without memory\n");
	pins->domain = NULL;
}

static void pins_release_as(struct vhost_pins *pins, u32 asid)
{
	struct vhost_run run;

	while (run_find(&pins->runs[asid], 0, ULONG_MAX, &run)) {
		if (pins->domain)
			iommu_unmap(pins->domain, run.iova,
				    run.nr << PAGE_SHIFT);
		pins_erase(pins, asid, &run);
		run_drop(pins, &run);
		cond_resched();
	}
}

static void pins_release(struct vhost_pins *pins)
{
	unsigned int i;

	mutex_lock(&pins->lock);
	for (i = 0; i < pins->nr_as; i++)
		pins_release_as(pins, i);
	mutex_unlock(&pins->lock);
}

static void pins_free(struct kref *refs)
{
	struct vhost_pins *pins = container_of(refs, struct vhost_pins, refs);

	pins_release(pins);
	if (pins->domain)
		iommu_domain_free(pins->domain);
	pins_put_dev(pins);
	if (pins->account)
		vhost_account_put(pins->account);
	mutex_destroy(&pins->lock);
	mutex_destroy(&pins->messages);
	kfree(pins);
}

/* Without the node's lock: unpinning takes time. After vhost_pins_detach(). */
void vhost_pins_put(struct vhost_pins *pins)
{
	kref_put(&pins->refs, pins_free);
}

static void pins_release_work(struct work_struct *work)
{
	struct vhost_pins *pins = container_of(work, struct vhost_pins, release);

	pins_release(pins);
	vhost_pins_put(pins);
}

/*
 * Put the session's reference after revocation, by somebody who cannot wait until all is
 * unpinned. A message that is still being worked on may have another one; it looks
 * whether the node is dead before it looks at a table.
 */
void vhost_pins_revoke(struct vhost_pins *pins)
{
	INIT_WORK(&pins->release, pins_release_work);
	queue_work(vhost_pins_wq, &pins->release);
}

int vhost_pins_init(void)
{
	vhost_pins_wq = alloc_workqueue("mdev_vhost", WQ_UNBOUND, 0);
	return vhost_pins_wq ? 0 : -ENOMEM;
}

/* No node is left, so nothing new is queued. */
void vhost_pins_exit(void)
{
	destroy_workqueue(vhost_pins_wq);
}
