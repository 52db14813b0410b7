/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_MDEV_CLASS_H
#define _SHIM_LINUX_MDEV_CLASS_H

struct mdev_slice;

#endif /* _SHIM_LINUX_MDEV_CLASS_H */
