// SPDX-License-Identifier: GPL-2.0
/*
 * exchange SLICE NUMBER: NUMBER frames each way
 * exchange SLICE hold: open the node, start the device and stay
 * exchange SLICE run: frames both ways for ever, as many at once as possible
 * exchange SLICE run CGROUP RANGES: likewise, with a node that is owned in a cgroup
 *	where it was not opened, and so many ranges mapped besides
 *
 * All but the first say "ready" when they have begun.
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

	rep_no_bypass(nic.rep);
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

static void enter(const char *cgroup)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die("%s: %s", path, errno_name(errno));
	close(fd);
}

/* Away from what the driver uses, no two of them next to each other. */
static void map_ranges(unsigned int nr)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++)
		err = iotlb_update(nic.fd, 0, 0x2000ULL * (i + 1), 0x1000, nic.mem,
				   VHOST_ACCESS_RW);
	if (err)
		die("range %u is mapped: %s", i, errno_name(err));
}

static void start_in(const char *cgroup, unsigned int ranges)
{
	nic.fd = node_open(nic.name);
	enter(cgroup);
	nic_own(&nic);
	map_ranges(ranges);
	nic_start_owned(&nic);
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 5)
		return 2;
	nic_init(&nic, argv[1], NULL, NIC_EVENT_IDX);
	if (argc == 5)
		start_in(argv[3], atoi(argv[4]));
	else
		nic_start(&nic);
	if (!strcmp(argv[2], "run"))
		run();
	if (!strcmp(argv[2], "hold")) {
		say_ready();
		pause();
	}
	return !check_nic(&nic, atoi(argv[2]), "frames go both ways");
}
