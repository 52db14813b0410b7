// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kcov.h"

#define AREA_ENTRIES	1048576UL
#define MODULES_MAX	16

static struct module {
	unsigned long base;
	unsigned long size;
	uint32_t name;		/* hash of it */
} modules[MODULES_MAX];
static unsigned int nr_modules;

void kcov_modules(void)
{
	FILE *file = fopen("/proc/modules", "r");
	unsigned long size, base;
	char line[512], name[64];
	uint64_t hash;
	char *at;

	while (file && nr_modules < MODULES_MAX && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "mdev_", 5) ||
		    sscanf(line, "%63s %lu %*s %*s %*s %lx", name, &size, &base) != 3)
			continue;
		for (hash = 0, at = name; *at; at++)
			hash = hash * 31 + *at;
		modules[nr_modules++] = (struct module) { base, size, fuzz_hash(hash) };
	}
	if (file)
		fclose(file);
}

/* The same in each boot, wherever modules are; 0 for what is not of ours. */
static uint32_t place(unsigned long pc)
{
	unsigned int i;

	for (i = 0; i < nr_modules; i++)
		if (pc - modules[i].base < modules[i].size)
			return fuzz_hash(modules[i].name + pc - modules[i].base) | 1;
	return 0;
}

void kcov_open(struct kcov *kcov)
{
	kcov->nr = 0;
	kcov->fd = open("/sys/kernel/debug/kcov", O_RDWR);
	if (kcov->fd < 0)
		return;
	if (ioctl(kcov->fd, KCOV_INIT_TRACE, AREA_ENTRIES))
		fuzz_fail("KCOV_INIT_TRACE: %m");
	kcov->area = mmap(NULL, AREA_ENTRIES * sizeof(*kcov->area),
			  PROT_READ | PROT_WRITE, MAP_SHARED, kcov->fd, 0);
	if (kcov->area == MAP_FAILED)
		fuzz_fail("kcov: %m");
	if (ioctl(kcov->fd, KCOV_ENABLE, KCOV_TRACE_PC))
		fuzz_fail("KCOV_ENABLE: %m");
}

void kcov_begin(struct kcov *kcov)
{
	if (kcov->fd >= 0)
		__atomic_store_n(&kcov->area[0], 0, __ATOMIC_RELAXED);
}

void kcov_end(struct kcov *kcov)
{
	unsigned long i, nr;
	uint32_t last = 0;

	if (kcov->fd < 0)
		return;
	nr = __atomic_load_n(&kcov->area[0], __ATOMIC_RELAXED);
	for (i = 1; i <= nr && kcov->nr < KCOV_EDGES; i++) {
		uint32_t here = place(kcov->area[i]);

		if (!here)
			continue;
		kcov->edge[kcov->nr++] = here ^ last;
		last = here / 2;
	}
}

void kcov_report(struct kcov *kcov)
{
	while (kcov->nr)
		fuzz_edge(kcov->edge[--kcov->nr]);
}
