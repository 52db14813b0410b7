/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_ASM_BARRIER_H
#define _SHIM_ASM_BARRIER_H

/* What the kernel promises for a full barrier, and no less. */
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
/* Loads stay in order. */
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
/* Stores stay in order. */
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)

/* What follows comes later. */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
/* What precedes came earlier. */
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)

#endif /* _SHIM_ASM_BARRIER_H */
