// SPDX-License-Identifier: GPL-2.0
/*
 * Doorbells: pages of the device that the consumer maps, to kick without a system
 * call. One page for each virtqueue, whose number is the page offset.
 *
 * A mapping is filled by page faults and taken away by revocation. A fault holds
 * doorbell_lock while it looks whether the node is dead and puts the page in place;
 * revocation marks the node dead under that lock, then zaps what is there. So
 * no page is put in place after the zapping. The file is open once, and as long as
 * something is mapped it is open: its inode's mapping has all of them.
 */
#include <linux/fs.h>
#include <linux/mm.h>

#include "vhost.h"

static int doorbell_area(struct vhost_session *session, unsigned long vq,
			 struct mdev_vhost_area *area)
{
	struct vhost_node *node = session->node;
	int err;

	lockdep_assert_held(&node->doorbell_lock);
	if (node->dead)
		return -ENODEV;
	if (vq >= session->nr_vrings)
		return -EINVAL;
	if (!node->vhost_ops->get_vq_area)
		return -ENXIO;
	err = node->vhost_ops->get_vq_area(node->slice, vq, area);
	if (err)
		return err;
	/* What is beside the doorbell is not the consumer's. */
	return area->size == PAGE_SIZE && !offset_in_page(area->addr) ? 0 :
								       -EOPNOTSUPP;
}

static vm_fault_t doorbell_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct vhost_session *session = vma->vm_file->private_data;
	struct mdev_vhost_area area;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	mutex_lock(&session->node->doorbell_lock);
	if (!doorbell_area(session, vma->vm_pgoff, &area))
		ret = vmf_insert_pfn(vma, vmf->address & PAGE_MASK,
				     PHYS_PFN(area.addr));
	mutex_unlock(&session->node->doorbell_lock);
	return ret;
}

static const struct vm_operations_struct doorbell_vm_ops = {
	.fault = doorbell_fault,
};

int vhost_doorbell_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vhost_session *session = file->private_data;
	struct mdev_vhost_area area;
	int err;

	if (vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;
	/* It can be rung, and neither be read nor become readable. */
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_flags & VM_READ)
		return -EINVAL;
	mutex_lock(&session->node->doorbell_lock);
	err = doorbell_area(session, vma->vm_pgoff, &area);
	mutex_unlock(&session->node->doorbell_lock);
	if (err)
		return err;
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vm_flags_mod(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP,
		     VM_MAYREAD | VM_MAYEXEC);
	vma->vm_ops = &doorbell_vm_ops;
	return 0;
}

/* The node is dead. Called while its file is open. */
void vhost_doorbell_revoke(struct vhost_node *node)
{
	unmap_mapping_range(node->session->mapping, 0, 0, 1);
}
