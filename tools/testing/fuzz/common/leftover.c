// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../selftests/common/tap.h"
#include "leftover.h"
#include "vdpa.h"

/* References are given back after a grace period, and by threads as they end. */
#define GRACE_MS	15000
#define STEP_MS		10

static const char * const modules[] = {
	"mdev_vhost", "mdev_vfio", "mdev_ring", "mdev_net", "mdev_test_wide", "mdev_core",
};

#define EVENTFDS	ARRAY_SIZE(modules)
#define PINS		(EVENTFDS + 1)
#define COUNTS		(PINS + 1)

static long number_in(const char *path, const char *key)
{
	FILE *file = fopen(path, "r");
	char line[256];
	long number = 0;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			number = atol(line + strlen(key));
	if (file)
		fclose(file);
	return number;
}

/* The lowest number that no eventfd has: one that is held by the kernel keeps its. */
static long eventfds(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	char path[64];
	long number;

	if (fd < 0)
		fuzz_fail("an eventfd: %m");
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	number = number_in(path, "eventfd-id:");
	close(fd);
	return number;
}

/* Pages; each CPU counts for itself until it is asked to tell. */
static long pins(void)
{
	number_in("/proc/sys/vm/stat_refresh", "");
	return number_in("/proc/vmstat", "nr_foll_pin_acquired ") -
	       number_in("/proc/vmstat", "nr_foll_pin_released ");
}

static const char *count_name(unsigned int i)
{
	if (i == EVENTFDS)
		return "eventfds";
	return i == PINS ? "pinned pages" : modules[i];
}

static long count(unsigned int i)
{
	char path[64];

	if (i == EVENTFDS)
		return eventfds();
	if (i == PINS)
		return pins();
	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", modules[i]);
	return number_in(path, "");
}

static long count_in_time(unsigned int i, long most)
{
	unsigned int left = GRACE_MS / STEP_MS * patience();

	while (count(i) > most && left--)
		usleep(STEP_MS * 1000);
	return count(i);
}

void leftovers_check(void)
{
	static long before[COUNTS];
	static bool known;
	unsigned int i;
	long now;

	vdpa_check_leftovers();
	for (i = 0; i < COUNTS; i++) {
		now = known ? count_in_time(i, before[i]) : count(i);
		if (known && now > before[i])
			fuzz_fail("%s: %ld are in use, and %ld at the beginning",
				  count_name(i), now, before[i]);
		if (!known)
			before[i] = now;
	}
	known = true;
}
