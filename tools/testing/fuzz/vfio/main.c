// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of a slice in class vfio: accesses to regions, ioctls of device and container,
 * eventfds, migration, rings and their memory, in any order between the steps of a
 * driver. The kernel must not fault, refuse what has to be refused by an errno that is
 * known, and whoever opens the device next finds nothing of it.
 *
 * Guidance is by what runs in the process that makes the calls: what the worker does
 * with a ring is not seen, so chains and memory are found by chance.
 */
#include <signal.h>

#include "driver.h"
#include "kcov.h"
#include "klog.h"
#include "leftover.h"
#include "migration.h"
#include "record.h"
#include "region.h"
#include "request.h"
#include "vm.h"

#define RUNS_OF_A_SLICE	32

static struct kcov kcov;

static void memory_record(const uint8_t *record)
{
	memory_change(&device.memory, record);
}

static void run_records(const uint8_t *data, size_t len)
{
	static void (*const kinds[RECORD_KINDS])(const uint8_t *record) = {
		[DRIVER] = driver_record,
		[COMMON] = driver_common_record,
		[REGION] = region_record,
		[WINDOW] = region_window_record,
		[IRQS] = request_irqs_record,
		[FEATURE] = migration_feature_record,
		[MIGRATE] = migration_record,
		[REQUEST] = request_record,
		[DMA] = request_dma_record,
		[CHAIN] = driver_chain_record,
		[POKE] = driver_poke_record,
		[MEMORY] = memory_record,
		[EVENT] = device_event_record,
		[FILES] = device_files_record,
		[SLICE] = device_slice_record,
	};
	const uint8_t *end = data + len;

	for (; data < end; data += FUZZ_RECORD)
		kinds[RECORD_KIND(data)](data);
}

static void run(const uint8_t *data, size_t len)
{
	static unsigned int runs;

	device_begin();
	kcov_begin(&kcov);
	run_records(data, len);
	device_end();
	kcov_end(&kcov);
	kcov_report(&kcov);
	klog_check();
	if (++runs % RUNS_OF_A_SLICE)
		return;
	device_gone();
	leftovers_check();
}

static void init(void)
{
	signal(SIGPIPE, SIG_IGN);
	leftovers_check();
	kcov_open(&kcov);
	device_init();
}

static void end(void)
{
	device_gone();
	leftovers_check();
}

const struct vm_fuzzer vm_fuzzer = {
	.name = "vfio",
	.parents = 1,
	.bus = "mdev",
	.modules = "mdev_net mdev_vdpa mdev_vfio vfio vfio_iommu_type1",
	.init = init,
	.run = run,
	.record = record_make,
	.end = end,
};
