// SPDX-License-Identifier: GPL-2.0
/*
 * A table of the RAM that can be reached through the kernel's direct map.
 *
 * An address from a ring must never make the kernel fault, whatever it is. A
 * struct page behind it proves little: holes within a section of the memory map
 * have one too. So the table is built from the resource tree and reduced to
 * sections that are online, and it follows memory hotplug. Machines have a
 * handful of extents; a look-up is a binary search under RCU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bsearch.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "direct.h"

struct ram_table {
	struct rcu_head rcu;
	unsigned int nr;
	struct ram_extent extent[] __counted_by(nr);
};

/*
 * One walk over the machine's memory. The first counts (table is NULL), the
 * second fills in.
 */
struct ram_walk {
	unsigned long gone_pfn;		/* leaving, though still online */
	unsigned long nr_gone;
	struct ram_table *table;
	struct ram_extent current_extent;
	bool have_current;
	unsigned int nr;
};

static struct ram_table __rcu *ram_table;
/* Taken by the writers of ram_table. */
static DEFINE_MUTEX(ram_lock);

static void ram_walk_close(struct ram_walk *walk)
{
	if (!walk->have_current)
		return;
	/* Hotplug is held off by the caller, but the tree has more users. */
	if (walk->table && walk->nr < walk->table->nr)
		walk->table->extent[walk->nr] = walk->current_extent;
	walk->nr++;
	walk->have_current = false;
}

static void ram_walk_add(struct ram_walk *walk, phys_addr_t first,
			 phys_addr_t last)
{
	struct ram_extent *cur = &walk->current_extent;

	if (walk->have_current && cur->last + 1 == first) {
		cur->last = last;
		return;
	}
	ram_walk_close(walk);
	cur->first = first;
	cur->last = last;
	walk->have_current = true;
}

static bool ram_usable(const struct ram_walk *walk, unsigned long pfn)
{
	if (pfn - walk->gone_pfn < walk->nr_gone)
		return false;
	if (PageHighMem(pfn_to_page(pfn)))
		return false;
	return true;
}

/* Hotplug adds and removes whole sections, so one page speaks for its section. */
static int ram_walk_resource(struct resource *res, void *arg)
{
	unsigned long pfn = PFN_UP(res->start);
	unsigned long end = PFN_DOWN(res->end + 1);
	struct ram_walk *walk = arg;
	unsigned long next;

	for (; pfn < end; pfn = next) {
		next = min(ALIGN(pfn + 1, PAGES_PER_SECTION), end);
		if (pfn_to_online_page(pfn) && ram_usable(walk, pfn))
			ram_walk_add(walk, PFN_PHYS(pfn), PFN_PHYS(next) - 1);
	}
	return 0;
}

static void ram_walk(struct ram_walk *walk)
{
	walk->nr = 0;
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, 0, -1ULL,
			    walk, ram_walk_resource);
	ram_walk_close(walk);
}

static int ram_build(unsigned long gone_pfn, unsigned long nr_gone)
{
	struct ram_walk walk = { .gone_pfn = gone_pfn, .nr_gone = nr_gone };
	struct ram_table *table, *old;

	lockdep_assert_held(&ram_lock);
	ram_walk(&walk);
	table = kvzalloc(struct_size(table, extent, walk.nr), GFP_KERNEL);
	if (table) {
		table->nr = walk.nr;
		walk.table = table;
		ram_walk(&walk);
		table->nr = min(table->nr, walk.nr);
	}
	/* Without a table nothing is translated: safe, and loud. */
	old = rcu_replace_pointer(ram_table, table, lockdep_is_held(&ram_lock));
	kvfree_rcu(old, rcu);
	return table ? 0 : -ENOMEM;
}

static int ram_notify(struct notifier_block *nb, unsigned long action,
		      void *data)
{
	const struct memory_notify *arg = data;
	int ret;

	if (action != MEM_ONLINE && action != MEM_OFFLINE)
		return NOTIFY_DONE;
	mutex_lock(&ram_lock);
	if (action == MEM_ONLINE)
		ret = ram_build(0, 0);
	else	/* its sections count as online until all have been told */
		ret = ram_build(arg->start_pfn, arg->nr_pages);
	mutex_unlock(&ram_lock);
	direct_invalidate();
	if (ret)
		pr_warn("no memory for the table of RAM, rings will break\n");
	return NOTIFY_OK;
}

static struct notifier_block ram_notifier = {
	.notifier_call = ram_notify,
};

static int ram_compare(const void *key, const void *elem)
{
	const struct ram_extent *extent = elem;
	phys_addr_t phys = *(const phys_addr_t *)key;

	if (phys < extent->first)
		return -1;
	return phys > extent->last;
}

/* The extent around @phys, if it is RAM in the direct map. Any context. */
bool ram_find(phys_addr_t phys, struct ram_extent *found)
{
	const struct ram_extent *extent = NULL;
	const struct ram_table *table;

	rcu_read_lock();
	table = rcu_dereference(ram_table);
	if (table)
		extent = bsearch(&phys, table->extent, table->nr,
				 sizeof(*extent), ram_compare);
	if (extent)
		*found = *extent;
	rcu_read_unlock();
	return extent;
}

/*
 * The notifier comes first, and only if it has not built the table by then does
 * the first build happen here: memory that leaves at this moment is never
 * found again after its notification.
 */
int ram_init(void)
{
	int ret = register_memory_notifier(&ram_notifier);

	if (ret)
		return ret;
	mutex_lock(&ram_lock);
	if (!rcu_access_pointer(ram_table))
		ret = ram_build(0, 0);
	mutex_unlock(&ram_lock);
	if (ret)
		unregister_memory_notifier(&ram_notifier);
	return ret;
}

void ram_exit(void)
{
	unregister_memory_notifier(&ram_notifier);
	/* No address space is left, so nobody looks anything up. */
	kvfree(rcu_dereference_protected(ram_table, true));
}
