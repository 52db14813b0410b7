/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel has to say about an input. */
#ifndef _FUZZ_KLOG_H
#define _FUZZ_KLOG_H

/* A fault in the kernel shall end the process and not the machine, until klog_close(). */
void klog_open(void);
void klog_close(void);

/* Ends the child when there is a fault in what was logged since the last time. */
void klog_check(void);

#endif /* _FUZZ_KLOG_H */
