/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_DEVICE_H
#define _SHIM_LINUX_DEVICE_H

#include <linux/kernel.h>

struct device {
	int unused;
};

struct device_driver {
	int unused;
};

#endif /* _SHIM_LINUX_DEVICE_H */
