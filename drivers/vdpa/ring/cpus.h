/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MDEV_RING_CPUS_H
#define _MDEV_RING_CPUS_H

#include <linux/compiler.h>
#include <linux/cpumask.h>

void ring_confine(const struct cpumask *cpus);

/*
 * The preferred CPU if it is in both masks; else the next one that is, so that what was
 * meant for different CPUs is spread. nr_cpu_ids or more if none is.
 */
static inline unsigned int ring_pick_cpu(unsigned int cpu,
					 const struct cpumask *ready,
					 const struct cpumask *wanted)
{
	unsigned int other;

	if (likely(cpu < nr_cpu_ids && cpumask_test_cpu(cpu, ready) &&
		   cpumask_test_cpu(cpu, wanted)))
		return cpu;
	other = cpumask_next_and(cpu < nr_cpu_ids ? (int)cpu : -1, ready,
				 wanted);
	if (other >= nr_cpu_ids)
		other = cpumask_first_and(ready, wanted);
	return other;
}

#endif /* _MDEV_RING_CPUS_H */
