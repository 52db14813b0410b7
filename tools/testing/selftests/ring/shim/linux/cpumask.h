/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_CPUMASK_H
#define _SHIM_LINUX_CPUMASK_H

struct cpumask;

#endif /* _SHIM_LINUX_CPUMASK_H */
