// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "vdpa.h"

static const char * const steps[] = {
	"set_features", "set_status", "driver_ok", "set_config", "set_as", "set_vq_num",
	"set_vq_address", "set_vq_state", "set_vq_ready", "reset_vq", "get_vq_state",
	"suspend", "resume", "reset", "probe", "create", "configure",
};

static void fault_write(const char *step, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/mdev_net/" VDPA_PARENT "/fault/%s", step);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		fuzz_fail("%s: %m", path);
	close(fd);
}

void fault_set(const uint8_t *record)
{
	fault_write(steps[record[3] % ARRAY_SIZE(steps)], record[4] & 1 ? "-5" : "-12");
}

void faults_clear(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		fault_write(steps[i], "0");
}
