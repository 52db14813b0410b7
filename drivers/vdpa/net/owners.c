// SPDX-License-Identifier: GPL-2.0
/*
 * Whom the work for a slice is charged to, and where it is done.
 */
#include <linux/err.h>
#include <linux/cpumask.h>
#include <linux/numa.h>
#include <linux/sched/isolation.h>
#include <linux/topology.h>

#include "mdev_net.h"
#include "provision.h"

/* Nobody has named them one by one: those that are isolated are left out if there are others. */
static void leave_isolated(struct cpumask *cpus, enum hk_type type)
{
	if (cpumask_intersects(cpus, housekeeping_cpumask(type)))
		cpumask_and(cpus, cpus, housekeeping_cpumask(type));
}

/* Those that are offline, too: they may come. */
static void node_cpus(struct cpumask *cpus, int node)
{
	unsigned int cpu;

	cpumask_clear(cpus);
	for_each_possible_cpu(cpu) {
		if (cpu_to_node(cpu) == node)
			cpumask_set_cpu(cpu, cpus);
	}
	leave_isolated(cpus, HK_TYPE_DOMAIN);
	leave_isolated(cpus, HK_TYPE_KTHREAD);
}

/* Where workers run, in @room; NULL if they may run anywhere, as those of a node without CPUs. */
static const struct cpumask *wanted_cpus(const struct mdev_net_place *place,
					 struct cpumask *room)
{
	if (place->cpus)
		cpumask_and(room, place->cpus, cpu_possible_mask);
	else if (place->node != NUMA_NO_NODE)
		node_cpus(room, place->node);
	else
		return NULL;
	if (cpumask_empty(room) || cpumask_equal(room, cpu_possible_mask))
		return NULL;
	return room;
}

static int owners_get(struct mdev_net_owners *owners,
		      const struct mdev_net_owners *old,
		      const struct cpumask *cpus)
{
	owners->maker = old ? mdev_ring_owner_confine(old->maker, cpus) :
			      mdev_ring_owner_get(cpus);
	if (IS_ERR(owners->maker))
		return PTR_ERR(owners->maker);
	owners->nobody = mdev_ring_owner_confine(NULL, cpus);
	if (!IS_ERR(owners->nobody))
		return 0;
	mdev_ring_owner_put(owners->maker);
	return PTR_ERR(owners->nobody);
}

/*
 * For work that is done at @place: the current process is the maker, or that of @old.
 * Returns 0 or -ENOMEM. May sleep.
 */
int mdev_net_owners_get(struct mdev_net_owners *owners,
			const struct mdev_net_owners *old,
			const struct mdev_net_place *place)
{
	cpumask_var_t room;
	int err;

	if (!alloc_cpumask_var(&room, GFP_KERNEL))
		return -ENOMEM;
	err = owners_get(owners, old, wanted_cpus(place, room));
	free_cpumask_var(room);
	return err;
}

/* Nothing is charged to them any more. */
void mdev_net_owners_put(const struct mdev_net_owners *owners)
{
	mdev_ring_owner_put(owners->nobody);
	mdev_ring_owner_put(owners->maker);
}
