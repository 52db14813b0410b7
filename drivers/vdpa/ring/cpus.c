// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that threads of ours are confined to.
 *
 * A thread in a cgroup may have a cpuset, which comes first, as for any process: it
 * stays on those of its CPUs that the cpuset has, and where there are none, on those
 * of the cpuset. When the last of them goes offline the kernel lets it run elsewhere.
 * It does not lead it back when one returns, nor when the cpuset changes.
 * Therefore a thread looks itself before it does something.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/sched.h>
#include <linux/sched/isolation.h>

#include "cpus.h"

/*
 * CPUs that it may use as far as others are concerned. What threads of the kernel begin with
 * is nobody's wish; a cpuset of just these cannot be told from none.
 */
static const struct cpumask *current_may(void)
{
	if (cpumask_equal(current->cpus_ptr,
			  housekeeping_cpumask(HK_TYPE_KTHREAD)))
		return cpu_possible_mask;
	return current->cpus_ptr;
}

static void confine(const struct cpumask *cpus)
{
	const struct cpumask *may = current_may();
	cpumask_var_t both;

	if (cpumask_first_and_and(may, cpus, cpu_online_mask) >= nr_cpu_ids ||
	    !alloc_cpumask_var(&both, GFP_KERNEL))
		return;
	cpumask_and(both, may, cpus);
	set_cpus_allowed_ptr(current, both);
	free_cpumask_var(both);
}

/*
 * Keep the current thread, one of the kernel's, on some CPUs. Costs a comparison where it
 * is there. Others write what it may use at any time: what is read half-way here leads
 * to some of the CPUs at worst, and is put right by the next call. May sleep.
 */
void ring_confine(const struct cpumask *cpus)
{
	if (!cpumask_subset(current->cpus_ptr, cpus))
		confine(cpus);
}
