// SPDX-License-Identifier: GPL-2.0
/*
 * A picture as a dma-buf: pages of video memory that other drivers and processes can map.
 *
 * It holds its pages, and this module by its owner, but neither the vfio device nor the
 * slice, which can go while it is there.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "mbochs.h"

/**
 * struct mbochs_dmabuf - what a dma-buf holds
 * @nr_pages: how many pages
 * @pages: the pages, with references
 */
struct mbochs_dmabuf {
	u32 nr_pages;
	struct page *pages[] __counted_by(nr_pages);
};

/* The pages that it has: the first ones, as many as were found. */
static void dmabuf_free(struct mbochs_dmabuf *mdb)
{
	u32 i;

	for (i = 0; i < mdb->nr_pages && mdb->pages[i]; i++)
		put_page(mdb->pages[i]);
	kvfree(mdb);
}

/* The caller has the device open, so the slice has the memory. */
static struct mbochs_dmabuf *dmabuf_alloc(struct mbochs_memory *memory,
					  const struct mbochs_mode *mode)
{
	u32 first = mode->offset >> PAGE_SHIFT;
	u32 nr_pages = mode->size >> PAGE_SHIFT;
	struct mbochs_dmabuf *mdb;
	u32 i;

	mdb = kvzalloc(struct_size(mdb, pages, nr_pages), GFP_KERNEL_ACCOUNT);
	if (!mdb)
		return NULL;
	mdb->nr_pages = nr_pages;
	for (i = 0; i < nr_pages; i++) {
		mdb->pages[i] = mbochs_memory_page(memory, first + i);
		if (!mdb->pages[i]) {
			dmabuf_free(mdb);
			return NULL;
		}
	}
	return mdb;
}

static struct sg_table *dmabuf_map(struct dma_buf_attachment *attachment,
				   enum dma_data_direction direction)
{
	struct mbochs_dmabuf *mdb = attachment->dmabuf->priv;
	struct sg_table *sgt;
	int err;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	err = sg_alloc_table_from_pages(sgt, mdb->pages, mdb->nr_pages, 0,
					attachment->dmabuf->size, GFP_KERNEL);
	if (err)
		goto free_sgt;
	err = dma_map_sgtable(attachment->dev, sgt, direction, 0);
	if (err)
		goto free_table;
	return sgt;

free_table:
	sg_free_table(sgt);
free_sgt:
	kfree(sgt);
	return ERR_PTR(err);
}

static void dmabuf_unmap(struct dma_buf_attachment *attachment,
			 struct sg_table *sgt,
			 enum dma_data_direction direction)
{
	dma_unmap_sgtable(attachment->dev, sgt, direction, 0);
	sg_free_table(sgt);
	kfree(sgt);
}

/* The mapping holds the dma-buf, and all its pages are there from the beginning. */
static int dmabuf_mmap(struct dma_buf *buf, struct vm_area_struct *vma)
{
	struct mbochs_dmabuf *mdb = buf->priv;

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	return vm_map_pages(vma, mdb->pages, mdb->nr_pages);
}

static void dmabuf_release(struct dma_buf *buf)
{
	dmabuf_free(buf->priv);
}

static const struct dma_buf_ops dmabuf_ops = {
	.map_dma_buf = dmabuf_map,
	.unmap_dma_buf = dmabuf_unmap,
	.mmap = dmabuf_mmap,
	.release = dmabuf_release,
};

/* Returns a file descriptor or a negative errno. */
int mbochs_dmabuf_export(struct mbochs_memory *memory,
			 const struct mbochs_mode *mode)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct mbochs_dmabuf *mdb;
	struct dma_buf *buf;
	int fd;

	mdb = dmabuf_alloc(memory, mode);
	if (!mdb)
		return -ENOMEM;
	info.ops = &dmabuf_ops;
	info.size = mode->size;
	info.flags = O_RDWR;
	info.priv = mdb;
	buf = dma_buf_export(&info);
	if (IS_ERR(buf)) {
		dmabuf_free(mdb);
		return PTR_ERR(buf);
	}
	fd = dma_buf_fd(buf, O_CLOEXEC);
	if (fd < 0)
		dma_buf_put(buf);
	return fd;
}

/* What MODULE_IMPORT_NS() makes of it, which takes a word here and a string there. */
MODULE_INFO(import_ns, "DMA_BUF");
