// SPDX-License-Identifier: GPL-2.0
/*
 * A user of a vfio device who does not let go of it: opens the one of the slice with
 * the given UUID, says "open", says "asked" each time that it is asked to let go, and
 * closes it when its input ends. With "pass" it passes the device on, and ends.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int group_open(const char *uuid)
{
	char path[300], link[300];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group",
		 uuid);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		err(1, "%s", path);
	link[len] = 0;
	snprintf(path, sizeof(path), "/dev/vfio/%s", basename(link));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static int device_open(const char *uuid)
{
	int container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	int group = group_open(uuid);
	int fd;

	if (container < 0)
		err(1, "/dev/vfio/vfio");
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		err(1, "VFIO_GROUP_SET_CONTAINER");
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		err(1, "VFIO_SET_IOMMU");
	fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, uuid);
	if (fd < 0)
		err(1, "VFIO_GROUP_GET_DEVICE_FD");
	return fd;
}

static void listen_to_requests(int device, int event)
{
	char buf[sizeof(struct vfio_irq_set) + sizeof(event)] = {};
	struct vfio_irq_set *set = (void *)buf;

	set->argsz = sizeof(buf);
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = VFIO_PCI_REQ_IRQ_INDEX;
	set->count = 1;
	memcpy(set->data, &event, sizeof(event));
	if (ioctl(device, VFIO_DEVICE_SET_IRQS, set))
		err(1, "VFIO_DEVICE_SET_IRQS");
}

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
}

/* To a process that lives on. */
static void pass_on(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		exit(0);
}

int main(int argc, char **argv)
{
	struct pollfd polls[2];
	uint64_t times;
	char c;

	if (argc != 2 && !(argc == 3 && !strcmp(argv[2], "pass")))
		errx(1, "usage: hold UUID [pass]");
	polls[0].fd = eventfd(0, EFD_CLOEXEC);
	polls[0].events = POLLIN;
	polls[1].fd = STDIN_FILENO;
	polls[1].events = POLLIN;
	listen_to_requests(device_open(argv[1]), polls[0].fd);
	if (argc == 3)
		pass_on();
	say("open");
	while (poll(polls, 2, -1) > 0 || errno == EINTR) {
		if (polls[0].revents && read(polls[0].fd, &times, 8) == 8)
			say("asked");
		if (polls[1].revents && read(STDIN_FILENO, &c, 1) != 1)
			return 0;
	}
	return 1;
}
