/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_VFIO_H
#define _MDEV_VFIO_H

#include <linux/mdev_vfio.h>

/* vfio_use.c */
int vfio_use_busy(struct device *cdev, bool force,
		  struct netlink_ext_ack *extack);
bool vfio_use_leave(struct device *cdev);
void vfio_use_set_requester(struct mdev_vfio_device *mvdev,
			    struct mdev_vfio_driver *drv);
void vfio_use_set_device(struct mdev_vfio_device *mvdev,
			 struct vfio_device *vdev);
void vfio_use_unregister(struct mdev_vfio_device *mvdev);
void vfio_use_init(struct mdev_vfio_device *mvdev);
void vfio_use_end(struct mdev_vfio_device *mvdev);

#endif /* _MDEV_VFIO_H */
