// SPDX-License-Identifier: GPL-2.0
/*
 * Video memory: pages that are there once they are touched, and what there is for all.
 *
 * The slice has it from creation to removal, and what it takes is taken for that long, used
 * or not: who has made a slice can use it. Its pages are those of one user. When that closes
 * the device it keeps pages that it has in dma-bufs, and they are not the slice's any more.
 * How many pages there can be of former users is bounded by their memory cgroups, to which
 * each page is accounted from its allocation to its end.
 */
#include <linux/atomic.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "mbochs.h"

/* Megabytes that are left for new slices. */
static atomic_t pool;

void mbochs_pool_init(u32 mbytes)
{
	atomic_set(&pool, mbytes);
}

u32 mbochs_pool_left(void)
{
	return atomic_read(&pool);
}

static bool pool_take(u32 mbytes)
{
	int left = atomic_read(&pool);

	do {
		if (left < mbytes)
			return false;
	} while (!atomic_try_cmpxchg(&pool, &left, left - mbytes));
	return true;
}

/* Returns an ERR_PTR: -EUSERS if so much is not left. */
struct mbochs_memory *mbochs_memory_create(u32 mbytes)
{
	u32 nr_pages = mbytes * (SZ_1M / PAGE_SIZE);
	struct mbochs_memory *memory;

	if (!pool_take(mbytes))
		return ERR_PTR(-EUSERS);
	memory = kvzalloc(struct_size(memory, pages, nr_pages), GFP_KERNEL);
	if (!memory) {
		atomic_add(mbytes, &pool);
		return ERR_PTR(-ENOMEM);
	}
	memory->mbytes = mbytes;
	memory->nr_pages = nr_pages;
	mutex_init(&memory->lock);
	return memory;
}

void mbochs_memory_remove(struct mbochs_memory *memory)
{
	mbochs_memory_clear(memory);
	atomic_add(memory->mbytes, &pool);
	mutex_destroy(&memory->lock);
	kvfree(memory);
}

/* With a reference; NULL if it is outside, or there is no memory for it. */
struct page *mbochs_memory_page(struct mbochs_memory *memory, u32 index)
{
	struct page *page;

	if (index >= memory->nr_pages)
		return NULL;
	mutex_lock(&memory->lock);
	page = memory->pages[index];
	if (!page) {
		page = alloc_page(GFP_HIGHUSER | __GFP_ACCOUNT | __GFP_ZERO);
		memory->pages[index] = page;
	}
	if (page)
		get_page(page);
	mutex_unlock(&memory->lock);
	return page;
}

/* The next user gets other pages. Who has some of these keeps them. */
void mbochs_memory_clear(struct mbochs_memory *memory)
{
	u32 i;

	mutex_lock(&memory->lock);
	for (i = 0; i < memory->nr_pages; i++) {
		if (memory->pages[i])
			put_page(memory->pages[i]);
		memory->pages[i] = NULL;
	}
	mutex_unlock(&memory->lock);
}

/* Pieces do not cross pages, as they divide them. */
int mbochs_memory_access(struct sample_vfio *sv, u32 pos, u8 *buf, u32 len,
			 bool write)
{
	struct mbochs_memory *memory = to_mbochs(sv)->memory;
	struct page *page = mbochs_memory_page(memory, pos >> PAGE_SHIFT);

	if (!page)
		return -ENOMEM;
	if (write)
		memcpy_to_page(page, offset_in_page(pos), buf, len);
	else
		memcpy_from_page(buf, page, offset_in_page(pos), len);
	put_page(page);
	return 0;
}

static vm_fault_t memory_fault(struct vm_fault *vmf)
{
	struct mbochs_memory *memory = vmf->vma->vm_private_data;

	if (vmf->pgoff >= memory->nr_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = mbochs_memory_page(memory, vmf->pgoff);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

static const struct vm_operations_struct memory_vm_ops = {
	.fault = memory_fault,
};

/*
 * The mapping keeps the vfio device open, and the slice does not go while that is open, so
 * the memory stays.
 */
int mbochs_memory_mmap(struct mbochs_memory *memory,
		       struct vm_area_struct *vma, unsigned long first)
{
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	/* From here on pages count from the beginning of the memory. */
	vma->vm_pgoff = first;
	vma->vm_ops = &memory_vm_ops;
	vma->vm_private_data = memory;
	return 0;
}
