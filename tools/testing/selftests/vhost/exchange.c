// SPDX-License-Identifier: GPL-2.0
/*
 * exchange SLICE NUMBER: NUMBER frames each way
 * exchange SLICE hold: open the node, start the device and stay
 * exchange SLICE run: frames both ways for ever, as many at once as possible
 *
 * The latter two say "ready" when they have begun.
 */
#include "nic.h"

static struct nic nic;

static void say_ready(void)
{
	printf("ready\n");
	fflush(stdout);
}

static void run(void)
{
	char frame[FRAME_MAX + 8];
	__u32 number = 0;
	unsigned int i;

	for (;; number++) {
		if (number == 100)
			say_ready();
		frame_make(frame, FRAME_MAX - number % 1000, number);
		for (i = 0; i < 32; i++) {
			nic_reap(&nic);
			nic_queue(&nic, frame, FRAME_MAX - number % 1000);
			send(nic.rep, frame, FRAME_MAX - number % 1000, MSG_DONTWAIT);
		}
		ring_kick(&nic.tx);
		while (nic_take(&nic, frame) > 0)
			;
		/* A kernel that looks for faults frees a long queue slowly. */
		rep_drain(nic.rep);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	nic_init(&nic, argv[1], NULL, NIC_EVENT_IDX);
	nic_start(&nic);
	if (!strcmp(argv[2], "run"))
		run();
	if (!strcmp(argv[2], "hold")) {
		say_ready();
		pause();
	}
	return !check_nic(&nic, atoi(argv[2]), "frames go both ways");
}
