// SPDX-License-Identifier: GPL-2.0
/*
 * bypass SLICE: a device whose virtqueues with even numbers have interrupts that could
 * pass by the kernel. Who consumes them is parameter "bypass" of the test's module.
 */
#include "vhost.h"

#define PARAMETER	"/sys/module/mdev_test_wide/parameters/bypass"
#define IRQ		100000	/* of queue 0 */

static int fd;

static void consume(int event)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", event);
	if (sysfs_write(text, PARAMETER))
		die("a consumer");
}

static int connected(void)
{
	FILE *file = fopen(PARAMETER, "r");
	int irq = -2;

	if (!file || fscanf(file, "%d", &irq) != 1)
		die("the consumer is asked");
	fclose(file);
	return irq;
}

static int set_status(__u8 more)
{
	return vhost_set_status(fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK | more);
}

static int start(void)
{
	int err = vhost_set_status(fd, S_ACKNOWLEDGE | S_DRIVER);

	if (!err)
		err = vhost_set_features(fd, BIT(VIRTIO_F_VERSION_1) |
					     BIT(VIRTIO_F_ACCESS_PLATFORM));
	return err ?: set_status(0);
}

int main(int argc, char **argv)
{
	int call = event_new(), other = event_new();

	if (argc != 2)
		return 2;
	fd = node_open(argv[1]);
	if (vhost_set_owner(fd))
		die("the node is owned");
	consume(call);
	check_err(start(), 0, "the driver is there");
	check_err(vhost_set_vring_call(fd, 2, call), 0, "a queue has a call eventfd");
	check(connected() == -1, "which nobody connects to the interrupt yet");
	check_err(set_status(S_DRIVER_OK), 0, "the device starts");
	check(connected() == IRQ + 2, "now the consumer of the eventfd is connected");
	check_err(vhost_set_vring_call(fd, 2, other), 0, "another eventfd");
	check(connected() == -1, "is another consumer's");
	consume(other);
	check(connected() == IRQ + 2, "who is connected when it comes");
	check_err(vhost_set_vring_call(fd, 2, -1), 0, "no eventfd");
	check(connected() == -1, "no connection");
	check_err(vhost_set_vring_call(fd, 1, other), 0, "a queue that has no such interrupt");
	check(connected() == -1, "is not connected");
	check_err(vhost_set_vring_call(fd, 4, other), 0, "the first of two queues");
	check_err(vhost_set_vring_call(fd, 6, other), 0, "that share an eventfd");
	check(connected() == IRQ + 4, "is");
	check_err(vhost_set_status(fd, 0), 0, "a reset");
	check(connected() == -1, "ends the connection");
	check_err(start() ?: set_status(S_DRIVER_OK), 0, "a start");
	check(connected() == IRQ + 4, "begins it again");
	close(fd);
	check(connected() == -1, "the end of the file ends it");
	fd = node_open(argv[1]);
	if (vhost_set_owner(fd) || start() || vhost_set_vring_call(fd, 0, other) ||
	    set_status(S_DRIVER_OK))
		die("the device starts again");
	check(connected() == IRQ, "connected again");
	check_err(slice_remove(argv[1]), 0, "removal");
	check(connected() == -1, "ends it");
	consume(-1);
	return 0;
}
