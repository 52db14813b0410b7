// SPDX-License-Identifier: GPL-2.0
/*
 * Direct address space: the addresses in the rings are DMA addresses that the
 * DMA API made for a device, and are turned back into kernel addresses.
 *
 * The driver side is this kernel's own virtio driver. Bounce buffers are RAM
 * too, so nothing is special with swiotlb=force.
 */
#include <linux/device.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/iommu-dma.h>
#include <linux/list.h>
#include <linux/mdev_as.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "direct.h"

struct direct_as {
	struct mdev_as as;
	struct device *dev;
	struct list_head list;
};

/* All of them, to tell them when memory goes; direct_lock. */
static LIST_HEAD(direct_list);
static DEFINE_MUTEX(direct_lock);

static struct direct_as *to_direct_as(struct mdev_as *as)
{
	return container_of(as, struct direct_as, as);
}

/*
 * The addresses around @addr for which bus and physical addresses run in
 * parallel. Where the architecture computes bus addresses in its own way no
 * more is known than what can be seen at the ends of the run that is asked for.
 */
static int direct_window(struct device *dev, u64 addr, u64 len, u64 *first,
			 u64 *last)
{
	const struct bus_dma_region *region;

	*first = 0;
	*last = U64_MAX;
	if (IS_ENABLED(CONFIG_ARCH_HAS_PHYS_TO_DMA)) {
		*first = addr;
		*last = addr + len - 1;
		if (dma_to_phys(dev, *last) - dma_to_phys(dev, addr) != len - 1)
			return -EFAULT;
		return 0;
	}
	if (!dev->dma_range_map)
		return 0;
	for (region = dev->dma_range_map; region->size; region++) {
		if (addr < region->dma_start ||
		    addr - region->dma_start >= region->size)
			continue;
		*first = region->dma_start;
		*last = region->dma_start + (region->size - 1);
		return 0;
	}
	return -EFAULT;
}

static int direct_translate(struct mdev_as *as, u64 addr, u64 len, u32 perm,
			    struct mdev_as_range *range)
{
	struct device *dev = to_direct_as(as)->dev;
	struct ram_extent ram;
	phys_addr_t phys;
	u64 first, last;
	u64 before;

	/*
	 * Pairs with the release in direct_invalidate(): with the new sequence
	 * number comes the new table. With the old one, what is found may be
	 * old, but is stale as soon as that has moved on.
	 */
	range->seq = smp_load_acquire(&as->seq);
	if (!len || len - 1 > U64_MAX - addr)
		return -EFAULT;
	if ((dma_addr_t)addr != addr || (dma_addr_t)(addr + len - 1) != addr + len - 1)
		return -EFAULT;
	phys = dma_to_phys(dev, addr);
	if (!ram_find(phys, &ram))
		return -EFAULT;
	if (direct_window(dev, addr, len, &first, &last))
		return -EFAULT;
	before = min_t(u64, addr - first, phys - ram.first);
	range->start = addr - before;
	range->last = addr + min_t(u64, last - addr, ram.last - phys);
	range->perm = MDEV_AS_READ | MDEV_AS_WRITE;
	range->va = phys_to_virt(phys - before);
	return 0;
}

static void direct_release(struct mdev_as *as)
{
	struct direct_as *direct = to_direct_as(as);

	mutex_lock(&direct_lock);
	list_del(&direct->list);
	mutex_unlock(&direct_lock);
	put_device(direct->dev);
	kfree(direct);
}

static const struct mdev_as_ops direct_ops = {
	.translate = direct_translate,
	.release = direct_release,
};

/**
 * mdev_as_direct_create - address space of a device that software emulates
 * @dma_dev: the device that the driver maps its buffers for; a reference is
 *	held until the address space is released
 *
 * Translates DMA addresses of @dma_dev back to where they are in the kernel's
 * direct map, bounce buffers and offset buses included. An address that is not
 * in RAM is refused with -EFAULT when it is translated. Every address may be
 * read and written: the DMA API does not tell the direction.
 *
 * Process context, may sleep.
 *
 * Return: the address space with one reference, which the caller drops by
 * mdev_as_put(); ERR_PTR(-EOPNOTSUPP) if DMA of @dma_dev goes through an IOMMU
 * or other operations of its own, as its addresses cannot be turned back then;
 * ERR_PTR(-ENOMEM).
 */
struct mdev_as *mdev_as_direct_create(struct device *dma_dev)
{
	struct direct_as *direct;

	if (get_dma_ops(dma_dev) || use_dma_iommu(dma_dev))
		return ERR_PTR(-EOPNOTSUPP);
	direct = kzalloc(sizeof(*direct), GFP_KERNEL_ACCOUNT);
	if (!direct)
		return ERR_PTR(-ENOMEM);
	mdev_as_init(&direct->as, &direct_ops);
	direct->dev = get_device(dma_dev);
	mutex_lock(&direct_lock);
	list_add(&direct->list, &direct_list);
	mutex_unlock(&direct_lock);
	return &direct->as;
}
EXPORT_SYMBOL_GPL(mdev_as_direct_create);

void direct_invalidate(void)
{
	struct direct_as *direct;

	mutex_lock(&direct_lock);
	list_for_each_entry(direct, &direct_list, list) {
		/* Pairs with the acquire in direct_translate(). */
		smp_store_release(&direct->as.seq, direct->as.seq + 1);
	}
	mutex_unlock(&direct_lock);
}
