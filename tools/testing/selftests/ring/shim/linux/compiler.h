/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

/* What sparse looks at. linux/types.h and linux/compiler_types.h may have them. */
#undef __user
#undef __force
#define __user
#define __force

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, val)	__atomic_store_n(&(x), val, __ATOMIC_RELAXED)

/* What @ptr points to is in memory now, and may have been changed there. */
static inline void barrier_data(void *ptr)
{
	__asm__ __volatile__("" : : "r"(ptr) : "memory");
}

#endif /* _SHIM_LINUX_COMPILER_H */
