/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Force-included into every file: makes the kernel that is built against look
 * like the newest one. Nothing else in the tree knows that kernels differ.
 */
#ifndef _MDEV_COMPAT_H
#define _MDEV_COMPAT_H

#ifndef COMPAT_HAS_VIRTQUEUE_INFO
#error "find_vqs without struct virtqueue_info: Linux 6.12 headers are needed"
#endif

#ifndef COMPAT_HAS_CONST_MATCH
#error "bus_type.match without const driver: Linux 6.12 headers are needed"
#endif

#ifndef COMPAT_HAS_HRTIMER_SETUP
#define hrtimer_setup(timer, fn, clock, mode)				\
	do {								\
		struct hrtimer *_timer = (timer);			\
									\
		hrtimer_init(_timer, clock, mode);			\
		_timer->function = (fn);				\
	} while (0)
#endif

#endif /* _MDEV_COMPAT_H */
