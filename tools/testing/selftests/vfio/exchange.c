// SPDX-License-Identifier: GPL-2.0
/*
 * exchange SLICE: frames both ways for ever; says "ready" when it has begun
 */
#include "nic.h"

static struct nic nic;

int main(int argc, char **argv)
{
	const char *problem = NULL;
	__u32 number;

	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], nic_memory(), NIC_EVENT_IDX);
	nic_start(&nic, NIC_BYTES);
	for (number = 0; !problem; number++) {
		problem = nic_try_one(&nic, FRAME_MAX, number);
		if (!number) {
			printf("ready\n");
			fflush(stdout);
		}
	}
	die("frame %u: %s", number, problem);
}
