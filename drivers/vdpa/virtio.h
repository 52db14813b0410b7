/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_VDPA_VIRTIO_H
#define _MDEV_VDPA_VIRTIO_H

#include <linux/mdev_virtio.h>

/* virtio_vdpa.c */
int mdev_virtio_vdpa_init(void);
void mdev_virtio_vdpa_exit(void);

#endif /* _MDEV_VDPA_VIRTIO_H */
