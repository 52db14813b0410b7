/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of the consumer that the device itself reads and writes: it is pinned, and
 * mapped by the parent or by an IOMMU.
 */
#ifndef _MDEV_VHOST_PINS_H
#define _MDEV_VHOST_PINS_H

#include <linux/types.h>

struct iommu_domain;
struct mm_struct;
struct vhost_account;
struct vhost_iotlb_msg;
struct vhost_node;
struct vhost_pins;
struct vhost_session;

/* account.c */
struct vhost_account *vhost_account_get(struct mm_struct *mm);
void vhost_account_put(struct vhost_account *account);
int vhost_account_add(struct vhost_account *account, unsigned long pfn,
		      unsigned long nr);
void vhost_account_sub(struct vhost_account *account, unsigned long pfn,
		       unsigned long nr);
unsigned long vhost_account_pages(const struct vhost_account *account);

/* pins.c */
struct vhost_pins *vhost_pins_create(struct vhost_node *node);
int vhost_pins_set_mm(struct vhost_pins *pins, struct mm_struct *mm);
int vhost_pins_lock(struct vhost_pins *pins);
void vhost_pins_unlock(struct vhost_pins *pins);
struct vhost_pins *vhost_pins_get(struct vhost_pins *pins);
int vhost_pins_map(struct vhost_session *session, u32 asid,
		   const struct vhost_iotlb_msg *msg, u32 perm);
int vhost_pins_unmap(struct vhost_session *session, u32 asid,
		     const struct vhost_iotlb_msg *msg);
void vhost_pins_limit(const struct vhost_pins *pins, u64 *first, u64 *last);
void vhost_pins_detach(struct vhost_node *node, struct vhost_pins *pins,
		       bool quiet);
void vhost_pins_revoke(struct vhost_pins *pins);
void vhost_pins_put(struct vhost_pins *pins);
int vhost_pins_init(void);
void vhost_pins_exit(void);

#endif /* _MDEV_VHOST_PINS_H */
